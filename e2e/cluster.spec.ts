/** The main job, with a real Celery worker: tasks run before one's eyes, are revoked, fail and are retried. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, type Page, test } from '@playwright/test'
import { waitFor } from '../lib/testing/wait-for.ts'
import { type Stack, startStack } from './stack.ts'

let stack: Stack
let dir: string

test.beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'umbel-flag-'))
  stack = await startStack()
  await stack.worker({ hostname: 'one@test', concurrency: 4 })
})

test.afterAll(async () => {
  await stack.stop()
  await rm(dir, { recursive: true, force: true })
})

test('200 real tasks run, and the counts agree with what Python itself counts', async ({ page }) => {
  await page.goto(`${stack.dashboard.url}/tasks?q=name:proj.add,proj.fail`)
  const python = await stack.python(`
from celery import group
from celery.result import ResultSet
from proj import add, fail
results = [(fail if i % 10 == 0 else add).delay(*(("odd",) if i % 10 == 0 else (i, 1))) for i in range(200)]
ResultSet(results).join(timeout=60, propagate=False)
states = [r.state for r in results]
print(states.count("SUCCESS"), states.count("FAILURE"))
`)

  const [succeeded, failed] = python.trim().split(' ')
  expect([succeeded, failed]).toEqual(['180', '20'])
  await expect(tab(page, 'Succeeded')).toContainText('180')
  await expect(tab(page, 'Failed')).toContainText('20')
  await expect(tab(page, 'All')).toContainText('200')

  const counted = await metrics()
  expect(counted('task-received')).toBe(200)
  expect(counted('task-succeeded')).toBe(180)
  expect(counted('task-failed')).toBe(20)
})

test('a task appears by itself', async ({ page }) => {
  await page.goto(`${stack.dashboard.url}/tasks?q=name:proj.echo`)
  await expect(page.getByText('No task matches this filter.')).toBeVisible()
  const id = (await stack.python('from proj import echo; print(echo.delay("seen").id)')).trim()

  await expect(page.locator(`[data-id="${id}"]`)).toBeVisible()
})

test('a waiting task is revoked from its page, and the command is followed to its end', async ({ page }) => {
  // Held by the worker until its time: it can be taken back.
  const id = (await stack.python('from proj import add; print(add.apply_async((1, 2), countdown=600).id)')).trim()
  await page.goto(`${stack.dashboard.url}/task/${id}`)
  await page.getByRole('button', { name: 'Revoke…' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke task' }).click()

  await expect(page.getByText('The task was revoked.').first()).toBeVisible()
  const state = await stack.python(`
from proj import app
import time
for _ in range(100):
    if app.AsyncResult("${id}").state == "REVOKED": break
    time.sleep(0.1)
print(app.AsyncResult("${id}").state)
`)
  expect(state.trim()).toBe('REVOKED')
})

test('a failed task is retried from its page with its own arguments, and succeeds', async ({ page }) => {
  const flag = join(dir, 'ready')
  const id = (
    await stack.python(`from proj import fail_until; print(fail_until.delay(${JSON.stringify(flag)}).id)`)
  ).trim()
  await page.goto(`${stack.dashboard.url}/task/${id}`)
  await expect(page.getByRole('main').getByText('Failed', { exact: true }).first()).toBeVisible()
  await writeFile(flag, '')
  await page.getByRole('button', { name: 'Retry…' }).click()
  await expect(page.getByRole('dialog')).toContainText(flag)
  await page.getByRole('dialog').getByRole('button', { name: 'Retry task' }).click()

  await page.getByRole('link', { name: 'Open' }).click()
  await expect(page).not.toHaveURL(new RegExp(id))
  await expect(page.getByRole('main').getByText('Succeeded', { exact: true }).first()).toBeVisible()
  const newId = new URL(page.url()).pathname.split('/').pop() ?? ''
  const python = await stack.python(
    `from proj import app; r = app.AsyncResult("${newId}"); print(r.get(timeout=40), r.args)`,
  )
  expect(python.trim()).toBe(`done ['${flag}']`)
  // The link leads back as well.
  await page.goto(`${stack.dashboard.url}/task/${id}`)
  await expect(page.getByRole('main').locator(`a[href$="${newId}"]`).first()).toBeVisible()

  // All that is known of it, as it was told.
  await page.getByRole('tab', { name: /^Events/ }).click()
  await expect(page.getByRole('table', { name: 'Events of this task' })).toContainText('failed')
  await page.getByRole('tab', { name: 'Raw' }).click()
  await expect(page.getByRole('region', { name: 'Fields of its events' })).toContainText(`"uuid": "${id}"`)
  await expect(page.getByRole('region', { name: 'Stored result' })).toContainText('"status": "FAILURE"')
})

test('arguments that Celery cut are asked for, never guessed', async ({ page }) => {
  const worker = await stack.worker({ hostname: 'plain@test', queues: ['plain'], env: { UMBEL_TEST_EXTENDED: '0' } })
  const id = (
    await stack.python('from proj import echo; print(echo.apply_async(("x" * 5000,), queue="plain").id)')
  ).trim()
  await page.goto(`${stack.dashboard.url}/task/${id}`)
  await expect(page.getByRole('main').getByText('Succeeded', { exact: true }).first()).toBeVisible()
  await page.getByRole('button', { name: 'Retry…' }).click()

  const dialog = page.getByRole('dialog')
  await expect(dialog).toContainText('The whole arguments are not known.')
  await dialog.getByRole('button', { name: 'Retry task' }).click()
  await expect(dialog).toBeVisible()
  await dialog.getByLabel('Positional arguments').fill('("short",)')
  await dialog.getByLabel('Keyword arguments').fill('{}')
  await dialog.getByRole('button', { name: 'Retry task' }).click()
  await page.getByRole('link', { name: 'Open' }).click()
  await expect(page.getByRole('main')).toContainText('short')
  await worker.stop()
})

test('nothing moves under the pointer while tasks come in', async ({ page }) => {
  await page.goto(`${stack.dashboard.url}/tasks`)
  const third = page.getByRole('grid').locator('[data-id]').nth(2)
  await third.hover()
  const id = await third.getAttribute('data-id')
  const before = await third.boundingBox()
  await stack.python('from proj import add\nfor i in range(30): add.delay(i)')

  await expect(page.getByRole('button', { name: /new/ }).first()).toBeVisible()
  expect(await page.locator(`[data-id="${id}"]`).boundingBox()).toEqual(before)
})

test('killing and restarting Redis needs no restart of Umbel', async ({ page }) => {
  await page.goto(`${stack.dashboard.url}/workers`)
  await expect(
    page.getByRole('main').getByText('one@test').or(page.getByRole('main').getByText('one')).first(),
  ).toBeVisible()
  await stack.redis.kill()
  await expect(page.getByText(/cannot reach/).first()).toBeVisible()
  await stack.redis.restart()

  await expect(page.getByText(/cannot reach/)).toHaveCount(0)
  // Python's own worker does not always survive this (kombu 5.7 fails while it closes the old channel): another one runs
  // the task. Umbel is still the same.
  await stack.worker({ hostname: 'two@test' })
  const id = await waitFor(async () =>
    (await stack.python('from proj import add; print(add.delay(40, 2).id)').catch(() => '')).trim(),
  )
  await waitFor(async () => (await task(id))?.state === 'SUCCESS', {
    what: 'the task after the restart',
  })
})

function tab(page: Page, name: string) {
  return page.getByRole('group', { name: 'State' }).getByRole('button', { name })
}

async function task(id: string): Promise<{ readonly state: string } | null> {
  const response = await fetch(`${stack.dashboard.url}/api/task/info/${id}`)
  return response.ok ? ((await response.json()) as { readonly state: string }) : null // Flower's shape
}

/** Sums of `flower_events_total` by type. */
async function metrics(): Promise<(type: string) => number> {
  const text = await (await fetch(`${stack.dashboard.url}/metrics`)).text()
  return (type) =>
    [...text.matchAll(/^flower_events_total\{([^}]*)\} (\S+)$/gm)]
      .filter(([, labels = '']) => labels.includes(`type="${type}"`))
      .reduce((sum, [, , value]) => sum + Number(value), 0)
}
