/** Addresses of pages, asked of the real Flower and of the built dashboard side by side: bookmarks must go on working. */
import { expect, test } from '@playwright/test'
import { type Flower, startFlower } from '../../lib/testing/flower.ts'
import { waitFor } from '../../lib/testing/wait-for.ts'
import { type Stack, startStack } from '../stack.ts'

let stack: Stack
let flower: Flower
let failed = ''

test.beforeAll(async () => {
  stack = await startStack()
  flower = await startFlower({ broker: stack.redis.url, env: { FLOWER_UNAUTHENTICATED_API: 'true' } })
  await stack.worker({ hostname: 'one@test', pool: 'threads' })
  const both = [flower.url, stack.dashboard.url]
  const seen = (path: string) => async () => {
    const answers = await Promise.all(both.map(async (url) => (await fetch(url + path)).text()))
    return answers.every((text) => text.includes('one@test'))
  }
  await waitFor(seen('/api/workers?status=1'), { what: 'both to see the worker' })
  failed = (await stack.python('from proj import *\nprint(fail.delay("for the pages").id)')).trim()
  await waitFor(seen(`/api/task/info/${failed}`), { what: 'both to see the task' })
})
test.afterAll(async () => {
  await flower?.stop()
  await stack?.stop()
})

const status = async (base: string, path: string) => {
  const answer = await fetch(base + path, { redirect: 'manual' })
  return { status: answer.status, location: answer.headers.get('location') }
}

const SAME = [
  ['/', 200],
  ['/workers', 200],
  ['/tasks', 200],
  ['/broker', 200],
  ['/worker/one@test', 200],
  ['/worker/nobody', 404],
  ['/task/nothing', 404],
  ['/nothing', 404],
  ['/static/nothing.css', 404],
  ['/healthcheck', 200],
  ['/metrics', 200],
  ['/api/task/events/task-sent/', 404],
] as const

for (const [path, wanted] of SAME) {
  test(`${path} is ${wanted} in both`, async () => {
    expect((await status(flower.url, path)).status, 'Flower').toBe(wanted)
    expect((await status(stack.dashboard.url, path)).status).toBe(wanted)
  })
}

test('every page answers OPTIONS, and refuses a flag that is none', async () => {
  for (const base of [flower.url, stack.dashboard.url]) {
    for (const path of ['/', '/tasks', '/worker/one@test', '/broker', '/nothing', '/healthcheck', '/tasks/datatable']) {
      expect((await fetch(base + path, { method: 'OPTIONS' })).status, base + path).toBe(204)
    }
    for (const path of ['/workers?refresh=x', '/workers?json=maybe']) {
      expect((await status(base, path)).status, base + path).toBe(400)
    }
  }
  expect((await fetch(`${stack.dashboard.url}/icon.svg`)).headers.get('content-type')).toContain('image/svg')
})

test('a task has its page at the same address', async () => {
  for (const base of [flower.url, stack.dashboard.url]) expect((await status(base, `/task/${failed}`)).status).toBe(200)
})

/** What Flower answers, and what we do instead. */
const BETTER = [
  ['/tasks/', 404, 308, '/tasks'],
  ['/broker/', 404, 308, '/broker'],
  ['/dashboard', 404, 302, '/workers'],
  ['/monitor', 404, 302, '/'],
  ['/worker/', 404, 308, '/worker'],
  ['/favicon.ico', 200, 302, '/icon.svg'],
  ['/tasks?state=FAILURE', 200, 302, '/tasks?q=state%3AFAILURE'],
] as const

for (const [path, theirs, ours, location] of BETTER) {
  test(`${path} leads to ${location}`, async () => {
    expect((await status(flower.url, path)).status, 'Flower').toBe(theirs)
    expect(await status(stack.dashboard.url, path)).toEqual({ status: ours, location })
  })
}

test('a bookmark of filtered tasks shows the tasks that Flower showed', async ({ page }) => {
  await stack.python('from proj import *\nadd.delay(1).get(timeout=100)')
  await page.goto(`${stack.dashboard.url}/tasks?state=FAILURE&worker=one@test&name=proj.fail`)
  const rows = page.getByRole('grid').locator('[data-id]')
  await expect(rows).toHaveCount(1)
  await expect(rows).toHaveAttribute('data-id', failed)
  await page.goto(`${stack.dashboard.url}/tasks?name=${encodeURIComponent('no "such" name')}`)
  await expect(page.getByRole('main')).toContainText('No task')
})

test('the page of a worker or a task that is not known says so', async ({ page }) => {
  const answer = await page.goto(`${stack.dashboard.url}/worker/nobody`)
  expect(answer?.status()).toBe(404)
  await expect(page.getByRole('main')).toContainText('No worker is called nobody')
})

test('a worker that never answered has its page, with what its events told', async ({ page }) => {
  await stack.python(`
from proj import app
from celery.events import EventDispatcher
with app.connection() as connection:
    events = EventDispatcher(connection, hostname="mute@test")
    events.send("worker-heartbeat", freq=600.0, active=0, processed=7, loadavg=[0.5, 0.4, 0.3], sw_ident="py-celery", sw_ver="5.7.0", sw_sys="Linux")
`)
  const answers = async () => (await status(stack.dashboard.url, '/worker/mute@test')).status
  await waitFor(async () => (await answers()) === 200, { what: 'the worker to be known' })
  await page.goto(`${stack.dashboard.url}/worker/mute@test`)
  const main = page.getByRole('main')
  await expect(main).toContainText('has not answered an inspect yet')
  await expect(main).toContainText('0.5')
  await page.getByRole('tab', { name: 'System' }).click()
  await expect(main).toContainText('py-celery 5.7.0')
})

test('of a worker that holds more than 50 tasks all are shown, and the ids that it will not run', async ({ page }) => {
  await stack.python(`
from proj import *
for i in range(120): add.apply_async((i,), countdown=900)
app.control.revoke("no-such-task", destination=["one@test"], reply=True)
`)
  await page.goto(`${stack.dashboard.url}/worker/one@test`)
  const scheduled = page.getByRole('table', { name: 'Scheduled tasks' }).getByRole('row')
  await expect(page.getByText('100 of 120 shown.')).toBeVisible()
  await page.getByRole('button', { name: 'Show 20 more' }).click()
  await expect(scheduled.filter({ hasText: 'proj.add' })).toHaveCount(120)
  await expect(page.getByRole('list', { name: 'Revoked tasks' })).toContainText('no-such-task')
})

test("the broker's page has Flower's table, and what Redis tells of itself", async ({ page }) => {
  const faults: string[] = []
  page.on('pageerror', (error) => faults.push(error.message))
  await stack.python('from proj import *\n[add.apply_async((1,), queue="waiting") for _ in range(3)]')
  await page.goto(`${stack.dashboard.url}/broker`)
  const table = page.getByRole('table', { name: 'Queues of the broker' })
  for (const head of ['Queue', 'Messages', 'Unacked', 'Ready', 'Consumers', 'Idle since']) {
    await expect(table.getByRole('columnheader', { name: head, exact: true })).toBeVisible()
  }
  await expect(table.getByRole('row').filter({ hasText: 'waiting' })).toContainText('3')
  await expect(table.getByRole('row').filter({ hasText: 'celery' })).toContainText('1')
  const main = page.getByRole('main')
  await expect(main).toContainText(stack.redis.url)
  await expect(main).toContainText('Version')
  await expect(main).toContainText('all waiting messages are lost') // the Redis of a test keeps nothing on disk
  const redis = stack.redis.connect()
  await redis.config('SET', 'maxmemory-policy', 'allkeys-lru')
  await expect(main).toContainText('Redis deletes any key')
  expect(faults).toEqual([])
})
