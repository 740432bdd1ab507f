/** The Schedules page with a beat that runs: what it shows, and that what a person does there is what beat does. */
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import AxeBuilder from '@axe-core/playwright'
import { expect, type Locator, type Page, test } from '@playwright/test'
import { type RedisServer, startRedis } from '../lib/testing/redis.ts'
import { waitFor } from '../lib/testing/wait-for.ts'
import { type Dashboard, startDashboard } from './stack.ts'

const tasks = (broker: string) => `
import { Celery, crontab } from 'umbel'

export const app = new Celery('shop', {
  broker: '${broker}',
  backend: '${broker}',
  timezone: 'UTC',
  // Edits are seen at the next look.
  beat_max_loop_interval: 0.2,
  beat_schedule: {
    tick: { task: 'shop.tick', schedule: 1 },
    pulse: { task: 'shop.pulse', schedule: 1 },
    nightly: { task: 'shop.report', schedule: crontab({ minute: '30', hour: '2', dayOfWeek: 'mon-fri' }), args: ['by night'] },
  },
})

app.task('shop.tick', {}, () => 'tick')
app.task('shop.pulse', {}, () => 'pulse')
app.task('shop.report', { params: ['what'] }, (what: string) => what)
`

let redis: RedisServer
let dashboard: Dashboard
let dir: string

test.beforeAll(async () => {
  redis = await startRedis()
  // As after `npm install umbel` in that folder.
  dir = await mkdtemp(join(tmpdir(), 'umbel-schedules-'))
  await mkdir(join(dir, 'node_modules'))
  await symlink(join(import.meta.dirname, '..'), join(dir, 'node_modules', 'umbel'))
  await writeFile(join(dir, 'package.json'), '{"type":"module"}')
  await writeFile(join(dir, 'tasks.ts'), tasks(redis.url))
  dashboard = await startDashboard([
    ...['--worker', '--beat', '-A', join(dir, 'tasks.ts'), '--worker-concurrency=2'],
    `--data-dir=${join(dir, 'data')}`,
  ])
  await waitFor(async () => (await runsOf('shop.tick')) > 1, { what: 'the first runs' })
})
test.afterAll(async () => {
  await dashboard?.stop()
  await redis?.stop()
  await rm(dir, { recursive: true, force: true })
})

test('the entries are shown with what they do, and who sends them', async ({ page }) => {
  await page.goto(`${dashboard.url}/schedules`)
  const nightly = row(page, 'nightly')

  await expect(nightly).toContainText(/02:30/)
  await expect(nightly).toContainText('never ran')
  await expect(row(page, 'tick').getByRole('img', { name: /^The last \d+ runs: .*succeeded/ })).toBeVisible()
  await expect(page.getByRole('list', { name: 'Beats' })).toContainText(/leads|sends/)
  await page.getByLabel('Search schedules').fill('night')
  await expect(rows(page)).toHaveCount(1)
  await expect(page).toHaveURL(/q=night/)
})

test('an entry that is held does not run, one that is resumed does', async ({ page }) => {
  await page.goto(`${dashboard.url}/schedules`)
  await choose(page, 'tick', 'Hold for good')
  await expect(row(page, 'tick')).toContainText('Held')

  // Whatever was sent before the hold has come by the time that two more of the other have.
  await otherRuns('shop.pulse', 2)
  const before = await runsOf('shop.tick')
  await otherRuns('shop.pulse', 2)
  expect(await runsOf('shop.tick')).toBe(before)

  await choose(page, 'tick', 'Resume')
  await expect(row(page, 'tick')).toContainText('On')
  await otherRuns('shop.tick', 1)
})

test('an entry is run now, and its task can be opened', async ({ page }) => {
  await openEntry(page, 'nightly')
  await page.getByRole('button', { name: 'Run now…' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Run now' }).click()

  const run = page.getByRole('table', { name: 'Last runs' }).getByRole('row').filter({ hasText: 'by hand' })
  await expect(run).toContainText('Succeeded')
  await expect(page.locator('figure .recharts-surface')).toBeVisible()
  await run.getByRole('link').click()
  await expect(page.getByRole('main')).toContainText('by night')
})

test('the next run is left out', async ({ page }) => {
  await openEntry(page, 'nightly')
  const first = nextTimes(page).first()
  const before = await first.textContent()
  await page.getByRole('button', { name: 'Skip next…' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Skip next run' }).click()

  await expect(first).not.toHaveText(before ?? '')
  await expect(first).toContainText('02:30:00')
  await expect(page.getByRole('table', { name: 'Last runs' })).toContainText('Skipped')
})

test('an entry is edited: what it would do is shown before, how long that lasts is said', async ({ page }) => {
  await openEntry(page, 'nightly')
  await page.getByRole('button', { name: 'Edit…' }).click()
  const dialog = page.getByRole('dialog')
  await expect(dialog).toContainText('until the next deploy')

  await dialog.getByLabel('Minute').fill('99')
  await expect(dialog.getByLabel('Minute')).toHaveAttribute('aria-invalid', 'true')
  await dialog.getByLabel('Minute').fill('45')
  await expect(dialog.getByTestId('preview-words')).toContainText('02:45')
  await dialog.getByRole('button', { name: 'Save schedule' }).click()

  await expect(dialog).toHaveCount(0)
  await expect(nextTimes(page)).toHaveCount(5)
  for (const time of await nextTimes(page).all()) await expect(time).toContainText('02:45:00')
})

test('an entry is added, runs, and is deleted', async ({ page }) => {
  await page.goto(`${dashboard.url}/schedules`)
  await page.getByRole('button', { name: 'New schedule' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name').fill('extra/one')
  await dialog.getByLabel('Task').fill('shop.report')
  await dialog.getByLabel('Every', { exact: true }).fill('0.5')
  await dialog.getByText('Arguments and options').click()
  await dialog.getByLabel('Positional arguments').fill('["extra"]')
  await dialog.getByRole('button', { name: 'Save schedule' }).click()
  await expect(row(page, 'extra/one').getByRole('img', { name: /succeeded/ })).toBeVisible()

  await row(page, 'extra/one').getByRole('link', { name: 'extra/one' }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('extra/one')
  await page.getByRole('button', { name: 'More for extra/one' }).click()
  await page.getByRole('menuitem', { name: 'Delete…' }).click()
  const remove = dialog.getByRole('button', { name: 'Delete schedule' })
  await expect(remove).toHaveAttribute('aria-disabled', 'true')
  await dialog.getByRole('textbox').fill('extra/one')
  await remove.click()
  await expect(page).toHaveURL(/\/schedules$/)
  await expect(row(page, 'tick')).toBeVisible()
  await expect(row(page, 'extra/one')).toHaveCount(0)
})

test('the coming day has a band for what runs all the time, and a table; the form has no accessibility fault', async ({
  page,
}) => {
  await page.goto(`${dashboard.url}/schedules?tab=calendar`)
  const day = page.getByRole('list', { name: 'Runs of the next 24 hours' })
  await expect(day.getByRole('img', { name: /^tick: .* every 1 s/ })).toBeVisible()
  await page.getByRole('button', { name: 'View as table' }).click()
  await expect(page.getByRole('cell', { name: 'and on, every 1 s' }).first()).toBeVisible()

  await page.getByRole('button', { name: 'New schedule' }).click()
  await expect(page.getByTestId('preview-words')).toBeVisible()
  for (const theme of ['light', 'dark']) {
    await page.evaluate((chosen) => document.documentElement.setAttribute('data-theme', chosen), theme)
    const { violations } = await new AxeBuilder({ page }).include('dialog').analyze()
    expect(violations.map(({ id, nodes }) => [id, nodes.map((node) => node.html)])).toEqual([])
  }
})

function rows(page: Page): Locator {
  return page.getByRole('grid', { name: 'Schedules' }).locator('[data-id]')
}

function row(page: Page, name: string): Locator {
  return rows(page).filter({ has: page.getByRole('link', { name, exact: true }) })
}

function nextTimes(page: Page): Locator {
  return page.locator('section').filter({ hasText: 'Next runs' }).locator('tbody tr')
}

async function choose(page: Page, name: string, item: string): Promise<void> {
  await row(page, name)
    .getByRole('button', { name: `Actions for ${name}` })
    .click()
  await page.getByRole('menuitem', { name: item }).click()
}

async function openEntry(page: Page, name: string): Promise<void> {
  await page.goto(`${dashboard.url}/schedule/app/${name}`)
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(name)
  await expect(page.getByRole('button', { name: 'Edit…' })).toBeVisible()
}

/** How many tasks of this name there were. */
async function runsOf(task: string): Promise<number> {
  const answer = await fetch(`${dashboard.url}/api/tasks?limit=10000&taskname=${task}`)
  return Object.keys((await answer.json()) as object).length
}

/** Waits for so many more. */
async function otherRuns(task: string, more: number): Promise<void> {
  const before = await runsOf(task)
  await waitFor(async () => (await runsOf(task)) >= before + more, { what: `${more} more runs of ${task}` })
}
