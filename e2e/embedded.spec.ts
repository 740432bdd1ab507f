/** `umbel --worker --beat -A ./tasks.ts`: a team's own tasks, from a folder of its own, called by Python. */
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { runPython } from '../lib/testing/celery.ts'
import { type RedisServer, startRedis } from '../lib/testing/redis.ts'
import { waitFor } from '../lib/testing/wait-for.ts'
import { type Dashboard, startDashboard } from './stack.ts'

const tasks = (broker: string) => `
import { Celery } from 'umbel'

export const app = new Celery('shop', {
  broker: '${broker}',
  backend: '${broker}',
  task_send_sent_event: true,
  beat_schedule: { tick: { task: 'shop.tick', schedule: 1, args: ['tock'] } },
})

const add = app.task('shop.add', { params: ['x', 'y'] }, (x: number, y: number) => x + y)
app.task('shop.relay', {}, async () => [process.pid, (await add.delay(20, 3)).id])
app.task('shop.tick', { params: ['word'] }, (word: string) => word)
`

let redis: RedisServer
let dashboard: Dashboard
let dir: string

test.beforeAll(async () => {
  redis = await startRedis()
  // As after `npm install umbel` in that folder.
  dir = await mkdtemp(join(tmpdir(), 'umbel-shop-'))
  await mkdir(join(dir, 'node_modules'))
  await symlink(join(import.meta.dirname, '..'), join(dir, 'node_modules', 'umbel'))
  await writeFile(join(dir, 'package.json'), '{"type":"module"}')
  await writeFile(join(dir, 'tasks.ts'), tasks(redis.url))
  // Broker and results are where the app says.
  dashboard = await startDashboard([
    ...['--worker', '--beat', '-A', join(dir, 'tasks.ts'), '--worker-pool=processes', '--worker-concurrency=2'],
    `--data-dir=${join(dir, 'data')}`,
  ])
})
test.afterAll(async () => {
  await dashboard?.stop()
  await redis?.stop()
  await rm(dir, { recursive: true, force: true })
})

test('Python sends a task and gets its result from the worker inside the dashboard', async () => {
  const program = `
from proj import app
r = app.send_task("shop.add", (40, 2))
print(r.get(timeout=40), r.state)
r = app.send_task("shop.add", (1,), {"y": 2})
print(r.get(timeout=40))
`
  expect((await runPython(program, { broker: redis.url })).trim().split('\n')).toEqual(['42 SUCCESS', '3'])
})

test('its tasks run in processes, which send tasks themselves', async () => {
  const program = `
from proj import app
pid, id = app.send_task("shop.relay").get(timeout=40)
print(pid, app.AsyncResult(id).get(timeout=40))
`
  const [pid, sum] = (await runPython(program, { broker: redis.url })).trim().split(' ')
  expect(sum).toBe('23')
  expect(Number(pid)).not.toBe(dashboard.pid)
})

test('beat fires, the worker runs it, and the page shows it', async ({ page }) => {
  await page.goto(`${dashboard.url}/tasks?q=name:shop.tick`)
  const rows = page.getByRole('grid').locator('[data-id]')
  await expect(rows.nth(1)).toBeVisible()
  await expect(rows.filter({ hasText: 'Succeeded' }).first()).toContainText('tock')
})

test('at its end the worker takes its leave, and nothing is left half done', async () => {
  expect(await dashboard.stop()).toBe(0)
  expect(await redis.connect().hlen('unacked')).toBe(0)
  await waitFor(
    async () =>
      (await runPython('from proj import app; print(app.control.ping(timeout=0.5))', { broker: redis.url })).trim() ===
      '[]',
  )
})
