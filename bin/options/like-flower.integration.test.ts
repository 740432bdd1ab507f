/** Options beside those of the real Flower: the same names, defaults, sentences and banner. */
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { pythonPath } from '../../lib/testing/celery.ts'
import { freePort } from '../../lib/testing/free-port.ts'
import { type RedisServer, startRedis } from '../../lib/testing/redis.ts'
import { waitFor } from '../../lib/testing/wait-for.ts'
import { dashboardOptions } from './dashboard-options.ts'
import { optionValues, readArguments } from './parse-options.ts'

const APP_DIR = new URL('../../tests/compat/', import.meta.url).pathname
const CLI = new URL('../cli.ts', import.meta.url).href
const PROGRAM = `import { main } from ${JSON.stringify(CLI)}\nawait main(process.argv.slice(1))`

let redis: RedisServer
beforeAll(async () => {
  redis = await startRedis()
})
afterAll(() => redis?.stop())

interface Defined {
  readonly name: string
  readonly default: unknown
}

/** Where Umbel's default is another one on purpose, or is said in another way. */
const OTHER_DEFAULTS = [
  'help', // --help is there, for every command
  'format_task', // of the config file only, in Flower too
  'conf', // several names are looked for
  'cookie_secret', // made where none is given
  'basic_auth', // an empty list
  'tasks_columns', // Umbel's own choice
  'task_runtime_metric_buckets', // the same, said by an empty list
  'inspect_timeout', // 1000.0
  'url_prefix', // an empty text
  'logging', // --loglevel, which is info too
  'log_to_stderr', // decided by whether there is a file, in Tornado too
]

it('every option of Flower and of Tornado’s log is there, with the same default', async () => {
  const program = `
import json
from flower.options import options
print(json.dumps([dict(name=o.name.replace("-", "_"), default=None if o.multiple else o.default)
    for o in options._options.values()], default=str))`
  const { stdout } = await promisify(execFile)(pythonPath(), ['-c', program])
  const defined = JSON.parse(stdout) as readonly Defined[]
  expect(defined.length).toBeGreaterThan(38)
  const ours = new Set([...Object.keys(dashboardOptions), 'help', 'format_task'])
  expect(defined.map(({ name }) => name).filter((name) => !ours.has(name))).toEqual([])
  const defaults: Readonly<Record<string, unknown>> = optionValues(
    dashboardOptions,
    readArguments(dashboardOptions, []),
    {},
    null,
  )
  const different = defined.filter(({ name, default: value }) => (defaults[name] || null) !== (value || null))
  expect(different.map(({ name }) => name).filter((name) => !OTHER_DEFAULTS.includes(name))).toEqual([])
})

interface Ended {
  readonly code: number | null
  readonly text: string
}

function flower(args: readonly string[]): ChildProcess {
  const env = {
    ...process.env,
    UMBEL_TEST_BROKER: redis.url,
    UMBEL_TEST_BACKEND: redis.url,
    PYTHONDONTWRITEBYTECODE: '1',
  }
  return spawn(pythonPath(), ['-m', 'celery', '-A', 'proj', 'flower', ...args], { cwd: APP_DIR, env })
}

function umbel(args: readonly string[]): ChildProcess {
  return spawn(process.execPath, ['--input-type=module', '-e', PROGRAM, '--', `--broker=${redis.url}`, ...args])
}

function textOf(child: ChildProcess): () => string {
  let text = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      text += chunk.toString()
    })
  }
  return () => text
}

async function ended(child: ChildProcess): Promise<Ended> {
  const text = textOf(child)
  const [code] = await once(child, 'close')
  return { code: code === null ? null : Number(code), text: text() }
}

it('half of TLS ends both in the same words', async () => {
  const args = ['--certfile=/tmp/none.crt']
  const [theirs, ours] = await Promise.all([ended(flower(args)), ended(umbel(args))])
  const sentence = "Both 'certfile' and 'keyfile' are required to enable SSL"
  expect([theirs.code, ours.code]).toEqual([1, 2])
  for (const { text } of [theirs, ours]) expect(text).toContain(sentence)
})

it('both say where they are in the same line, and end with 0 when they are told to', async () => {
  for (const start of [flower, umbel]) {
    const port = await freePort()
    const child = start([`--port=${port}`, '--address=127.0.0.1', '--url_prefix=flower/here', '--read_only=true'])
    const text = textOf(child)
    await waitFor(() => text().includes(`Visit me at http://127.0.0.1:${port}/flower/here/\n`))
    await waitFor(() => text().includes('Broker: redis://'))
    const url = `http://127.0.0.1:${port}`
    await waitFor(async () => (await fetch(`${url}/flower/here/healthcheck`)).status === 200)
    expect((await fetch(`${url}/healthcheck`)).status).toBe(404)
    const exited = once(child, 'exit')
    child.kill('SIGTERM')
    expect((await exited)[0]).toBe(0)
  }
})
