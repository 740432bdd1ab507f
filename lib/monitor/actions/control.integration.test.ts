/** Actions on a real Celery worker with processes, over a real Redis; each command is followed to its end. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Broker } from '../../broker/broker.ts'
import { openBroker } from '../../broker/open-broker.ts'
import type { CommandView } from '../../live/views.ts'
import type { Envelope } from '../../protocol/envelope.ts'
import { ACCEPT_ALL } from '../../protocol/serialization/serializers.ts'
import { readTaskMessage } from '../../protocol/task-message.ts'
import { openResults } from '../../results/open-results.ts'
import { nodeCodecs } from '../../runtime/codecs.ts'
import { createRuntime } from '../../runtime/runtime.ts'
import { type CeleryWorker, runPython, startCelery } from '../../testing/celery.ts'
import { type RedisServer, startRedis } from '../../testing/redis.ts'
import { waitFor } from '../../testing/wait-for.ts'
import { createMonitor, type Monitor } from '../monitor.ts'

const ADMIN = { user: 'anna', role: 'admin' } as const

let redis: RedisServer
let broker: Broker
let monitor: Monitor
let stopMonitor: () => Promise<void>
const workers: CeleryWorker[] = []

const python = async (program: string) =>
  (await runPython(`from proj import *\n${program}`, { broker: redis.url })).trim()

beforeAll(async () => {
  redis = await startRedis()
  const runtime = createRuntime()
  broker = openBroker(redis.url, { runtime })
  const results = openResults(redis.url, { runtime })
  monitor = createMonitor({
    ...{ runtime, broker, results, dataDir: null, version: 'test' },
    alerts: { rules: [], channels: [] },
    settings: { queuePollMs: 200 },
  })
  void broker.open()
  await monitor.start(new AbortController().signal)
  stopMonitor = async () => {
    await monitor.stop()
    await results.close()
    await broker.close()
  }
  await startWorker('prefork', 'main@test', ['celery'])
})

afterAll(async () => {
  await stopMonitor?.()
  await Promise.all(workers.map((worker) => worker.stop('SIGKILL')))
  await redis?.stop()
})

async function startWorker(pool: 'prefork' | 'solo', hostname: string, queues: readonly string[]) {
  const worker = await startCelery({ broker: redis.url, pool, hostname, queues, concurrency: 2 })
  workers.push(worker)
  await waitFor(() => monitor.cluster.worker(hostname)?.online && monitor.inspector.answers(hostname).stats, {
    what: `${hostname} to be known`,
  })
  return worker
}

const inState = (id: string, state: string) =>
  waitFor(() => monitor.cluster.task(id)?.state === state, { what: `${id} to be ${state}` })

/** Runs an action and gives back its commands when all have ended. */
async function ended(action: string, input: object): Promise<readonly CommandView[]> {
  const { commands } = await monitor.actions.run(ADMIN, action, input)
  const ids = commands.map(({ id }) => id)
  const now = () => ids.map((id) => monitor.commands.list().find((command) => command.id === id))
  await waitFor(() => now().every((command) => command?.endedMs), { what: `${action} to end` })
  return now().flatMap((command) => command ?? [])
}

describe('revoke', () => {
  it('keeps a task that waits for its time from ever running', async () => {
    let id = ''
    let command: CommandView | undefined
    // Its time must come soon, for that is when the worker tells of it, but not before the command has.
    for (const countdown of [3, 12, 48]) {
      id = await python(`print(add.apply_async((1, 2), countdown=${countdown}).id)`)
      await waitFor(() => (monitor.cluster.task(id)?.received ?? null) !== null)
      ;[command] = await ended('task.revoke', { tasks: [id] })
      if (monitor.cluster.task(id)?.state !== 'SUCCESS') break
    }

    expect(command).toMatchObject({ state: 'confirmed', text: 'The task was revoked.', of: 1, who: 'anna' })
    expect(await python(`print(app.AsyncResult("${id}").state)`)).toBe('REVOKED')
  })

  it('of a task that waits for hours is seen at once, from the stored state', async () => {
    const id = await python('print(add.apply_async((1, 2), countdown=7200).id)')
    await inState(id, 'RECEIVED')
    const [command] = await ended('task.revoke', { tasks: [id] })

    expect(command).toMatchObject({ state: 'confirmed', text: 'The task was revoked.' })
    expect(monitor.cluster.task(id)?.state).toBe('REVOKED')
  })

  it('of a task that no worker has yet is kept by all of them', async () => {
    const id = await python('print(add.apply_async((1, 2), queue="later").id)')
    const [command] = await ended('task.revoke', { tasks: [id] })
    expect(command).toMatchObject({ state: 'confirmed' })
  })

  it('with terminate ends the process that runs the task', async () => {
    const id = await python('print(sleep.delay(600).id)')
    await inState(id, 'STARTED')
    const [command] = await ended('task.revoke', { tasks: [id], terminate: true, signal: 'SIGKILL' })

    expect(command).toMatchObject({ state: 'confirmed', text: 'The task was revoked.' })
    await waitFor(() => workers[0]?.output().includes('Terminating'))
    // The slot is free again: a new process serves it.
    const [first, second] = (await python('print(sleep.delay(0.1).id, sleep.delay(0.1).id)')).split(' ')
    await inState(first ?? '', 'SUCCESS')
    await inState(second ?? '', 'SUCCESS')
  })

  it('of a running task without terminate says that it goes on', async () => {
    const id = await python('print(sleep.delay(600).id)')
    await inState(id, 'STARTED')
    const [command] = await ended('task.revoke', { tasks: [id] })

    expect(command).toMatchObject({ state: 'answered', answered: 1, of: 1 })
    expect(command?.text).toContain('is already running and goes on')
    await ended('task.revoke', { tasks: [id], terminate: true, signal: 'SIGKILL' })
  })
})

describe('retry', () => {
  it('gives Python the very arguments of the first time', async () => {
    const values = `(
  2**70, -1, 1.5, 1.0, -0.0, 1e300, None, True, "ünï ☃ 𝄞 \\\\ \\" ' \\n", b"\\x00\\xffraw", [], {"a": {"b": [1, "2"]}},
  datetime.datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=datetime.timezone.utc), datetime.date(2026, 1, 2),
  decimal.Decimal("1.10"), uuid.UUID(int=7), "x" * 20000,
)`
    const id = await python(`
import datetime, decimal, uuid
from celery.exceptions import TimeoutError
r = keep.apply_async(${values}, {"when": datetime.datetime(2026, 1, 2, 3, 4, 5), "__proto__": 1})
try: r.get(timeout=40)
except ValueError: pass
print(r.id)
`)
    await inState(id, 'FAILURE')
    const [command] = await ended('task.retry', { tasks: [id] })
    expect(command).toMatchObject({ state: 'confirmed', taskId: id })
    const newId = command?.newTaskId ?? ''
    await inState(newId, 'FAILURE')

    // Each run noted the repr of what it was given.
    const [first, second] = await redis.connect().mget(`kept-${id}`, `kept-${newId}`)
    expect(first).toContain('1180591620717411303424')
    expect(second).toBe(first)
    expect(await python(`print(app.AsyncResult("${newId}").name)`)).toBe('proj.keep')
  })

  it('of many sends those it can, and ends those it cannot', async () => {
    const ids = (await python('print(*[fail.delay(str(i)).id for i in range(5)])')).split(' ')
    for (const id of ids) await inState(id, 'FAILURE')
    const commands = await ended('task.retry', { tasks: [...ids, 'unknown-1', 'unknown-2'] })

    expect(commands.map(({ state }) => state)).toEqual([...Array(5).fill('confirmed'), 'failed', 'failed'])
    expect(new Set(commands.flatMap(({ newTaskId }) => newTaskId ?? [])).size).toBe(5)
  })

  it('writes it as the original was: the workers may accept nothing else', async () => {
    const send = 'fail.apply_async(("x",), queue="unserved", serializer="msgpack", compression="bzip2")'
    const id = await python(`print(${send}.id)`)
    await inState(id, 'PENDING')
    const { commands } = await monitor.actions.run(ADMIN, 'task.retry', { tasks: [id] })
    const [original, again] = (await redis.connect().lrange('unserved', 0, -1)).reverse().map((raw) => JSON.parse(raw))

    expect(again.headers.id).toBe(commands[0]?.newTaskId)
    expect([again['content-type'], again.headers.compression]).toEqual(['application/x-msgpack', 'application/x-bz2'])
    const argsOf = (envelope: Envelope) => {
      const read = readTaskMessage(envelope, { codecs: nodeCodecs, accept: ACCEPT_ALL })
      return read.ok ? read.value.args : read
    }
    expect([argsOf(original), argsOf(again)]).toEqual([['x'], ['x']])
  })

  it('says where it waits when nobody takes it', async () => {
    const id = await python('print(fail.delay("x").id)')
    await inState(id, 'FAILURE')
    const [command] = await ended('task.retry', { tasks: [id], queue: 'nobody' })
    expect(command).toMatchObject({ state: 'no-answer' })
    expect(command?.text).toContain('It waits in queue nobody')
  })
})

describe('a pool', () => {
  const processes = async () => {
    const [reply] = await monitor.inspector.ask('stats', {}, { destination: ['main@test'] })
    const stats = reply?.reply as { readonly pool: { readonly processes: readonly number[] } } // Celery's shape
    return stats.pool.processes.length
  }

  it('grows and shrinks, and its new size is told', async () => {
    const before = await processes()
    const [grown] = await ended('worker.pool-grow', { worker: 'main@test', by: 2 })
    expect(grown).toMatchObject({ state: 'confirmed', text: `main@test answered. Its pool has ${before + 2} slots.` })
    expect(await processes()).toBe(before + 2)

    const [shrunk] = await ended('worker.pool-shrink', { worker: 'main@test', by: 2 })
    expect(shrunk).toMatchObject({ state: 'confirmed', text: `main@test answered. Its pool has ${before} slots.` })
    expect(await processes()).toBe(before)
  })
})

describe('a queue', () => {
  it('is paused on all its workers, may be purged meanwhile, and goes on', async () => {
    const [paused] = await ended('queue.pause', { queue: 'celery' })
    expect(paused).toMatchObject({ state: 'confirmed', text: 'The one worker did it: main@test.' })
    const [lost, kept] = (await python('print(add.delay(1, 2).id, add.delay(3, 4).id)')).split(' ')
    const waiting = () => monitor.queues.latest().rows.find(({ name }) => name === 'celery')?.waiting
    await waitFor(() => waiting() === 2, { what: 'two tasks to wait' })

    const [purged] = await ended('queue.purge', { queue: 'celery' })
    expect(purged).toMatchObject({ state: 'confirmed', text: '2 messages deleted.' })
    await waitFor(() => waiting() === 0)
    const id = await python('print(add.delay(5, 6).id)')
    const [resumed] = await ended('queue.resume', { queue: 'celery' })
    expect(resumed).toMatchObject({ state: 'confirmed' })
    await inState(id, 'SUCCESS')
    expect([lost, kept].map((gone) => monitor.cluster.task(gone ?? '')?.started ?? null)).toEqual([null, null])
  })
})

describe('other workers', () => {
  it('a pool of one process says that it cannot grow; a worker that is told to ends', async () => {
    await startWorker('solo', 'solo@test', ['other'])
    const [grown] = await ended('worker.pool-grow', { worker: 'solo@test', by: 1 })
    expect(grown?.state).toBe('failed')
    expect(grown?.text).toMatch(/^solo@test answered: /)

    const [shut] = await ended('worker.shutdown', { workers: ['solo@test'] })
    expect(shut).toMatchObject({ state: 'confirmed', text: 'solo@test went offline.' })
  })

  it('without a worker every command ends as not answered', async () => {
    await ended('worker.shutdown', { workers: ['main@test'] })
    await waitFor(() => monitor.cluster.worker('main@test')?.online === false)
    const commands = await Promise.all([
      ended('task.revoke', { tasks: ['7'] }),
      ended('worker.pool-grow', { worker: 'main@test', by: 1 }),
    ])
    expect(commands.flat().map(({ state, text }) => [state, text])).toEqual([
      ['no-answer', 'No worker is online. The task may still run.'],
      ['no-answer', 'No answer from main@test in 10 s. It may be busy or gone.'],
    ])
  })
})
