import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { loadApp } from './load-app.ts'

const CLIENT = new URL('./index.ts', import.meta.url).href
let dir = ''

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'umbel-app-'))
})
afterEach(() => rm(dir, { recursive: true }))

async function file(name: string, text: string): Promise<string> {
  const path = join(dir, name)
  await writeFile(path, text)
  return path
}

test.each([
  ['app', `import { Celery } from '${CLIENT}'; export const app: Celery = new Celery('one')`],
  ['default', `import { Celery } from '${CLIENT}'; export default new Celery('one')`],
])('takes the app exported as %s', async (_, text) => {
  expect((await loadApp(await file('tasks.ts', text))).name).toBe('one')
})

test.each([
  ['empty.ts', 'export {}', 'it exports nothing'],
  ['other.ts', 'export const tasks = 5', 'it exports no Celery app as "app" or default (only tasks)'],
  ['throws.ts', 'throw new Error("no database")', 'no database'],
])('%s says what is wrong', async (name, text, reason) => {
  const path = await file(name, text)

  await expect(loadApp(path)).rejects.toMatchObject({ code: 'app/cannot-load' })
  await expect(loadApp(path)).rejects.toThrow(reason)
})

test('a file that is not there', async () => {
  await expect(loadApp(join(dir, 'nowhere.ts'))).rejects.toThrow('there is no such file')
})
