/** A queue that nobody serves grows: its depth is seen, the alert fires, the webhook is called; then it is well again. */
import { expect, test } from '@playwright/test'
import { waitFor } from '../lib/testing/wait-for.ts'
import { type Stack, startStack } from './stack.ts'
import { startWebhookReceiver, type WebhookReceiver } from './webhook.ts'

let stack: Stack
let webhook: WebhookReceiver

test.beforeAll(async () => {
  webhook = await startWebhookReceiver()
  stack = await startStack(`
alerts:
  channels: [{ name: hook, kind: webhook, url: "${webhook.url}" }]
  rules: [{ name: Backlog, kind: queue-length, queue: backlog, above: 900, below: 100, forSeconds: 2, channels: [hook] }]
`)
})

test.afterAll(async () => {
  await stack.stop()
  await webhook.stop()
})

test('1,000 messages without a worker: depth, alert, webhook, and the way back', async ({ page }) => {
  await page.goto(`${stack.dashboard.url}/queues`)
  await stack.python('from proj import add\nfor i in range(1000): add.apply_async((i,), queue="backlog")')

  await expect(page.getByRole('row', { name: /backlog/ })).toContainText('1,000')
  await waitFor(() => webhook.received.length > 0, { what: 'the webhook call' })
  expect(webhook.received[0]).toMatchObject({
    status: 'firing',
    rule: 'Backlog',
    alerts: [{ subject: 'backlog', value: 1_000 }],
  })
  await page.goto(`${stack.dashboard.url}/alerts`)
  await expect(page.getByRole('main')).toContainText('Queue backlog holds 1000 messages')
  await page.screenshot({ path: 'test-results/alert-firing.png' })

  // From the overview it is silenced with one click, and with one more it is not.
  await page.goto(`${stack.dashboard.url}/`)
  const silence = page.getByRole('button', { name: 'Silence Backlog for an hour' })
  await silence.click()
  const notices = page.getByRole('region', { name: 'Notices' })
  await expect(notices).toContainText('Backlog is silenced for 1 h.')
  await expect(silence).toHaveCount(0)
  await notices.getByRole('button', { name: 'Undo' }).click()
  await expect(notices).toContainText('messages are sent again')
  await expect(silence).toBeVisible()
  await page.goto(`${stack.dashboard.url}/alerts`)

  await stack.worker({ hostname: 'helper@test', queues: ['backlog'], concurrency: 4 })
  await waitFor(() => webhook.received.some(({ status }) => status === 'resolved'), {
    timeoutMs: 60_000,
    what: 'the resolution',
  })
  expect(webhook.received.map(({ status }) => status)).toEqual(['firing', 'resolved'])
  await page.getByRole('tab', { name: /History/ }).click()
  await expect(page.getByRole('main')).toContainText('Backlog')
})

test('the next messages of a waiting queue can be read without being taken', async ({ page }) => {
  await stack.python(
    'from proj import echo\nfor i in range(3): echo.apply_async((i,), {"who": "anna"}, queue="unread")',
  )
  await waitFor(async () => (await (await fetch(`${stack.dashboard.url}/api/queues/length`)).text()).includes('unread'))
  await page.goto(`${stack.dashboard.url}/queue/unread`)

  await expect(page.getByRole('main')).toContainText('proj.echo')
  await expect(page.getByRole('main')).toContainText("'anna'")
  expect(await stack.redis.connect().llen('unread')).toBe(3)

  // Until somebody deletes one of them.
  const table = page.getByRole('table', { name: 'Messages that wait in unread' })
  await table.getByRole('button', { name: 'Delete message 2…', exact: true }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Delete 1 message' }).click()
  await expect(page.getByRole('region', { name: 'Notices' })).toContainText('1 message deleted: proj.echo.')
  await expect(table.getByRole('row')).toHaveCount(3)
  const left = await stack.redis.connect().lrange('unread', 0, -1)
  expect(left.map((raw) => JSON.parse(raw).headers.argsrepr).sort()).toEqual(['(0,)', '(2,)'])
})

test('a rule made in the page: its channel is tested, it fires, tells, is silenced, and ends', async ({ page }) => {
  const before = webhook.received.length
  const told = () => webhook.received.slice(before).map(({ status, rule }) => `${status} ${rule}`)
  await page.goto(`${stack.dashboard.url}/alerts?tab=channels`)
  await page.getByRole('button', { name: 'New channel' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name').fill('mine')
  await dialog.getByLabel('Address').fill(webhook.url)
  await dialog.getByRole('button', { name: 'Save channel' }).click()
  const channel = page.getByRole('listitem').filter({ hasText: 'mine' })
  await channel.getByRole('button', { name: 'Send test' }).click()
  await waitFor(() => told().includes('test Test'), { what: 'the test notification' })
  await expect(channel).not.toContainText('Nothing was sent there yet.')
  // What opens the receiver is not shown again.
  await expect(channel).not.toContainText('/hook')

  await page.getByRole('tab', { name: /Rules/ }).click()
  await page.getByRole('button', { name: 'New rule' }).click()
  await dialog.getByLabel('Name').fill('Mine is long')
  await dialog.getByLabel('Queue, or a pattern with *').fill('mine*')
  await dialog.getByLabel('More messages than').fill('many')
  await dialog.getByRole('button', { name: 'Save rule' }).click()
  await expect(dialog.getByText(/More than: /)).toBeVisible()
  await dialog.getByLabel('More messages than').fill('3')
  await dialog.getByLabel('For how many seconds').fill('0')
  await dialog.getByLabel('Well again at').fill('0')
  await dialog.getByRole('checkbox', { name: 'mine' }).check()
  await dialog.getByRole('checkbox', { name: 'hook' }).uncheck()
  await dialog.getByRole('button', { name: 'Save rule' }).click()
  const rule = page.getByRole('listitem').filter({ hasText: 'Mine is long' })
  await expect(rule).toContainText('Tells mine.')

  await stack.python('from proj import add\nfor i in range(5): add.apply_async((i,), queue="mine-1")')
  await expect(rule).toContainText('Firing')
  await waitFor(() => told().includes('firing Mine is long'), { what: 'the notification' })
  await rule.getByRole('button', { name: 'Silence Mine is long' }).click()
  await page.getByRole('menuitem', { name: 'For 1 hour' }).click()
  await expect(rule).toContainText('Silenced')

  await stack.redis.connect().del('mine-1')
  await expect(rule).not.toContainText('Firing')
  expect(told()).toEqual(['test Test', 'firing Mine is long'])
  await rule.getByRole('button', { name: 'Delete Mine is long' }).click()
  await dialog.getByRole('button', { name: 'Delete rule' }).click()
  await expect(rule).toHaveCount(0)
})
