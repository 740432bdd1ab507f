import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
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

test('every setting that is wrong is named', async () => {
  const settings = "{ broker_ulr: 'redis://h', task_acks_late: 'maybe' }"
  const path = await file(
    'tasks.ts',
    `import { Celery } from '${CLIENT}'; export const app = new Celery('a', ${settings})`,
  )

  await expect(loadApp(path)).rejects.toThrow(/2 settings cannot be right:\n.*broker_ulr.*\n.*task_acks_late/)
})

test.each([
  ['one by its only app, whatever its name', 'export const mine = new Celery("m")', '', 'm'],
  ['a named one', 'export const app = new Celery("a"); export const other = new Celery("o")', ':other', 'o'],
  ['the one called celery', 'export const celery = new Celery("c"); export const x = new Celery("x")', '', 'c'],
])('takes %s', async (_, text, suffix, name) => {
  const path = await file('tasks.ts', `import { Celery } from '${CLIENT}'; ${text}`)

  expect((await loadApp(path + suffix)).name).toBe(name)
})

/** In a process of its own: vitest has its own way to load modules. */
test.each(['{}', '{"type": "commonjs"}'])(
  'in a package that is %s',
  async (content) => {
    await file('package.json', content)
    await file('name.ts', "export const name: string = 'whole'")
    await file(
      'tasks.ts',
      `import { Celery } from '${CLIENT}'\nimport { name } from './name.ts'\nexport const app = new Celery(name)`,
    )
    const loader = new URL('./load-app.ts', import.meta.url).href
    const program = `import { loadApp } from '${loader}'; console.log((await loadApp('${dir}/tasks.ts')).name)`
    const { stdout, stderr } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program])
    expect([stdout, stderr]).toEqual(['whole\n', ''])
  },
  20_000,
)

test('takes a folder with tasks.ts, and a file without its extension', async () => {
  await file('tasks.ts', `import { Celery } from '${CLIENT}'; export const app = new Celery('f')`)

  expect((await loadApp(dir)).name).toBe('f')
  expect((await loadApp(join(dir, 'tasks'))).name).toBe('f')
})

test.each([
  [
    'several apps',
    `import { Celery } from '${CLIENT}'; export const a = new Celery('a'); export const b = new Celery('b')`,
    '',
    'it exports several apps (a, b) and none as "app"; say which one:',
  ],
  ['a name that is not there', 'export const x = 1', ':y', 'it does not export y (only x)'],
  ['a name that is no app', 'export const x = 1', ':x', 'its export x is no Celery app'],
  ['a throw of nothing', 'throw ""', '', 'it throws when it is loaded'],
  ['a package that is not installed', "import 'no-such-package-here'", '', 'no-such-package-here'],
])('%s', async (_, text, suffix, reason) => {
  const path = await file('bad.mjs', text)

  await expect(loadApp(path + suffix)).rejects.toThrow(reason)
})

test('an empty folder', async () => {
  await expect(loadApp(dir)).rejects.toThrow('the folder has none of celery.ts, tasks.ts, app.ts, index.ts')
})

test('a file that is not there', async () => {
  await expect(loadApp(join(dir, 'nowhere.ts'))).rejects.toThrow('there is no such file')
})
