/** Every page, light and dark, wide and narrow, on a cluster with some history: no accessibility fault, no CSP report. */
import { gzipSync } from 'node:zlib'
import AxeBuilder from '@axe-core/playwright'
import { type BrowserContext, expect, type Page, type Response, test } from '@playwright/test'
import { waitFor } from '../lib/testing/wait-for.ts'
import { type Stack, startStack } from './stack.ts'

// The longest file: its pages are shared out, to a stack for each who opens them.
test.describe.configure({ mode: 'parallel' })

let stack: Stack
let failedId: string

const RULES = `
alerts:
  rules:
    - { name: Orphans, kind: queue-length, queue: orphans, above: 3 }
    - { name: Failing, kind: failure-rate, share: 0.9, minimum: 5 }
`

test.beforeAll(async () => {
  stack = await startStack(RULES)
  await stack.worker({ hostname: 'one@test' })
  const printed = await stack.python(`
from proj import add, fail, progress, sleep
ids = [add.delay(i, 1).id for i in range(20)]
print(fail.delay("a <b>bold</b> failure").id)
progress.delay(3)
for i in range(5): add.apply_async((i,), queue="orphans")
sleep.delay(600)
`)
  failedId = printed.trim()
  // What a worker of ours leaves of a message that it cannot read.
  await stack.redis.connect().lpush('umbel:quarantine:orphans', 'not json', '{"headers": {"task": "proj.add"}}')
  // A schedule as RedBeat keeps it.
  const schedule = {
    __type__: 'crontab',
    minute: '30',
    hour: '2',
    day_of_week: '*',
    day_of_month: '*',
    month_of_year: '*',
  }
  const nightly = { name: 'nightly', task: 'proj.add', args: [1, 2], kwargs: {}, options: {}, schedule, enabled: true }
  await stack.redis.connect().hset('redbeat:nightly', { definition: JSON.stringify(nightly), meta: '{}' })
  await stack.redis.connect().zadd('redbeat::schedule', Date.now() / 1_000 + 3_600, 'redbeat:nightly')
  await waitFor(async () => (await api('/api/tasks?state=FAILURE')) !== '{}', { what: 'the failed task' })
})

test.afterAll(() => stack.stop())

const PAGES = [
  ['Overview', () => '/'],
  ['Tasks', () => '/tasks'],
  ['Tasks, filtered', () => '/tasks?q=state:failed'],
  ['Tasks, nothing found', () => '/tasks?q=name:nowhere'],
  ['Task', () => `/task/${failedId}`],
  ['Task, raw', () => `/task/${failedId}?tab=raw`],
  ['Task, unknown', () => '/task/0a0a0a0a-0000-4000-8000-000000000000'],
  ['Class', () => '/class/proj.add'],
  ['Queues', () => '/queues'],
  ['Broker', () => '/broker'],
  ['Queue', () => '/queue/orphans'],
  ['Workers', () => '/workers'],
  ['Worker', () => '/worker/one@test'],
  ['Schedules', () => '/schedules'],
  ['Schedules, coming day', () => '/schedules?tab=calendar'],
  ['Schedule', () => '/schedule/redis/nightly'],
  ['Alerts', () => '/alerts'],
  ['Alerts, rules', () => '/alerts?tab=rules'],
  ['Settings', () => '/settings'],
  ['Settings, access', () => '/settings?tab=access'],
  ['Settings, tokens', () => '/settings?tab=tokens'],
  ['Audit', () => '/audit'],
] as const

for (const [name, path] of PAGES) {
  test(`${name}: no accessibility fault, its content policy kept, small scripts, a phone's width enough`, async ({
    page,
    context,
  }) => {
    const reports = policyReports(page)
    const scripts: Promise<{ sent: number; gzip: number }>[] = []
    let counts = true
    page.on('response', (response) => {
      if (counts && new URL(response.url()).pathname.endsWith('.js')) scripts.push(sizesOf(response))
    })

    await inTheme(context, 'light')
    await open(page, path())
    // What comes late is counted too.
    for (const chart of await page.locator('figure').all())
      await expect(chart.locator('.recharts-surface')).toBeVisible()
    await page.waitForLoadState('networkidle')
    counts = false
    const sizes = await Promise.all(scripts)
    expect(sizes.length).toBeGreaterThan(5)
    expect(sizes.reduce((sum, { sent }) => sum + sent, 0)).toBeLessThan(210_000)
    // Also where a proxy in front lets no Brotli through.
    expect(sizes.reduce((sum, { gzip }) => sum + gzip, 0)).toBeLessThan(245_000)
    expect(await faults(page)).toEqual([])

    await inTheme(context, 'dark')
    await open(page, path())
    expect(await faults(page)).toEqual([])

    await page.setViewportSize({ width: 320, height: 640 })
    await expect.poll(() => page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320)
    expect(reports).toEqual([])
  })
}

function inTheme(context: BrowserContext, theme: 'light' | 'dark'): Promise<void> {
  return context.addCookies([{ name: 'umbel-theme', value: theme, url: stack.dashboard.url }])
}

async function faults(page: Page) {
  const { violations } = await new AxeBuilder({ page }).analyze()
  return violations.map(({ id, nodes }) => [id, nodes.map((node) => node.html)])
}

async function sizesOf(response: Response): Promise<{ sent: number; gzip: number }> {
  const { responseBodySize } = await response.request().sizes()
  return { sent: responseBodySize, gzip: gzipSync(await response.body()).length }
}

async function open(page: Page, path: string): Promise<void> {
  await page.goto(stack.dashboard.url + path)
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  await expect(page.locator('[aria-busy=true]')).toHaveCount(0)
}

/** What the browser refused because of the content security policy. */
function policyReports(page: Page): string[] {
  const reports: string[] = []
  page.on('console', (message) => {
    if (/content security policy/i.test(message.text())) reports.push(message.text())
  })
  page.on('pageerror', (error) => reports.push(error.message))
  return reports
}

async function api(path: string): Promise<string> {
  return (await fetch(stack.dashboard.url + path)).text()
}

test('the list of keys can be read by keys in a low window', async ({ page }) => {
  await page.setViewportSize({ width: 1280, height: 500 })
  await open(page, '/tasks')
  // Keys are heard once the page has come alive, which nothing on it shows.
  const list = page.getByRole('dialog', { name: 'Keys' })
  await expect(async () => {
    if (!(await list.isVisible())) await page.keyboard.press('?')
    await expect(list).toBeVisible({ timeout: 2_000 })
  }).toPass({ timeout: 60_000 })

  expect(await faults(page)).toEqual([])
})
