/** The ends of a worker, and what is left in the broker after them (worker-beat.md 1.3). */
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Broker } from '../lib/broker/broker.ts'
import { openBroker } from '../lib/broker/open-broker.ts'
import type { Celery } from '../lib/client/celery.ts'
import { decodeEvents } from '../lib/protocol/events.ts'
import { openResults } from '../lib/results/open-results.ts'
import type { ResultStore } from '../lib/results/results.ts'
import { createRuntime, type Runtime } from '../lib/runtime/runtime.ts'
import { type RedisServer, startRedis } from '../lib/testing/redis.ts'
import { waitFor } from '../lib/testing/wait-for.ts'
import { createProj } from '../tests/compat/proj.ts'
import { startWorker, type Worker, type WorkerOptions } from './worker.ts'

let redis: RedisServer
let runtime: Runtime
let broker: Broker
let results: ResultStore
let app: Celery
let events: string[]
const workers: Worker[] = []

beforeAll(async () => {
  redis = await startRedis()
})

afterAll(() => redis.stop())

beforeEach(async () => {
  await redis.connect().flushall()
  runtime = createRuntime()
  broker = openBroker(redis.url, { runtime })
  results = openResults(redis.url, { runtime })
  await broker.open()
  await results.open()
  events = []
  await broker.fanout.subscribe('celeryev', '#', ({ raw }) => {
    decodeEvents(
      raw,
      0,
      ({ type }) => type !== 'worker-heartbeat' && events.push(type),
      () => {},
    )
  })
})

afterEach(async () => {
  for (const worker of workers.splice(0)) await worker.stop('cold')
  await results.close()
  await broker.close()
})

async function start(settings: Record<string, unknown> = {}, options: Partial<WorkerOptions> = {}): Promise<Worker> {
  app = createProj({ task_send_sent_event: false, ...settings })
  app.attach({ broker, results, runtime })
  const worker = await startWorker({ app, broker, results, runtime, hostname: 'ts@test', concurrency: 1, ...options })
  workers.push(worker)
  return worker
}

/** Ids in the queue, the next one to be taken first. */
async function queued(): Promise<readonly unknown[]> {
  const raw = await redis.connect().lrange('celery', 0, -1)
  return raw.reverse().map((text) => JSON.parse(text).headers.id)
}

async function send(name: string, args: readonly unknown[], taskId: string, options = {}): Promise<void> {
  await app.sendTask(name, args, {}, { taskId, ...options })
}

/** One runs, one waits for the slot, one for its time. */
async function fill(name: string, seconds: number): Promise<void> {
  await send(name, [seconds], 'running')
  await waitFor(async () => (await app.result('running').state()) === 'STARTED')
  await send('proj.add', [1, 2], 'reserved')
  await send('proj.add', [1, 2], 'later', { countdown: 600 })
  await waitFor(async () => (await redis.connect().llen('celery')) === 0)
}

test('warm: offline first, what runs ends, what waits goes back as it was, the next one first', async () => {
  const worker = await start()
  await fill('proj.sleep', 3)
  await worker.stop('warm')

  expect(await app.result('running').state()).toBe('SUCCESS')
  expect(await queued()).toEqual(['reserved', 'later'])
  expect(await redis.connect().hlen('unacked')).toBe(0)
  await waitFor(() => events.includes('task-succeeded'))
  const told = events.slice(events.lastIndexOf('task-received') + 1)
  expect(told).toEqual(['worker-offline', 'task-succeeded'])
})

test('cold with late acks: what runs is cancelled and goes back to the head, with no state written', async () => {
  const worker = await start()
  await fill('proj.late', 30)
  await worker.stop('cold')

  expect(await queued()).toEqual(['running', 'reserved', 'later'])
  expect(await app.result('running').state()).toBe('STARTED')
  await waitFor(() => events.includes('worker-offline') && events.includes('task-cancelled'))
  expect(events.filter((type) => type === 'task-cancelled')).toHaveLength(1)
  expect(await redis.connect().hlen('unacked')).toBe(0)
})

test('cold with early acks: what runs is lost, and says so', async () => {
  const worker = await start()
  await fill('proj.sleep', 30)
  await worker.stop('cold')

  expect(await queued()).toEqual(['reserved', 'later'])
  expect(await app.result('running').state()).toBe('FAILURE')
  await waitFor(() => events.includes('task-failed'))
  expect(events.slice(events.indexOf('task-cancelled'))).toEqual(['task-cancelled', 'task-failed'])
})

test('cold: the slot that is free again takes nothing that waits', async () => {
  const worker = await start()
  await fill('proj.late', 30)
  await worker.stop('soft') // a QUIT, with no time to soften it

  expect(await queued()).toEqual(['running', 'reserved', 'later'])
})

test('soft: a task that is quick enough ends, a slow one is cancelled; a second signal does not wait', async () => {
  const quick = await start({ worker_soft_shutdown_timeout: 30 })
  await fill('proj.late', 3)
  await quick.stop('soft')
  expect(await app.result('running').state()).toBe('SUCCESS')

  await redis.connect().flushall()
  const slow = await start({ worker_soft_shutdown_timeout: 0.5 })
  await fill('proj.late', 30)
  await slow.stop('soft')
  expect(await queued()).toEqual(['running', 'reserved', 'later'])

  await redis.connect().flushall()
  const hasty = await start({ worker_soft_shutdown_timeout: 60 })
  await fill('proj.late', 30)
  const ended = hasty.stop('soft')
  await hasty.stop('cold')
  await ended
  expect(await queued()).toEqual(['running', 'reserved', 'later'])
})

test('idle, soft is at once, unless it is to wait all the same', async () => {
  const idle = await start({ worker_soft_shutdown_timeout: 30 })
  await idle.stop('soft')

  const patient = await start({ worker_soft_shutdown_timeout: 0.4, worker_enable_soft_shutdown_on_idle: true })
  const startedMs = performance.now()
  await patient.stop('soft')
  expect(performance.now() - startedMs).toBeGreaterThan(390)
})

test('the remote shutdown is a warm one, and signals are told', async () => {
  const worker = await start()
  const told: unknown[] = []
  app.signals.workerShuttingDown.connect(({ sig, how, exitcode }) => told.push([sig, how, exitcode]))
  app.signals.workerShutdown.connect(({ sender }) => told.push(sender))
  await app.control.shutdown()
  await worker.ended
  expect(told).toEqual([['shutdown', 'Warm', 0], 'ts@test'])
})

test('while the broker is away a worker ends all the same', async () => {
  const other = await startRedis()
  const away = openBroker(other.url, { runtime })
  const awayResults = openResults(other.url, { runtime })
  await away.open()
  await awayResults.open()
  const proj = createProj()
  proj.attach({ broker: away, results: awayResults, runtime })
  const worker = await startWorker({ app: proj, broker: away, results: awayResults, runtime, concurrency: 1 })
  const result = await proj.sendTask('proj.sleep', [2])
  await waitFor(async () => (await result.state()) === 'STARTED')
  await other.kill()

  const startedMs = performance.now()
  await worker.stop('warm')
  expect(performance.now() - startedMs).toBeLessThan(40_000)
  await awayResults.close()
  await away.close()
  await other.stop()
})
