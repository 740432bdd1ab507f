/** What people do to tasks and workers: from the list, by mouse and by keys alone, and from the pages. */
import { expect, type Page, test } from '@playwright/test'
import { type Stack, startStack } from './stack.ts'

let stack: Stack
const faults: string[] = []

test.beforeAll(async () => {
  stack = await startStack()
  await stack.worker({ hostname: 'one@test', pool: 'prefork', concurrency: 2 })
})
test.afterAll(() => stack.stop())

test.beforeEach(({ page }) => {
  faults.length = 0
  page.on('pageerror', (error) => faults.push(error.message))
})
test.afterEach(() => expect(faults).toEqual([]))

const row = (page: Page, id: string) => page.locator(`[data-id="${id}"]`)
const toast = (page: Page) => page.getByRole('region', { name: 'Notices' })
const ids = async (program: string) => (await stack.python(`from proj import *\n${program}`)).trim().split(' ')
const states = async (all: readonly string[]) =>
  (await ids(`print(*[app.AsyncResult(i).state for i in ${JSON.stringify(all)}])`)).join(' ')

test('of several waiting tasks exactly the chosen ones are revoked, chosen by keys', async ({ page }) => {
  const all = await ids('print(*[add.apply_async((i,), countdown=600).id for i in range(6)])')
  await page.goto(`${stack.dashboard.url}/tasks?q=name:proj.add`)
  for (const id of all) await expect(row(page, id)).toBeVisible()
  const shown = await page.locator('[data-id]').evaluateAll((rows) => rows.map((one) => one.getAttribute('data-id')))
  const order = shown.flatMap((id) => (id !== null && all.includes(id) ? [id] : []))
  const [first = '', second = '', third = '', fourth = '', ...rest] = order

  await row(page, first).focus()
  await page.keyboard.press('x')
  await page.keyboard.press('j')
  await page.keyboard.press('j')
  await page.keyboard.press('x')
  await page.keyboard.press('Shift+j')
  await expect(page.getByRole('group', { name: 'Selected tasks' })).toContainText('3 tasks selected')
  await page.keyboard.press('Shift+x')
  const dialog = page.getByRole('dialog')
  await expect(dialog.getByRole('heading')).toHaveText('Revoke 3 tasks?')
  await dialog.getByRole('button', { name: 'Revoke 3 tasks' }).click()

  await expect(toast(page)).toContainText('3 of 3 done')
  for (const id of [first, third, fourth]) await expect(row(page, id)).toContainText('Revoked')
  expect(await states([first, second, third, fourth, ...rest])).toBe('REVOKED PENDING REVOKED REVOKED PENDING PENDING')
})

test('several failed tasks are retried from the list, chosen by mouse with shift', async ({ page }) => {
  await ids('print(*[fail.apply_async((f"many {i}",), queue="celery").id for i in range(5)])')
  await page.goto(`${stack.dashboard.url}/tasks?q=args:many`)
  const rows = page.getByRole('grid').locator('[data-id]')
  await expect(rows).toHaveCount(5)
  await expect(rows.filter({ hasText: 'Failed' })).toHaveCount(5)
  await rows.nth(1).getByRole('checkbox').click()
  await rows.nth(3).click({ modifiers: ['Shift'], position: { x: 400, y: 8 } })
  await page.getByRole('group', { name: 'Selected tasks' }).getByRole('button', { name: 'Retry…' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Retry 3 tasks' }).click()

  await expect(toast(page)).toContainText('3 of 3 done')
  await page.goto(`${stack.dashboard.url}/tasks?q=args:many`)
  await expect(rows).toHaveCount(8)

  // All that failed alike, from the line of the overview that tells of them.
  await page.goto(stack.dashboard.url)
  await page.getByRole('button', { name: /^Retry… proj\.fail: \d+ failures/ }).click()
  await expect(page.getByRole('dialog').getByRole('heading')).toHaveText(/^Retry \d+ tasks\?$/)
  await expect(page).toHaveURL(/tasks\?q=state%3Afailed\+name%3Aproj\.fail\+error%3AValueError$/)
  await page.keyboard.press('Escape')
  await expect(page.getByRole('group', { name: 'Selected tasks' })).toContainText('tasks selected')
})

test('from the busiest classes to one of them, its failures, and a limit for it on all workers', async ({ page }) => {
  await ids('print(*[progress.delay(2).id, fail.delay("of a class").id])')
  await page.goto(stack.dashboard.url)
  const busiest = page.getByRole('table', { name: 'Busiest classes' })
  await busiest.getByRole('link', { name: 'proj.fail' }).click()
  await expect(page).toHaveURL(/\/class\/proj\.fail$/)
  await expect(page.getByRole('table', { name: 'Failures, by cause' })).toContainText('ValueError')

  // The range is remembered, and stands in the address of the next page.
  await page.getByRole('button', { name: '6 h', exact: true }).click()
  await expect(page).toHaveURL(/range=6h/)
  await page.goto(stack.dashboard.url)
  await expect(page).toHaveURL(/range=6h/)
  await expect(page.getByRole('button', { name: '6 h', exact: true }).first()).toHaveAttribute('aria-pressed', 'true')

  await page.keyboard.press('Control+k')
  await expect(page.getByRole('combobox', { name: 'Search or do' })).toBeFocused()
  await page.keyboard.type('proj.prog')
  await page.getByRole('option', { name: 'proj.progress' }).click()
  await expect(page).toHaveURL(/\/class\/proj\.progress/)
  await page.getByRole('button', { name: 'Limits of proj.progress' }).click()
  await page.getByRole('menuitem', { name: 'Rate limit…' }).click()
  await page.getByLabel('Starts at most').fill('7/m')
  await page.getByRole('dialog').getByRole('button', { name: 'Set the limit' }).click()
  await expect(page.getByRole('main')).toContainText('The one worker did it: one@test.')
  await expect(page.getByRole('table', { name: 'Workers' })).toContainText('7/m')
})

test('a running task is terminated from its page: the process ends', async ({ page }) => {
  const [id = ''] = await ids('print(sleep.delay(600).id)')
  await page.goto(`${stack.dashboard.url}/task/${id}`)
  await page.getByRole('button', { name: 'Terminate…' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Terminate task' }).click()

  await expect(page.getByRole('main').getByText('Revoked', { exact: true }).first()).toBeVisible()
  await expect(toast(page)).toContainText('The task was revoked.')
  expect(await states([id])).toBe('REVOKED')
})

test('filters and sorting stand in the address: they survive a reload and the way back', async ({ page }) => {
  await ids('print(fail.delay("to filter").id)')
  await page.goto(`${stack.dashboard.url}/tasks`)
  await page.getByRole('group', { name: 'State' }).getByRole('button', { name: 'Failed' }).click()
  await expect(page).toHaveURL(/state%3Afailed/)
  await page.getByRole('columnheader', { name: 'Task' }).getByRole('button').click()
  await expect(page).toHaveURL(/sort=name/)
  await page.reload()

  const failed = page.getByRole('group', { name: 'State' }).getByRole('button', { name: 'Failed' })
  await expect(failed).toHaveAttribute('aria-pressed', 'true')
  await expect(page.getByRole('columnheader', { name: 'Task' })).toHaveAttribute('aria-sort', 'ascending')
  await expect(page.getByRole('grid').locator('[data-id]').filter({ hasNotText: 'Failed' })).toHaveCount(0)
  await page.goBack()
  await expect(page).not.toHaveURL(/sort=/)
  await expect(failed).toHaveAttribute('aria-pressed', 'true')
  await page.goBack()
  await expect(page).toHaveURL(/\/tasks$/)
  await expect(failed).toHaveAttribute('aria-pressed', 'false')
})

test('by keys alone: to the tasks, to one that failed, retry it, and on to the new one', async ({ page }) => {
  await ids('print(fail.delay("by keys").id)')
  await page.goto(stack.dashboard.url)
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  await goByKeys(page, 't', 'Tasks')
  await page.keyboard.press('/')
  await page.keyboard.type('state:failed')
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/state%3Afailed/)
  await page.keyboard.press('Escape')
  const rows = page.getByRole('grid').locator('[data-id]')
  await expect(rows.filter({ hasText: 'Failed' }).first()).toBeVisible()
  // No more of those that were there before.
  await expect(rows.filter({ hasNotText: 'Failed' })).toHaveCount(0)
  await page.keyboard.press('j')
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/\/task\//)
  const from = page.url()
  await expect(page.getByRole('button', { name: 'Retry…' })).toBeVisible()
  await page.keyboard.press('r')
  await expect(page.getByRole('dialog').getByRole('button', { name: 'Retry task' })).toBeEnabled()
  await page.keyboard.press('Enter')

  const open = toast(page).getByRole('link', { name: 'Open' })
  await expect(open).toBeVisible()
  await open.focus()
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL((url) => url.href !== from && url.pathname.startsWith('/task/'))
  await goByKeys(page, 'w', 'Workers')
})

/** Two keys in a row count for a second: where the machine is too busy to take both in that, they are pressed again. */
async function goByKeys(page: Page, key: string, heading: string): Promise<void> {
  await expect(async () => {
    await page.keyboard.press('g')
    await page.keyboard.press(key)
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(heading, { timeout: 5_000 })
  }).toPass({ timeout: 60_000 })
}

test('a flood of 1,000 events a second leaves the list usable', async ({ page }) => {
  await page.goto(`${stack.dashboard.url}/tasks`)
  // 250 tasks a second, four events each, for six seconds, as a worker sends them.
  const flood = stack.python(`
import time
from proj import app
from celery.events import EventDispatcher
with app.connection() as connection:
    events = EventDispatcher(connection, hostname="flood@test", buffer_while_offline=False)
    start = time.monotonic()
    for n in range(1500):
        id = "flood-%06d" % n
        events.send("task-sent", uuid=id, name="proj.flood", args="(%d,)" % n, kwargs="{}", queue="flood")
        events.send("task-received", uuid=id, name="proj.flood", args="(%d,)" % n, kwargs="{}")
        events.send("task-started", uuid=id)
        events.send("task-succeeded", uuid=id, result="%d" % n, runtime=0.01)
        time.sleep(max(0, start + n / 250 - time.monotonic()))
`)
  await expect(page.getByRole('grid')).toContainText('proj.flood')
  // While it lasts: typing, choosing and going through the rows go on.
  const startMs = performance.now()
  await page.getByRole('group', { name: 'State' }).getByRole('button', { name: 'Succeeded' }).click()
  await page.keyboard.press('/')
  await page.keyboard.type(' name:proj.flood')
  await page.keyboard.press('Enter')
  await page.keyboard.press('Escape')
  await page.keyboard.press('j')
  await expect(page).toHaveURL(/proj\.flood/)
  expect(performance.now() - startMs).toBeLessThan(40_000)
  await flood

  await expect(page.getByTestId('tasks-summary')).toContainText('1,500 tasks')
})

test('a queue: paused on its workers, purged by its name, and going on', async ({ page }) => {
  await page.goto(`${stack.dashboard.url}/queue/celery`)
  const main = page.getByRole('main')
  await page.getByRole('button', { name: 'Pause', exact: true }).click()
  await expect(toast(page)).toContainText('The one worker did it: one@test.')
  await expect(main).toContainText('one@test takes no more from it.')
  await expect(main).toContainText('No worker takes from this queue.')
  const [gone = ''] = await ids('print(*[add.delay(i).id for i in range(3)])')
  await expect(main).toContainText('Paused: 3 messages wait until it goes on.')

  await page.getByRole('tab', { name: 'Classes' }).click()
  await expect(page.getByRole('tabpanel')).toContainText('proj.add')
  await page.getByRole('button', { name: 'Purge…' }).click()
  await page.getByRole('dialog').getByLabel('Type celery to go on').fill('celery')
  await page.getByRole('dialog').getByRole('button', { name: 'Delete 3 messages' }).click()
  await expect(toast(page)).toContainText('3 messages deleted.')

  const [next = ''] = await ids('print(add.delay(7).id)')
  await page.getByRole('button', { name: 'Resume' }).click()
  await expect(main.getByRole('link', { name: 'one@test' })).toBeVisible()
  await expect(async () => expect(await states([gone, next])).toBe('PENDING SUCCESS')).toPass({ timeout: 60_000 })
})

test('a worker: its parts, one slot more and one less, and its end', async ({ page }) => {
  await page.goto(`${stack.dashboard.url}/worker/one@test`)
  for (const [tab, content] of [
    ['Queues', 'celery'],
    ['Tasks', 'proj.add'],
    ['Configuration', 'result_extended'],
    ['System', 'Broker connection'],
  ] as const) {
    await page.getByRole('tab', { name: tab }).click()
    await expect(page.getByRole('tabpanel')).toContainText(content)
  }
  await page.getByRole('tab', { name: 'Pool' }).click()
  await page.getByRole('button', { name: 'Grow…' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Add 1 slot' }).click()
  await expect(toast(page)).toContainText('Its pool has 3 slots')
  await page.getByRole('button', { name: 'Shrink…' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Remove 1 slot' }).click()
  await expect(toast(page)).toContainText('Its pool has 2 slots')

  await page.getByRole('button', { name: 'Autoscale…' }).click()
  // It offers what the page knows of the pool, which may still be the slots from before.
  await page.getByLabel('Most slots').fill('2')
  await page.getByRole('dialog').getByRole('button', { name: 'Keep 1 to 2 slots' }).click()
  await expect(toast(page)).toContainText('Autoscale not enabled')

  await page.getByRole('tab', { name: 'Queues' }).click()
  await page.getByRole('button', { name: 'Take from…' }).click()
  await page.getByLabel('Queue', { exact: true }).fill('extra')
  await page.getByRole('dialog').getByRole('button', { name: 'Take from extra' }).click()
  await expect(toast(page)).toContainText('add consumer extra')
  const extra = page.getByRole('row').filter({ hasText: 'extra' })
  await extra.getByRole('button', { name: 'Cancel…' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel 1 queue' }).click()
  await expect(toast(page)).toContainText('no longer consuming from extra')
  await expect(extra).toHaveCount(0)

  await page.getByRole('tab', { name: 'Tasks' }).click()
  await page.getByRole('button', { name: 'Limits of proj.add' }).click()
  await page.getByRole('menuitem', { name: 'Rate limit…' }).click()
  await page.getByLabel('Starts at most').fill('10/m')
  await page.getByRole('dialog').getByRole('button', { name: 'Set the limit' }).click()
  await expect(toast(page)).toContainText('new rate limit set successfully')

  await page.getByRole('button', { name: 'Shut down…' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Shut down 1 worker' }).click()
  await expect(toast(page)).toContainText('one@test went offline.')
  await expect(page.getByRole('button', { name: 'Shut down…' })).toHaveCount(0)
  await expect(page.getByRole('button', { name: 'Forget worker…' })).toBeEnabled()
})
