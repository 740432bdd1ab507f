/** The same tasks on a Python worker and on ours: the same events, in the same order, with the same fields. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Broker } from '../lib/broker/broker.ts'
import { openBroker } from '../lib/broker/open-broker.ts'
import type { Celery } from '../lib/client/celery.ts'
import { decodeEvents } from '../lib/protocol/events.ts'
import { openResults } from '../lib/results/open-results.ts'
import type { ResultStore } from '../lib/results/results.ts'
import { createRuntime } from '../lib/runtime/runtime.ts'
import { type CeleryWorker, startCelery } from '../lib/testing/celery.ts'
import { type RedisServer, startRedis } from '../lib/testing/redis.ts'
import { waitFor } from '../lib/testing/wait-for.ts'
import { createProj } from '../tests/compat/proj.ts'
import { startWorker, type Worker } from './worker.ts'

let redis: RedisServer
let broker: Broker
let results: ResultStore
let app: Celery
let ours: Worker
let theirs: CeleryWorker
/** Of each task: type, routing key, and the fields with the type of each. */
const told = new Map<string, unknown[]>()
const workers = new Map<string, Record<string, unknown>>()

const NAMES_OF_SENDERS = /^(ts|py)@test$/

beforeAll(async () => {
  redis = await startRedis()
  const runtime = createRuntime()
  broker = openBroker(redis.url, { runtime })
  results = openResults(redis.url, { runtime })
  await broker.open()
  await results.open()
  await broker.fanout.subscribe('celeryev', '#', ({ raw, routingKey }) => {
    decodeEvents(
      raw,
      0,
      ({ type, uuid, hostname, fields }) => {
        if (!NAMES_OF_SENDERS.test(hostname)) return
        const shape = Object.entries(fields).map(([name, value]) => [name, value === null ? null : typeof value])
        if (uuid === null) workers.set(`${hostname} ${type} ${fields['freq']}`, { routingKey, shape })
        else told.set(uuid, [...(told.get(uuid) ?? []), { type, routingKey, shape }])
      },
      () => {},
    )
  })
  app = createProj({ task_send_sent_event: false })
  app.attach({ broker, results, runtime })
  theirs = await startCelery({
    broker: redis.url,
    hostname: 'py@test',
    queues: ['py'],
    concurrency: 2,
    pool: 'prefork',
  })
  ours = await startWorker({ app, broker, results, runtime, hostname: 'ts@test', queues: ['ts'], concurrency: 2 })
})

afterAll(async () => {
  await ours.stop('cold')
  await theirs.stop()
  await results.close()
  await broker.close()
  await redis.stop()
})

function inOrder(events: unknown): readonly string[] {
  return Array.isArray(events) ? events.map((event) => JSON.stringify(event)).toSorted() : []
}

/** The task on both, and what was told of each when the last of these events has come. */
async function both(last: string, send: (queue: string, taskId: string) => Promise<unknown>, count = 1) {
  const answers: unknown[] = []
  for (const queue of ['py', 'ts']) {
    const taskId = `${queue}-${answers.length}-${Math.floor(performance.now())}`
    await send(queue, taskId)
    const isLast = (event: unknown) => JSON.stringify(event).includes(`"type":"${last}"`)
    await waitFor(() => (told.get(taskId) ?? []).filter(isLast).length === count)
    answers.push(told.get(taskId))
  }
  return { python: answers[0], umbel: answers[1] }
}

test.each([
  ['succeeds', 'task-succeeded', 'proj.add', [1, 2], {}, 1],
  ['fails', 'task-failed', 'proj.fail', ['boom'], {}, 1],
  ['is not registered', 'task-failed', 'proj.nowhere', [], {}, 1],
  ['is retried until it fails', 'task-failed', 'proj.retrying', [0.2], {}, 1],
  ['acknowledges late', 'task-succeeded', 'proj.late', [], {}, 1],
  ['waits for its time', 'task-succeeded', 'proj.add', [1, 2], { countdown: 0.5 }, 1],
  ['tells of its own progress', 'task-succeeded', 'proj.progress', [2], {}, 1],
  ['has expired', 'task-revoked', 'proj.add', [1, 2], { expires: new Date(Date.now() - 60_000) }, 1],
] as const)('a task that %s', async (_, last, name, args, options, count) => {
  const send = (queue: string, taskId: string) => app.sendTask(name, args, {}, { ...options, queue, taskId })
  const { python, umbel } = await both(last, send, count)
  // The message of a retry is sent before the run that asks for it has ended, so that its events cross; and what a
  // body tells itself comes from Python's child, on a connection of its own.
  const crosses = name === 'proj.retrying' || name === 'proj.progress'
  const settled = (events: unknown) => (crosses ? inOrder(events) : events)
  expect(settled(umbel)).toEqual(settled(python))
})

test('a task that was revoked before it came', async () => {
  const { python, umbel } = await both('task-revoked', async (queue, taskId) => {
    await app.control.revoke(taskId)
    await waitFor(async () => {
      const lists = await app.control.inspect({ timeout: 5, limit: 2 }).revoked()
      return JSON.stringify(lists).split(taskId).length === 3
    })
    await app.sendTask('proj.add', [1, 2], {}, { queue, taskId })
  })
  expect(umbel).toEqual(python)
})

test('a task that is terminated while it runs', async () => {
  const { python, umbel } = await both('task-revoked', async (queue, taskId) => {
    await app.sendTask('proj.sleep', [30], {}, { queue, taskId })
    await waitFor(() => JSON.stringify(told.get(taskId) ?? []).includes('task-started'))
    await app.control.revoke(taskId, { terminate: true })
  })
  expect(umbel).toEqual(python)
})

test('heartbeats, by themselves and when asked for', async () => {
  const shapes = (freq: number) => ['py@test', 'ts@test'].map((node) => workers.get(`${node} worker-heartbeat ${freq}`))
  await waitFor(() => !shapes(2).includes(undefined))
  const [python, umbel] = shapes(2)
  expect(umbel).toEqual(python)
  await app.control.heartbeat()
  await waitFor(() => !shapes(5).includes(undefined))
  const [theirAnswer, ourAnswer] = shapes(5)
  expect(ourAnswer).toEqual(theirAnswer)
})
