/** What options say about how pages look: columns, times, and whether they move by themselves. */
import { expect, test } from '@playwright/test'
import { type Stack, startStack } from './stack.ts'

let stack: Stack

test.beforeAll(async () => {
  const columns = '--tasks-columns=uuid,name,state,received,eta'
  stack = await startStack('', ['--auto_refresh=false', '--natural_time', columns])
  await stack.worker({ hostname: 'one@test' })
})
test.afterAll(() => stack.stop())

/** Tells of a task that was received three hours ago. */
const OLD = `
import time
from proj import app
with app.events.default_dispatcher() as told:
    told.send("task-received", uuid="old", name="proj.old", args="()", kwargs="{}", timestamp=time.time() - 3 * 3600 - 60)
`

test('the columns of --tasks-columns in their order, times as distances, and no change before it is asked for', async ({
  page,
}) => {
  await stack.python(OLD)
  const old = page.locator('[data-id="old"]')
  const status = async (id: string) => (await fetch(`${stack.dashboard.url}/api/task/info/${id}`)).status
  await expect.poll(() => status('old')).toBe(200)
  await page.goto(`${stack.dashboard.url}/tasks`)
  await expect(old).toBeVisible()
  const heads = await page.getByRole('columnheader').allInnerTexts()
  expect(heads.map((head) => head.trim()).filter((head) => head !== '' && head !== 'Actions')).toEqual([
    'Id',
    'Task',
    'State',
    'Received',
    'ETA',
  ])
  await expect(old).toContainText('3 h ago')

  const id = (await stack.python('from proj import add\nprint(add.delay(1).id)')).trim()
  await expect.poll(() => status(id)).toBe(200)
  const fresh = page.locator(`[data-id="${id}"]`)
  await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 1_500))) // a live page shows it within a second
  await expect(fresh).toHaveCount(0)
  await page.keyboard.press('p')
  await expect(fresh).toBeVisible()
  await expect(page).toHaveURL(/[?&]live=on/)
  await page.reload()
  await stack.python('from proj import add\nadd.apply_async((1,), task_id="later")')
  await expect(page.locator('[data-id="later"]')).toBeVisible()
})
