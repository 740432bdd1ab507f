/** Messages in the hands of a worker: how many, for how long, and that each runs once. */
import { randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Broker } from '../lib/broker/broker.ts'
import { openBroker } from '../lib/broker/open-broker.ts'
import { Celery } from '../lib/client/index.ts'
import { openResults } from '../lib/results/open-results.ts'
import type { ResultStore } from '../lib/results/results.ts'
import { createRuntime } from '../lib/runtime/runtime.ts'
import { type RedisServer, startRedis } from '../lib/testing/redis.ts'
import { startTcpProxy, type TcpProxy } from '../lib/testing/tcp-proxy.ts'
import { waitFor } from '../lib/testing/wait-for.ts'
import { startWorker, type Worker, type WorkerOptions } from './worker.ts'

let redis: RedisServer
let proxy: TcpProxy
/** How often each task ran, by the first argument. */
let runs: Map<unknown, number>
let release: PromiseWithResolvers<void>
const ends: (() => Promise<void>)[] = []

beforeAll(async () => {
  redis = await startRedis()
  proxy = await startTcpProxy(redis.port)
})

afterAll(async () => {
  await proxy.close()
  await redis.stop()
})

beforeEach(async () => {
  await redis.connect().flushall()
  runs = new Map()
  release = Promise.withResolvers()
})

afterEach(async () => {
  release.resolve()
  for (const end of ends.splice(0).reverse()) await end()
})

interface Started {
  readonly app: Celery
  readonly worker: Worker
  readonly broker: Broker
  readonly results: ResultStore
}

function createApp(settings: Record<string, unknown>): Celery {
  const app = new Celery('holding', { result_extended: true, ...settings })
  const count = (key: unknown) => {
    runs.set(key, (runs.get(key) ?? 0) + 1)
    return key
  }
  app.task('count', {}, count)
  app.task('count_late', { acksLate: true }, count)
  const hold = async (key: unknown) => {
    count(key)
    await release.promise
    return key
  }
  app.task('hold', {}, hold)
  app.task('hold_late', { acksLate: true }, hold)
  app.task('slow_late', { acksLate: true }, async (key: unknown, seconds: number) => {
    count(key)
    await wait(seconds * 1000)
    return key
  })
  return app
}

async function start(
  settings: Record<string, unknown> = {},
  options: Partial<WorkerOptions> = {},
  { port = redis.port, visibilitySeconds = 3_600 } = {},
): Promise<Started> {
  const runtime = createRuntime()
  const url = `redis://127.0.0.1:${port}/0`
  const transportOptions = { visibility_timeout: visibilitySeconds, unacked_restore_interval: 1 }
  const broker = openBroker(url, { runtime, transportOptions })
  const results = openResults(redis.url, { runtime })
  await broker.open()
  await results.open()
  const app = createApp(settings)
  app.attach({ broker, results, runtime })
  const worker = await startWorker({ app, broker, results, runtime, hostname: 'ts@test', concurrency: 2, ...options })
  ends.push(async () => {
    await worker.stop('cold')
    await results.close()
    await broker.close()
  })
  return { app, worker, broker, results }
}

const held = () => redis.connect().hlen('unacked')
const queued = () => redis.connect().llen('celery')

/** The same message once more, as a broker gives it out again. */
async function redeliver(raw: string): Promise<void> {
  const message = JSON.parse(raw)
  message.headers.redelivered = true
  message.properties.delivery_info.redelivered = true
  await redis.connect().rpush('celery', JSON.stringify(message))
}

/** As some worker holds it. */
async function rawInHand(): Promise<string> {
  const entry = await waitFor(async () => Object.values(await redis.connect().hgetall('unacked'))[0])
  return JSON.stringify(JSON.parse(entry)[0])
}

describe('how many', () => {
  test('multiplier × slots, and one more for each that waits for its time', async () => {
    const { app } = await start({ worker_prefetch_multiplier: 2 })
    for (let n = 0; n < 10; n++) await app.sendTask('hold_late', [n])
    await waitFor(async () => (await held()) === 4 && (await queued()) === 6)
    release.resolve()
    await waitFor(async () => (await held()) === 0)

    for (let n = 0; n < 6; n++) await app.sendTask('count', [`later ${n}`], {}, { countdown: 600 })
    await waitFor(async () => (await held()) === 6)
    expect(await app.control.inspect({ destination: ['ts@test'], timeout: 10 }).stats()).toMatchObject({
      'ts@test': { prefetch_count: 10 },
    })
  })

  test('worker_eta_task_limit bounds what waits; --prefetch-multiplier wins over the setting; 0 takes all', async () => {
    const { app } = await start({ worker_eta_task_limit: 5 }, { prefetchMultiplier: 1 })
    for (let n = 0; n < 9; n++) await app.sendTask('count', [n], {}, { countdown: 600 })
    await waitFor(async () => (await held()) === 5)
    expect(await queued()).toBe(4)
    await ends.pop()?.()

    const { app: all } = await start({}, { prefetchMultiplier: 0 })
    for (let n = 0; n < 40; n++) await all.sendTask('hold', [n])
    await waitFor(async () => (await held()) === 47 && (await queued()) === 0)
  })

  test.each(['hold', 'hold_late'])(
    'worker_disable_prefetch takes a message only for a free slot (%s)',
    async (name) => {
      const { app } = await start({ worker_disable_prefetch: true })
      await app.sendTask('count', ['later'], {}, { countdown: 600 })
      for (let n = 0; n < 6; n++) await app.sendTask(name, [n])
      await waitFor(() => runs.size === 2)
      await wait(300) // several rounds of a consumer that would take more
      expect(await queued()).toBe(4)
      release.resolve()
      await waitFor(() => runs.size === 6)
      await waitFor(async () => (await held()) === 1)
    },
  )
})

describe('for how long', () => {
  test('running, behind a long one and before its time: nothing comes back while it is held', async () => {
    // A second worker sweeps for what has been held too long.
    const { app } = await start({ worker_prefetch_multiplier: 20 }, { concurrency: 1 }, { visibilitySeconds: 1 })
    await start({}, { hostname: 'other@test', queues: ['elsewhere'] }, { visibilitySeconds: 1 })
    await app.sendTask('slow_late', ['long', 3.5])
    for (let n = 0; n < 10; n++) await app.sendTask('count_late', [`behind ${n}`])
    for (let n = 0; n < 10; n++) await app.sendTask('count', [`later ${n}`], {}, { countdown: 3 })
    await waitFor(() => runs.size === 21)
    await waitFor(async () => (await held()) === 0 && (await queued()) === 0)
    expect(new Set(runs.values())).toEqual(new Set([1]))
  })
})

describe('once', () => {
  test('what is running, waiting or has just ended here and is given out again does not run again', async () => {
    const { app } = await start({}, { concurrency: 1 })
    await app.sendTask('hold_late', ['running'])
    await waitFor(() => runs.has('running'))
    const running = await rawInHand()
    await redeliver(running)
    await app.sendTask('count', ['later'], {}, { countdown: 0.8, taskId: 'later' })
    await waitFor(async () => (await queued()) === 0)
    const entries = Object.values(await redis.connect().hgetall('unacked'))
    const later = entries.find((entry) => entry.includes('"id": "later"') || entry.includes('"id":"later"')) ?? ''
    await redeliver(JSON.stringify(JSON.parse(later)[0]))
    await waitFor(async () => (await queued()) === 0)
    release.resolve()
    await waitFor(() => runs.has('later'))
    await waitFor(async () => (await held()) === 0)
    await redeliver(running)
    await waitFor(async () => (await queued()) === 0 && (await held()) === 0)
    expect(runs).toEqual(
      new Map([
        ['running', 1],
        ['later', 1],
      ]),
    )
  })

  test('the same id sent twice runs twice, as in Celery', async () => {
    const { app } = await start()
    await app.sendTask('count_late', ['twice'], {}, { taskId: 'same' })
    await app.sendTask('count_late', ['twice'], {}, { taskId: 'same' })
    await waitFor(() => runs.get('twice') === 2)
  })

  test('a connection that is cut while late-acknowledged tasks run: each runs once, all are acknowledged', async () => {
    const { app } = await start({}, {}, { port: proxy.port, visibilitySeconds: 2 })
    await start({}, { hostname: 'other@test', queues: ['elsewhere'] }, { visibilitySeconds: 2 })
    for (let n = 0; n < 4; n++) await app.sendTask('slow_late', [n, 1.5])
    await waitFor(() => runs.size === 2)
    for (let cuts = 0; cuts < 5; cuts++) {
      proxy.cut()
      await wait(150)
    }
    await waitFor(() => runs.size === 4)
    await waitFor(async () => (await held()) === 0 && (await queued()) === 0)
    expect([...runs.values()]).toEqual([1, 1, 1, 1])
  })

  test('worker_cancel_long_running_tasks_on_connection_loss gives them back instead', async () => {
    const settings = { worker_cancel_long_running_tasks_on_connection_loss: true }
    const { app } = await start(settings, {}, { port: proxy.port })
    await app.sendTask('hold_late', ['late'])
    await app.sendTask('hold', ['early'])
    await waitFor(() => runs.size === 2)
    proxy.cut()
    await waitFor(() => runs.get('late') === 2)
    expect(runs.get('early')).toBe(1)
    release.resolve()
    await waitFor(async () => (await held()) === 0)
  })

  test('worker_deduplicate_successful_tasks: what has succeeded elsewhere only sends what follows it', async () => {
    const { results } = await start({ worker_deduplicate_successful_tasks: true })
    const link = {
      task: 'count',
      args: [],
      kwargs: {},
      options: { task_id: 'linked' },
      subtask_type: null,
      immutable: false,
    }
    const send = async (id: string) => {
      const message = {
        body: Buffer.from(
          JSON.stringify([[id], {}, { callbacks: [link], errbacks: null, chain: null, chord: null }]),
        ).toString('base64'),
        'content-encoding': 'utf-8',
        'content-type': 'application/json',
        headers: { lang: 'py', task: 'count_late', id, root_id: id },
        properties: {
          delivery_mode: 2,
          delivery_info: { exchange: '', routing_key: 'celery' },
          priority: 0,
          body_encoding: 'base64',
          delivery_tag: randomUUID(),
        },
      }
      await redeliver(JSON.stringify(message))
    }
    const done = {
      status: 'SUCCESS',
      traceback: null,
      children: [],
      date_done: null,
      task_id: 'done',
      result: 'stored',
    }
    await results.set(done, null)
    await send('done')
    await send('open')
    await waitFor(() => runs.has('stored') && runs.has('open'))
    await waitFor(async () => (await held()) === 0)
    expect(runs.has('done')).toBe(false)
  })
})

describe('clients in other languages', () => {
  const body = (key: string) => Buffer.from(JSON.stringify([[key], {}, {}])).toString('base64')
  const properties = (tag: string) => ({
    body_encoding: 'base64',
    delivery_info: { exchange: '', routing_key: 'celery' },
    delivery_tag: tag,
  })
  const envelope = { 'content-type': 'application/json', 'content-encoding': 'utf-8' }

  test('nothing but what is needed, null where Python sends values, one delivery tag for all, nanoseconds', async () => {
    const { app } = await start({}, { concurrency: 1 })
    const eta = new Date(Date.now() + 300).toISOString().replace('Z', '123456Z')
    const messages = [
      { ...envelope, body: body('bare'), headers: { task: 'count', id: 'bare' }, properties: properties('t-1') },
      { ...envelope, body: body('twin'), headers: { task: 'count', id: 'twin' }, properties: properties('t-1') },
      {
        ...envelope,
        body: body('nulls'),
        headers: {
          task: 'count',
          id: 'nulls',
          retries: null,
          eta: null,
          expires: null,
          timelimit: null,
          root_id: null,
        },
        properties: { ...properties('t-2'), priority: null, correlation_id: null, reply_to: null },
      },
      { ...envelope, body: body('eta'), headers: { task: 'count', id: 'eta', eta }, properties: properties('t-3') },
      {
        ...envelope,
        body: body('no info'),
        headers: { task: 'count', id: 'no-info' },
        properties: { body_encoding: 'base64', delivery_tag: 't-4' },
      },
      { ...envelope, body: body('no headers'), properties: properties('t-5') },
      { ...envelope, body: body('no id'), headers: { task: 'count' }, properties: properties('t-6') },
      { ...envelope, body: 'e30=', headers: { task: 'count', id: 'bad-body' }, properties: properties('t-7') },
    ]
    const client = redis.connect()
    for (const message of messages) await client.lpush('celery', JSON.stringify(message))
    await client.lpush('celery', 'not json')
    const last = await app.sendTask('count', ['last'])
    await last.get({ timeout: 40 })
    await waitFor(async () => (await held()) === 0 && (await queued()) === 0)
    expect([...runs.keys()].toSorted()).toEqual(['bare', 'eta', 'last', 'no info', 'nulls', 'twin'])
  })
})
