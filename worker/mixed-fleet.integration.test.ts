/** TypeScript and Python on one Redis: as clients of each other, and as workers on one queue. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Broker } from '../lib/broker/broker.ts'
import { openBroker } from '../lib/broker/open-broker.ts'
import type { Celery } from '../lib/client/celery.ts'
import { openResults } from '../lib/results/open-results.ts'
import type { ResultStore } from '../lib/results/results.ts'
import { createRuntime, type Runtime } from '../lib/runtime/runtime.ts'
import { type CeleryWorker, startCelery } from '../lib/testing/celery.ts'
import { type RedisServer, startRedis } from '../lib/testing/redis.ts'
import { waitFor } from '../lib/testing/wait-for.ts'
import { createProj } from '../tests/compat/proj.ts'
import { startWorker, type Worker } from './worker.ts'

let redis: RedisServer
let runtime: Runtime
let broker: Broker
let results: ResultStore
let app: Celery
const running: Worker[] = []

beforeAll(async () => {
  redis = await startRedis()
  runtime = createRuntime()
  broker = openBroker(redis.url, { runtime })
  results = openResults(redis.url, { runtime })
  await broker.open()
  await results.open()
})

beforeEach(() => {
  app = createProj()
  app.attach({ broker, results, runtime })
})

afterAll(async () => {
  for (const worker of running) await worker.stop('cold')
  await results.close()
  await broker.close()
  await redis.stop()
})

async function start(options: { hostname: string; queues: readonly string[]; concurrency?: number }): Promise<Worker> {
  const worker = await startWorker({ app, broker, results, runtime, ...options })
  running.push(worker)
  return worker
}

describe('with a Python worker', () => {
  let python: CeleryWorker

  beforeAll(async () => {
    python = await startCelery({ broker: redis.url, queues: ['celery', 'shared'] })
  })
  afterAll(() => python.stop())

  test('a TypeScript client gets values, errors and the results of ETA tasks', async () => {
    const sum = await app.sendTask('proj.add', [2], { y: 40 })
    const later = await app.sendTask('proj.echo', ['a', { b: [1.5, null, 'é'] }], { k: true }, { countdown: 1 })
    const failed = await app.sendTask('proj.fail', ['from python'])

    expect(await sum.get({ timeout: 40 })).toBe(42)
    await expect(failed.get({ timeout: 40 })).rejects.toMatchObject({ name: 'ValueError', message: 'from python' })
    expect(await failed.state()).toBe('FAILURE')
    expect(await later.get({ timeout: 40 })).toEqual([['a', { b: [1.5, null, 'é'] }], { k: true }])
  })

  test('both take from one queue, and every task runs once', async () => {
    await start({ hostname: 'half@test', queues: ['shared'], concurrency: 2 })

    const sent = await Promise.all(
      Array.from({ length: 60 }, (_, n) =>
        app.sendTask('proj.sleep', [0.02], {}, { queue: 'shared', taskId: `s-${n}` }),
      ),
    )
    await Promise.all(sent.map((result) => result.get({ timeout: 60 })))

    const metas = await results.getMany(sent.map(({ id }) => id))
    const workers = new Set(metas.map((meta) => meta?.worker))
    expect(workers).toEqual(new Set(['py@test', 'half@test']))
    expect(metas.every((meta) => meta?.status === 'SUCCESS')).toBe(true)
  })

  test('a chain goes from one to the other and back', async () => {
    await start({ hostname: 'ts@test', queues: ['ts'], concurrency: 2 })
    const step = (args: unknown[], queue: string, id: string) => ({
      task: 'proj.add',
      args,
      kwargs: {},
      options: { queue, task_id: id },
      subtask_type: null,
      immutable: false,
    })
    const chain = [step([100], 'ts', 'c-3'), step([10], 'celery', 'c-2')] // the next step last

    await app.sendTask('proj.add', [1, 2], {}, { queue: 'ts', chain, taskId: 'c-1' })

    expect(await app.result('c-3').get({ timeout: 40 })).toBe(113)
    const metas = await results.getMany(['c-1', 'c-2', 'c-3'])
    expect(metas.map((meta) => meta?.worker)).toEqual(['ts@test', 'py@test', 'ts@test'])
    expect(metas.map((meta) => meta?.parent_id)).toEqual([undefined, 'c-1', 'c-2'])
  })
})

describe('how a worker ends', () => {
  test('warm: what runs finishes, what was only taken goes back', async () => {
    const worker = await start({ hostname: 'warm@test', queues: ['warm'], concurrency: 1 })
    const first = await app.sendTask('proj.late', [3], {}, { queue: 'warm' })
    const second = await app.sendTask('proj.late', [0], {}, { queue: 'warm' })
    await waitFor(async () => (await first.state()) === 'STARTED')
    const client = redis.connect()
    await waitFor(async () => (await client.llen('warm')) === 0) // the second one is in its hands

    await worker.stop()

    expect(await first.state()).toBe('SUCCESS')
    expect(await second.state()).toBe('PENDING')
    expect(await client.llen('warm')).toBe(1)
    expect(await client.hlen('unacked')).toBe(0)
    await start({ hostname: 'next@test', queues: ['warm'] })
    expect(await second.get({ timeout: 40 })).toBe('late')
  })

  test('cold: a late-acknowledged task goes back, an acknowledged one ends as a failure', async () => {
    const worker = await start({ hostname: 'cold@test', queues: ['cold'], concurrency: 2 })
    const late = await app.sendTask('proj.late', [30], {}, { queue: 'cold' })
    const early = await app.sendTask('proj.sleep', [30], {}, { queue: 'cold' })
    await waitFor(async () => (await late.state()) === 'STARTED' && (await early.state()) === 'STARTED')

    await worker.stop('cold')

    expect(await redis.connect().llen('cold')).toBe(1)
    await expect(early.get({ timeout: 40 })).rejects.toMatchObject({ name: 'WorkerLostError' })
  })
})
