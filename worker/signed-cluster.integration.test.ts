/** A cluster in which all is signed, half of it Python: tasks, results, chords, remote control, and who is not let in. */
import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Celery, chord } from '../lib/client/index.ts'
import { pythonPath, runPython, startCelery } from '../lib/testing/celery.ts'
import { type RedisServer, startRedis } from '../lib/testing/redis.ts'
import { startUmbelWorker, type UmbelWorker } from '../lib/testing/umbel-worker.ts'
import { waitFor } from '../lib/testing/wait-for.ts'

let redis: RedisServer
let keys = ''
const ends: (() => Promise<unknown>)[] = []

beforeAll(async () => {
  redis = await startRedis()
  keys = await mkdtemp(join(tmpdir(), 'umbel-keys-'))
  const program = new URL('../tests/compat/signatures.py', import.meta.url).pathname
  await promisify(execFile)(pythonPath(), [program, 'make', keys])
})

afterAll(async () => {
  for (const end of ends.reverse()) await end()
  await redis.stop()
  await rm(keys, { recursive: true })
})

function databaseOf(number: number): string {
  return redis.url.replace(/\/\d+$/, `/${number}`)
}

function signedApp(url: string): Celery {
  const app = new Celery('signed', {
    ...{ broker: url, backend: url, task_serializer: 'auth', result_serializer: 'auth', accept_content: ['auth'] },
    security_key: join(keys, 'js.key'),
    security_key_password: 'secret',
    security_certificate: join(keys, 'js.pem'),
    security_cert_store: join(keys, '[jp]*.pem'),
  })
  app.setupSecurity()
  app.task('signed.add', { params: ['x', 'y'] }, (x: number, y: number) => x + y)
  app.task('signed.total', {}, (numbers: readonly number[]) => numbers.reduce((sum, one) => sum + one, 0))
  app.task('signed.again', { bind: true, maxRetries: 1 }, (self) => {
    if (self.request.retries === 0) throw self.retry({ countdown: 0 })
    return 'second'
  })
  ends.push(() => app.close())
  return app
}

async function startOurs(url: string): Promise<UmbelWorker> {
  const app = signedApp(url)
  const worker = await startUmbelWorker({
    url,
    app,
    resultOptions: { codecs: app.compiled.codecs, serializer: 'auth' },
  })
  ends.push(worker.stop)
  return worker
}

const env = () => ({ UMBEL_TEST_KEYS: keys })

test('Python sends to us: tasks, retries, chords and control are believed, what nobody signed is not', async () => {
  const url = databaseOf(1)
  await startOurs(url)
  const program = `
import json, time
from celery import Celery, chain, chord, signature
from signed_app import app, add, total, again
got = [add.delay(2, 3).get(timeout=40), again.delay().get(timeout=40), chain(add.s(1, 2), add.s(3)).delay().get(timeout=40),
  chord([add.s(1, 1), add.s(2, 2)], total.s()).delay().get(timeout=40), app.control.ping(timeout=2)]
print(json.dumps(got))`
  const printed = await runPython(program, { broker: url, env: env() })
  expect(JSON.parse(printed)).toEqual([5, 'second', 6, 6, [{ 'ts@test': { ok: 'pong' } }]])

  const stranger = new Celery('stranger', { broker: url, backend: url })
  ends.push(() => stranger.close())
  const refused = await stranger.sendTask('signed.add', [1, 1])
  expect(await stranger.control.inspect({ timeout: 0.5 }).ping()).toBeNull()
  const client = redis.connect()
  await client.select(1)
  await waitFor(async () => (await client.llen('celery')) + (await client.hlen('unacked')) === 0)
  expect(await client.get(`celery-task-meta-${refused.id}`)).toBeNull()
})

test('we send to Python, read what it signed, and finish a chord together', async () => {
  const url = databaseOf(2)
  const python = await startCelery({ broker: url, app: 'signed_app', env: env() })
  ends.push(() => python.stop())
  const app = signedApp(url)

  expect(await (await app.sendTask('signed.add', [2, 3])).get({ timeout: 40 })).toBe(5)
  expect(await (await app.sendTask('signed.again', [])).get({ timeout: 40 })).toBe('second')
  expect(await app.control.inspect({ timeout: 5, destination: ['py@test'] }).ping()).toEqual({
    'py@test': { ok: 'pong' },
  })

  await startOurs(url)
  const parts = Array.from({ length: 10 }, (_, i) => app.signature('signed.add', { args: [i, i] }))
  const whole = await chord(parts, app.signature('signed.total')).applyAsync()
  expect(await whole.get({ timeout: 40 })).toBe(90)
  const client = redis.connect()
  await client.select(2)
  const raw = await client.get(`celery-task-meta-${whole.id}`)
  expect(raw).toMatch(/^[\w+/=\s]+$/) // signed, and not JSON
})
