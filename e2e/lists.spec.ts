/** What a person does with lists: unreadable messages, workers that are gone, selections and files of all that matches. */
import { readFile } from 'node:fs/promises'
import { expect, type Locator, type Page, test } from '@playwright/test'
import { createRedisBroker } from '../lib/broker/redis/redis-broker.ts'
import { createRuntime } from '../lib/runtime/runtime.ts'
import { waitFor } from '../lib/testing/wait-for.ts'
import { type Stack, startStack } from './stack.ts'

const TASKS = 150
const RULES = `
alerts:
  rules:
    - { name: Gone, kind: worker-offline, forSeconds: 0 }
`
let stack: Stack

test.beforeAll(async () => {
  stack = await startStack(RULES)
  await stack.python(`
from proj import add
for i in range(${TASKS}): add.apply_async((i,), queue="orphans")
`)
})
test.afterAll(() => stack.stop())

test('messages set aside are shown on the page of their queue, and are put back or deleted from it', async ({
  page,
}) => {
  const broker = createRedisBroker({ url: stack.redis.url, runtime: createRuntime() })
  await broker.open()
  await stack.redis.connect().lpush('odd', 'not json', '[1, 2]', '{"headers": {"task": "proj.lost"}, "body": ""}')
  const consumer = broker.consume({ queues: ['odd'], prefetch: 1, onDelivery: () => {} })
  await waitFor(async () => (await broker.queues.setAside(['odd']))['odd'] === 3)
  await consumer.close()
  await broker.bindings.bind('odd', 'odd', 'odd', null)

  await page.goto(`${stack.dashboard.url}/`)
  await page.getByRole('link', { name: /3 messages of queue odd could not be read/ }).click()
  const notices = page.getByRole('region', { name: 'Notices' })
  const table = page.getByRole('table', { name: 'Messages set aside from odd' })
  await expect(table.getByRole('row')).toHaveCount(4)
  await expect(table).toContainText('proj.lost')
  await expect(table).toContainText('It is JSON, but not a message.')

  await table
    .getByRole('row', { name: /not json/ })
    .getByRole('button', { name: 'Actions' })
    .click()
  await page.getByRole('menuitem', { name: 'Delete…' }).click()
  await page.getByRole('button', { name: 'Delete 1 message' }).click()
  await expect(notices.getByText('1 message deleted.')).toBeVisible()
  await expect(table.getByRole('row')).toHaveCount(3)

  await page.getByRole('button', { name: 'Put all back…' }).click()
  await page.getByRole('button', { name: 'Put 2 messages back' }).click()
  await expect(notices.getByText('2 messages put back.')).toBeVisible()
  await expect(table).toHaveCount(0)
  expect(await stack.redis.connect().llen('odd')).toBe(2)
  await broker.close()
})

test('a worker that will not come back is forgotten, and its alert ends', async ({ page }) => {
  const worker = await stack.worker({ hostname: 'gone@test' })
  await page.goto(`${stack.dashboard.url}/workers`)
  await expect(page.getByRole('link', { name: 'gone@test' })).toBeVisible()
  await worker.stop('SIGTERM')

  await page.goto(`${stack.dashboard.url}/alerts`)
  await expect(page.getByText('Worker gone@test is offline')).toBeVisible()
  await page.getByRole('link', { name: 'Worker gone@test is offline' }).click()
  // The alert has such a button too.
  await expect(page).toHaveURL(/\/worker\/gone/)
  await page.getByRole('button', { name: 'Forget worker…' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Forget worker' }).click()

  await expect(page).toHaveURL(/\/workers$/)
  await expect(page.getByText('gone@test')).toHaveCount(0)
  await page.goto(`${stack.dashboard.url}/alerts`)
  await expect(page.getByText('Nothing fires')).toBeVisible()
})

test('all tasks that match are selected and exported, not only those that are loaded', async ({ page }) => {
  await page.goto(`${stack.dashboard.url}/tasks?q=queue:orphans`)
  await expect(page.getByTestId('tasks-summary')).toContainText(`${TASKS} tasks`)
  await page.getByRole('row').nth(1).getByRole('checkbox').check()
  await page.getByRole('button', { name: `Select all ${TASKS} that match` }).click()
  const bar = page.getByRole('group', { name: 'Selected tasks' })
  await expect(bar).toContainText(`${TASKS} tasks selected`)

  const [selected] = await Promise.all([
    page.waitForEvent('download'),
    bar.getByRole('button', { name: 'Export' }).click(),
  ])
  expect((await readFile(await selected.path(), 'utf8')).trim().split('\r\n').length).toBe(TASKS + 1)

  await bar.getByRole('button', { name: 'Revoke…' }).click()
  await page
    .getByRole('dialog')
    .getByRole('button', { name: `Revoke ${TASKS} tasks` })
    .click()
  await expect(page.getByRole('dialog')).toHaveCount(0)

  await bar.getByRole('button', { name: 'Clear the selection' }).click()
  await page.getByRole('button', { name: 'More of this table' }).click()
  const [found] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('menuitem', { name: `Export all ${TASKS} as JSON` }).click(),
  ])
  const rows: unknown[] = JSON.parse(await readFile(await found.path(), 'utf8'))
  expect(rows.length).toBe(TASKS)
})

test('a paused page says so in its address, and a link to it opens paused', async ({ page }) => {
  await page.goto(`${stack.dashboard.url}/tasks?q=queue:orphans`)
  await expect(page.getByTestId('tasks-summary')).toContainText(`${TASKS} tasks`)
  await page.keyboard.press('p')
  await expect(page).toHaveURL(/live=off/)

  await page.reload()
  await expect(page.getByRole('button', { name: /Paused/ })).toBeVisible()
  await expect(page.getByTestId('tasks-summary')).toContainText(`${TASKS} tasks`) // now it hears keys
  await page.keyboard.press('p')
  await expect(page).not.toHaveURL(/live=off/)
})

test('columns are chosen, and the address keeps them', async ({ page }) => {
  await page.goto(`${stack.dashboard.url}/tasks?q=queue:orphans`)
  const heads = page.getByRole('columnheader')
  await expect(heads.filter({ hasText: 'Worker' })).toBeVisible()
  await expect(page.getByTestId('tasks-summary')).toContainText(`${TASKS} tasks`)
  await page.getByRole('button', { name: 'More of this table' }).click()
  await page.getByRole('menuitemcheckbox', { name: 'Column Worker' }).click()
  await page.getByRole('menuitemcheckbox', { name: 'Column ETA' }).click()
  await page.keyboard.press('Escape')

  await expect(heads.filter({ hasText: 'ETA' })).toBeVisible()
  await expect(heads.filter({ hasText: 'Worker' })).toHaveCount(0)
  await expect(page).toHaveURL(/cols=state%2Ctask%2Cargs%2Cqueue%2Cwait%2Crun%2Creceived%2Ceta/)
  await page.reload()
  await expect(heads.filter({ hasText: 'ETA' })).toBeVisible()
})

test('f keeps what the marked cell holds, Shift+f leaves it out', async ({ page }) => {
  await page.goto(`${stack.dashboard.url}/tasks`)
  const rows = page.getByRole('row', { name: /proj\.add/ })
  await expect(rows.first()).toBeVisible()
  await page.keyboard.press('j')
  await page.keyboard.press('f')
  await expect(page).toHaveURL(/\?q=name%3Aproj\.add$/)
  await expect(rows.first()).toBeVisible()

  await page.keyboard.press('j')
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('Shift+f')
  await expect(page).toHaveURL(/q=name%3Aproj\.add\+-queue%3Aorphans$/)
  await expect(rows).toHaveCount(0)
})

test('a stretch dragged over a chart is the time of the page, and one click leads back', async ({ page }) => {
  await page.goto(`${stack.dashboard.url}/`)
  const chart = page.getByRole('slider', { name: 'Messages waiting, by queue: values over time' })
  await drag(page, chart, 0.4, 0.6)
  await expect(page.getByText('not live.')).toBeVisible()
  await page.getByRole('button', { name: 'Back to the last hour' }).click()
  await expect(page).not.toHaveURL(/from=/)
  await expect(page.getByText('not live.')).toHaveCount(0)

  // The same by keys alone, in the list of tasks.
  await page.goto(`${stack.dashboard.url}/tasks?q=queue:orphans`)
  const summary = page.getByTestId('tasks-summary')
  await expect(summary).toContainText(`${TASKS} tasks`)
  await page.getByRole('button', { name: 'From one moment to another…' }).press('Enter')
  await page.getByLabel('From', { exact: true }).fill('2020-01-01T00:00:00')
  await page.getByLabel('To', { exact: true }).fill('2020-01-02T00:00:00')
  await page.keyboard.press('Enter')
  await expect(summary).toContainText('0 tasks')
  await page.goBack()
  await expect(summary).toContainText(`${TASKS} tasks`)

  const activity = page.getByRole('img', { name: /^When these tasks came: 150 tasks/ })
  await drag(page, activity, 0, 1)
  await expect(summary).toContainText(`${TASKS} tasks`)
})

test('tasks are grouped, and a group leads to its tasks', async ({ page }) => {
  await page.goto(`${stack.dashboard.url}/tasks?q=queue:orphans`)
  await expect(page.getByTestId('tasks-summary')).toContainText(`${TASKS} tasks`)
  await page.getByLabel('Group by').selectOption('By name')
  await expect(page).toHaveURL(/group=name/)
  const table = page.getByRole('table', { name: 'Tasks by name' })
  await expect(table.getByRole('row', { name: /proj\.add/ })).toContainText(String(TASKS))
  await table.getByRole('link', { name: 'proj.add' }).click()
  await expect(page).toHaveURL(/name%3Aproj\.add/)
  await expect(page).not.toHaveURL(/group=/)
  const grid = page.getByRole('grid', { name: 'Tasks' })
  await expect(grid).toBeVisible()

  // The name of a task leads to its class, its state to itself, a click beside them opens it beside the list.
  const row = grid.locator('[data-id]').first()
  await row.getByRole('link', { name: 'proj.add' }).click()
  await expect(page).toHaveURL(/\/class\/proj\.add/)
  await page.goBack()
  const id = await row.getAttribute('data-id')
  await row.locator('[data-column="queue"]').click()
  await expect(page).toHaveURL(/peek=/)
  await row.locator('[data-column="state"]').getByRole('link').click()
  await expect(page).toHaveURL(`${stack.dashboard.url}/task/${id}`)
})

/**
 * From one share of an element's width to another, which the address tells then. Once more where the element was moved
 * by what came above it.
 */
async function drag(page: Page, element: Locator, from: number, to: number): Promise<void> {
  await expect(async () => {
    const box = await element.boundingBox()
    if (box === null) throw new Error('it has no place on the page')
    const [y, edge] = [box.y + box.height / 2, 2]
    const at = (share: number) => box.x + edge + (box.width - 2 * edge) * share
    await page.mouse.move(at(from), y)
    await page.mouse.down()
    await page.mouse.move(at((from + to) / 2), y)
    await page.mouse.move(at(to), y)
    await page.mouse.up()
    await expect(page).toHaveURL(/from=\d{4}-.*&to=\d{4}-/, { timeout: 5_000 })
  }).toPass({ timeout: 60_000 })
}
