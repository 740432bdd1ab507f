/** The broker goes away and comes back while the worker is at work. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Broker } from '../lib/broker/broker.ts'
import { openBroker } from '../lib/broker/open-broker.ts'
import type { Celery } from '../lib/client/celery.ts'
import { decodeEvents } from '../lib/protocol/events.ts'
import { openResults } from '../lib/results/open-results.ts'
import type { ResultStore } from '../lib/results/results.ts'
import { createLog } from '../lib/runtime/log.ts'
import { createRuntime, type Runtime } from '../lib/runtime/runtime.ts'
import { type RedisServer, startRedis } from '../lib/testing/redis.ts'
import { waitFor } from '../lib/testing/wait-for.ts'
import { createProj } from '../tests/compat/proj.ts'
import { startWorker, type Worker } from './worker.ts'

let redis: RedisServer
let runtime: Runtime
let broker: Broker
let results: ResultStore
let app: Celery
let worker: Worker

beforeEach(async () => {
  redis = await startRedis({ appendOnly: true, args: ['--appendfsync', 'always'] })
  runtime = createRuntime()
  broker = openBroker(redis.url, { runtime })
  results = openResults(redis.url, { runtime })
  await broker.open()
  await results.open()
  app = createProj()
  app.attach({ broker, results, runtime })
  worker = await startWorker({ app, broker, results, runtime, hostname: 'ts@test', concurrency: 2 })
})

afterEach(async () => {
  await worker.stop('cold')
  await results.close()
  await broker.close()
  await redis.stop()
})

test('a task that ends while Redis is away is stored and acknowledged when it is back, and consuming goes on', async () => {
  const late = await app.sendTask('proj.late', [2])
  await waitFor(async () => (await late.state()) === 'STARTED')

  await redis.kill()
  await new Promise((resolve) => setTimeout(resolve, 2_500)) // the task ends in this time: nothing can be asked
  await redis.restart()

  expect(await late.get({ timeout: 60 })).toBe('late')
  const client = redis.connect()
  await waitFor(async () => (await client.hlen('unacked')) === 0)
  const next = await app.sendTask('proj.add', [1, 2])
  expect(await next.get({ timeout: 40 })).toBe(3)
})

test('heartbeats and remote control go on after a restart of Redis', async () => {
  await redis.kill()
  await redis.restart()
  await waitFor(() => broker.status().state === 'ready')

  const beats = new Set<string>()
  const subscription = await broker.fanout.subscribe('celeryev', 'worker.#', ({ raw }) => {
    decodeEvents(
      raw,
      Date.now() / 1000,
      ({ type, hostname }) => beats.add(`${type} ${hostname}`),
      () => {},
    )
  })

  await waitFor(() => beats.has('worker-heartbeat ts@test'))
  await subscription.close()
})

test('a worker that starts while the broker is down waits for it, says so, and takes up its work', async () => {
  await redis.kill()
  const lines: string[] = []
  const log = createLog('info', (line) => void lines.push(line), Date.now)
  const early = createRuntime({ log })
  const earlyBroker = openBroker(redis.url, { runtime: early })
  const earlyResults = openResults(redis.url, { runtime: early })
  const proj = createProj()
  const starting = startWorker({
    app: proj,
    broker: earlyBroker,
    results: earlyResults,
    runtime: early,
    hostname: 'early@test',
  })
  await waitFor(() => lines.some((line) => line.includes('consumer: Cannot connect to')))
  expect(lines.join('')).not.toContain('ready.')
  await redis.restart()
  const startedMs = performance.now()
  const second = await starting
  expect(performance.now() - startedMs).toBeLessThan(40_000)
  expect(lines.join('')).toContain('early@test ready.')
  await second.stop('cold')
  await earlyResults.close()
  await earlyBroker.close()
})
