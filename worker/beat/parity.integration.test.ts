/** What the real `celery beat` sends and says, beside ours (wire.md F11). */
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openBroker } from '../../lib/broker/open-broker.ts'
import { Celery } from '../../lib/client/index.ts'
import { createRuntime } from '../../lib/runtime/runtime.ts'
import { createMemoryScheduleStore } from '../../lib/schedule-store/memory/memory-schedule-store.ts'
import { pythonPath } from '../../lib/testing/celery.ts'
import { type RedisServer, startRedis } from '../../lib/testing/redis.ts'
import { waitFor } from '../../lib/testing/wait-for.ts'
import { startBeat } from './beat.ts'

const APP_DIR = new URL('../../tests/compat/', import.meta.url).pathname
const ENTRIES = {
  plain: { task: 'proj.unknown', schedule: 0.3 },
  registered: { task: 'proj.add', schedule: 0.3, args: [1], kwargs: { y: 2 } },
  options: {
    task: 'proj.unknown',
    schedule: 0.3,
    args: ['a', { b: [null, true, 1.5] }],
    kwargs: { name: 'Zoë' },
    options: { queue: 'other', priority: 6, expires: 60, headers: { tenant: 'x' }, time_limit: 5, countdown: 30 },
  },
  routed: {
    task: 'proj.add',
    schedule: 0.3,
    args: [7],
    options: { queue: 'third', routing_key: 'key', shadow: 'alias' },
  },
}
const OURS = {
  ...ENTRIES,
  options: {
    ...ENTRIES.options,
    options: { queue: 'other', priority: 6, expires: 60, headers: { tenant: 'x' }, timeLimit: 5, countdown: 30 },
  },
  routed: { ...ENTRIES.routed, options: { queue: 'third', routingKey: 'key', shadow: 'alias' } },
}

let redis: RedisServer
let dir = ''
const ends: (() => Promise<unknown>)[] = []
beforeAll(async () => {
  redis = await startRedis()
  dir = await mkdtemp(join(tmpdir(), 'umbel-beat-'))
})
afterAll(async () => {
  // What a failed test has left.
  for (const end of ends.splice(0)) await end().catch(() => {})
  await redis.stop()
  await rm(dir, { recursive: true })
})

function createApp(): Celery {
  const app = new Celery('proj', { broker_url: redis.url, beat_schedule: OURS })
  app.task('proj.add', { priority: 4, timeLimit: 90, params: ['x', 'y'] }, (x: number, y = 1) => x + y)
  return app
}

async function runPython(): Promise<{ stop(): Promise<string> }> {
  const args = [
    '-m',
    'celery',
    '-A',
    'beat_app',
    'beat',
    '-l',
    'INFO',
    '-s',
    join(dir, 'shelve'),
    '--max-interval',
    '1',
  ]
  const child = spawn(pythonPath(), args, {
    cwd: APP_DIR,
    env: { ...process.env, BROKER: redis.url, BEAT_SCHEDULE: JSON.stringify(ENTRIES) },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let text = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (text += chunk))
  const ended = once(child, 'exit')
  async function stop(): Promise<string> {
    child.kill('SIGTERM')
    await ended
    return text
  }
  ends.push(stop)
  return { stop }
}

async function runOurs(lines: string[]): Promise<{ stop(): Promise<void> }> {
  const say = (text: string) => void lines.push(text)
  const runtime = createRuntime({ log: { debug: () => {}, info: say, warning: say, error: say } })
  const broker = openBroker(redis.url, { runtime })
  await broker.open()
  const store = createMemoryScheduleStore({ runtime })
  const beat = await startBeat({ app: createApp(), broker, runtime, store })
  return {
    async stop() {
      await beat.stop()
      await broker.close()
    },
  }
}

/** One message of each entry, without what differs from message to message. */
async function collect(): Promise<Readonly<Record<string, unknown>>> {
  const client = redis.connect()
  const found: Record<string, unknown> = {}
  await waitFor(async () => {
    for (const key of await client.keys('*')) {
      if ((await client.type(key)) !== 'list') continue
      for (const raw of await client.lrange(key, 0, -1)) {
        const message = JSON.parse(raw)
        const { headers, properties } = message
        const name = `${headers.task} ${headers.argsrepr} ${headers.shadow}`
        for (const field of ['expires', 'eta']) {
          if (headers[field] !== null)
            headers[field] = String(headers[field]).replaceAll(/\d+/g, (n) => 'n'.repeat(n.length))
        }
        found[name] = {
          ...{ key, ...message, body: JSON.parse(Buffer.from(message.body, 'base64').toString()) },
          headers: {
            ...headers,
            lang: 'any',
            id: 'id',
            root_id: headers.root_id === headers.id,
            origin: String(headers.origin).replace(/\d+@.*/, 'N@host'),
          },
          properties: {
            ...properties,
            correlation_id: properties.correlation_id === headers.id,
            delivery_tag: 'tag',
            reply_to: typeof properties.reply_to,
          },
        }
      }
    }
    return Object.keys(found).length >= 4
  })
  return found
}

test('each field of each message, each binding and each line of the log is what celery beat has', async () => {
  const client = redis.connect()
  const python = await runPython()
  const theirs = await collect()
  const theirBindings = (await client.keys('_kombu.*')).sort()
  const log = await python.stop()
  await client.flushall()
  const lines: string[] = []
  const ours = await runOurs(lines)
  const mine = await collect()
  const myBindings = (await client.keys('_kombu.*')).sort()
  await ours.stop()

  expect(Object.keys(theirs)).toHaveLength(4)
  expect(mine).toEqual(theirs)
  expect(myBindings).toEqual(theirBindings)
  const said = (text: string) =>
    text.includes('beat: Starting...') && /Scheduler: Sending due task registered \(proj\.add\)/.test(text)
  expect(said(log)).toBe(true)
  expect(said(lines.join('\n'))).toBe(true)
})

test('celery inspect ping and celery status find a beat that answers, and none that does not', async () => {
  const run = promisify(execFile)
  const celery = async (...args: string[]) => {
    const command = ['-m', 'celery', '-A', 'beat_app', ...args]
    const env = { ...process.env, BROKER: redis.url, BEAT_SCHEDULE: '{}' }
    return run(pythonPath(), command, { cwd: APP_DIR, env }).then(
      ({ stdout }) => stdout,
      (error: unknown) => String(Object(error).stderr),
    )
  }
  const runtime = createRuntime()
  const broker = openBroker(redis.url, { runtime })
  await broker.open()
  const app = new Celery('proj', { broker_url: redis.url, beat_enable_remote_control: true })
  const beat = await startBeat({
    ...{ app, broker, runtime, hostname: 'celerybeat@test', store: createMemoryScheduleStore({ runtime }) },
  })
  await waitFor(
    async () =>
      Number((await redis.connect().pubsub('NUMPAT')) ?? 0) +
        ((await redis.connect().pubsub('CHANNELS', '*pidbox*')) as unknown[]).length >
      0,
  )

  const [ping, status, active] = await Promise.all([
    celery('inspect', 'ping', '-d', 'celerybeat@test', '-t', '40', '--json'),
    celery('status', '-t', '6'),
    celery('inspect', 'active', '-t', '1'),
  ])

  expect(JSON.parse(ping)).toEqual({ 'celerybeat@test': { ok: 'pong' } })
  expect(status).toContain('celerybeat@test')
  expect(active).toContain('No nodes replied')
  await beat.stop()
  await broker.close()
})
