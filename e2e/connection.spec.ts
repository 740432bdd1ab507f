/** The wire between browser and Umbel: cut and healed, behind a password, and closed to other sites. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { type Dashboard, type Stack, startDashboard, startStack } from './stack.ts'

let stack: Stack
let locked: Dashboard

test.beforeAll(async () => {
  stack = await startStack()
  const [worker, dashboard] = await Promise.all([
    stack.worker({ hostname: 'one@test' }),
    startDashboard([`--broker=${stack.redis.url}`, '--basic_auth=anna:se:cret'], { FLOWER_UNAUTHENTICATED_API: '' }),
  ])
  locked = dashboard
  expect(worker.pid).toBeGreaterThan(0)
})
test.afterAll(async () => {
  await locked?.stop()
  await stack?.stop()
})

const send = async (n: number) =>
  (await stack.python(`from proj import add\nprint(*[add.delay(i).id for i in range(${n})])`)).trim().split(' ')

test('the dashboard is killed and started again: the page goes on by itself, with nothing twice and nothing lost', async ({
  page,
}) => {
  const faults: string[] = []
  page.on('pageerror', (error) => faults.push(error.message))
  const dataDir = await mkdtemp(join(tmpdir(), 'umbel-e2e-'))
  const options = [`--broker=${stack.redis.url}`, `--data-dir=${dataDir}`]
  const first = await startDashboard(options)
  await page.goto(`${first.url}/tasks?q=name:proj.add`)
  const before = await send(5)
  const rows = page.getByRole('grid').locator('[data-id]')
  const lost = page.getByRole('region', { name: 'State of the connection' }).getByText('Connection to Umbel lost.')
  await expect(rows).toHaveCount(5)
  await first.stop('SIGKILL')
  await expect(lost).toBeVisible()
  // What was known stays on the page.
  await expect(rows).toHaveCount(5)

  const between = await send(3)
  const second = await startDashboard(options, {}, first.port)
  await expect(lost).toHaveCount(0)
  const after = await send(2)
  const waiting = page.getByRole('button', { name: /new/ })
  await expect(async () => {
    if (await waiting.isVisible()) await waiting.click({ timeout: 1_000 }) // it is there where rows wait
    await expect(rows).toHaveCount(10, { timeout: 2_000 })
  }).toPass({ timeout: 60_000 })
  const shown = await rows.evaluateAll((all) => all.map((one) => one.getAttribute('data-id')))
  expect([...shown].sort()).toEqual([...before, ...between, ...after].sort())
  expect(faults).toEqual([])
  await second.stop()
  await rm(dataDir, { recursive: true, force: true })
})

test.describe('with a password', () => {
  test('nothing is shown without it', async ({ page, request }) => {
    await expect(page.goto(locked.url)).rejects.toThrow('ERR_INVALID_AUTH_CREDENTIALS')
    for (const path of ['/', '/tasks', '/api/tasks', '/umbel/me']) {
      expect([path, (await request.get(locked.url + path)).status()]).toEqual([path, 401])
    }
  })

  test('with it the page lives, its socket too, and says who is there', async ({ browser }) => {
    const context = await browser.newContext({ httpCredentials: { username: 'anna', password: 'se:cret' } })
    const page = await context.newPage()
    const sockets: string[] = []
    page.on('websocket', (socket) => sockets.push(socket.url()))
    await page.goto(`${locked.url}/tasks?q=name:proj.add`)
    const [id = ''] = await send(1)
    await expect(page.locator(`[data-id="${id}"]`)).toBeVisible()
    expect(sockets.length).toBeGreaterThan(0)

    const answer = await page.evaluate(async () => {
      const tries = [{ tasks: ['none'] }].map((body) =>
        fetch('/umbel/actions/task.revoke', {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(body),
        }),
      )
      return (await Promise.all(tries)).map((response) => response.status)
    })
    expect(answer).toEqual([200])
    await context.close()
  })
})

test('every page says that the broker takes no message, why, and when it does again', async ({ page }) => {
  const redis = stack.redis.connect()
  await page.goto(`${stack.dashboard.url}/tasks`)
  const bars = page.getByRole('region', { name: 'State of the connection' })
  await redis.config('SET', 'maxmemory', '1')
  await expect(bars).toContainText('takes no new message: its memory is full')
  await expect(bars).toContainText('Raise maxmemory')
  await redis.config('SET', 'maxmemory', '0')
  await expect(bars).toBeEmpty()
})

test('another site can neither act nor listen', async ({ page }) => {
  // The same machine under another name is another site.
  const elsewhere = stack.dashboard.url.replace('127.0.0.1', 'localhost')
  const revoke = { headers: { origin: elsewhere }, data: { tasks: ['x'] } }
  expect((await page.request.post(`${stack.dashboard.url}/umbel/actions/task.revoke`, revoke)).status()).toBe(403)

  await page.goto(`${locked.url}/healthcheck`)
  const opened = await page.evaluate(
    (url) =>
      new Promise((resolve) => {
        const socket = new WebSocket(url)
        socket.onopen = () => resolve('open')
        socket.onerror = () => resolve('refused')
      }),
    `${stack.dashboard.url.replace('http', 'ws')}/umbel/socket/?EIO=4&transport=websocket`,
  )
  expect(opened).toBe('refused')
})
