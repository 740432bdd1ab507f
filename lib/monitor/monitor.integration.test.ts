import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Broker } from '../broker/broker.ts'
import { openBroker } from '../broker/open-broker.ts'
import { apply } from '../live/apply.ts'
import type { Change, Json } from '../live/changes.ts'
import type {
  OverviewView,
  QueuesView,
  StatusView,
  TasksView,
  TaskView,
  WorkersView,
  WorkerView,
} from '../live/views.ts'
import { openResults } from '../results/open-results.ts'
import { createRuntime } from '../runtime/runtime.ts'
import { type CeleryWorker, runPython, startCelery } from '../testing/celery.ts'
import { type RedisServer, startRedis } from '../testing/redis.ts'
import { waitFor } from '../testing/wait-for.ts'
import { createMonitor, type Monitor } from './monitor.ts'

interface Running {
  readonly monitor: Monitor
  readonly broker: Broker
  stop(): Promise<void>
}

async function startMonitor(url: string, resultsUrl: string | null = url): Promise<Running> {
  const runtime = createRuntime()
  const broker = openBroker(url, { runtime })
  const results = resultsUrl === null ? null : openResults(resultsUrl, { runtime })
  const monitor = createMonitor({
    runtime,
    broker,
    results,
    alerts: { rules: [], channels: [] },
    dataDir: null,
    version: 'test',
    settings: { queuePollMs: 200, repairAfterMs: 500, repairEveryMs: 500, inspectEveryMs: 2_000 },
  })
  broker.open().catch(() => {}) // closed before it connected
  await monitor.start(new AbortController().signal)
  return {
    monitor,
    broker,
    async stop() {
      await monitor.stop()
      await results?.close()
      await broker.close()
    },
  }
}

/** What a browser would show of a topic. */
function look<V>(monitor: Monitor, topic: string): { readonly view: V; stop(): void } {
  let view: Json = null
  let expected = 0
  const watch = monitor.feeds.watch(topic, {
    snapshot(seq, whole) {
      expected = seq
      view = JSON.parse(JSON.stringify(whole)) as Json
    },
    diff(seq, change) {
      expect(seq).toBe(++expected)
      view = apply(view, JSON.parse(JSON.stringify(change)) as Change)
      return true
    },
  })
  return {
    get view() {
      return view as unknown as V // the topic says which view it is
    },
    stop: () => watch.stop(),
  }
}

describe('the monitor beside a real Celery worker', () => {
  let redis: RedisServer
  let worker: CeleryWorker
  let running: Running
  const python = (program: string) => runPython(`from proj import *\n${program}`, { broker: redis.url })

  beforeAll(async () => {
    redis = await startRedis()
    worker = await startCelery({ broker: redis.url, queues: ['celery', 'high'], hostname: 'py@one', concurrency: 2 })
    running = await startMonitor(redis.url)
    await waitFor(() => running.monitor.health().ok)
  })
  afterAll(async () => {
    await running?.stop()
    await worker?.stop('SIGKILL') // one of its tasks sleeps
    await redis?.stop()
  })

  it('shows a task soon after its events, and its end', async () => {
    const tasks = look<TasksView>(running.monitor, 'tasks')
    const id = (await python('print(add.apply_async((2, 3), queue="high").id)')).trim()
    const sentMs = Date.now()
    const row = await waitFor(() => tasks.view.rows.find((each) => each.id === id && each.state === 'SUCCESS'))
    expect(Date.now() - sentMs).toBeLessThan(30_000)
    expect(row).toMatchObject({ name: 'proj.add', queue: 'high', worker: 'py@one', args: '(2, 3)', result: '5' })
    expect(tasks.view).toMatchObject({ matched: 1, total: 1, counts: { SUCCESS: 1 } })
    tasks.stop()
  })

  it('knows the worker from its events and from its own answers', async () => {
    const workers = look<WorkersView>(running.monitor, 'workers')
    const row = await waitFor(() => workers.view.rows.find((each) => each.name === 'py@one' && each.pool !== null))
    expect(row).toMatchObject({ state: 'online', concurrency: 2, pool: 'thread', active: 0 })
    expect([...row.queues].sort()).toEqual(['celery', 'high'])
    expect(workers.view).toMatchObject({ online: 1, slotsTotal: 2 })

    const page = look<WorkerView>(running.monitor, 'worker?worker=py@one')
    const id = (await python('print(sleep.delay(600).id)')).trim()
    // Each is of an answer of its own.
    const shown = await waitFor(() => {
      const { running, registered, poolFixed, configuration } = page.view
      const isWhole = registered.length > 0 && poolFixed !== null && configuration.length > 5
      return isWhole && running.some((task) => task.id === id) ? page.view : null
    })
    expect(shown.running[0]).toMatchObject({ task: 'proj.sleep', args: '(600,)', acknowledged: true })
    expect(shown.registered).toContain('proj.add')
    await waitFor(() => workers.view.rows.find((each) => each.name === 'py@one')?.now?.id === id)
    const inspector = running.monitor.inspector
    const replies = await inspector.ask('ping', {}, { destination: ['py@one'] })
    expect(replies).toEqual([{ worker: 'py@one', reply: { ok: 'pong' } }])
    expect(await inspector.ask('ping', {}, { destination: ['nobody@nowhere'], timeoutMs: 200 })).toEqual([])
    for (const one of [workers, page]) one.stop()
  })

  it('shows a task with its whole values from the stored result, and why it failed', async () => {
    const long = 'x'.repeat(3_000)
    const [echoed, failed] = (
      await python(`print(echo.delay("${long}", k=[1, None]).id, fail.delay("no stock").id)`)
    ).split(/\s+/)
    const one = look<TaskView>(running.monitor, `task?id=${echoed}`)
    const whole = await waitFor(() => (one.view.result.source === 'result' ? one.view : null))
    expect(whole.args).toEqual({ text: `['${long}']`, source: 'result', whole: true })
    expect(whole.kwargs).toEqual({ text: "{'k': [1, None]}", source: 'result', whole: true })
    expect(whole.result.text).toContain(long)
    expect(whole.timeline.map((entry) => entry.what)).toEqual(['sent', 'received', 'started', 'succeeded'])

    const two = look<TaskView>(running.monitor, `task?id=${failed}`)
    const view = await waitFor(() => (two.view.task?.state === 'FAILURE' ? two.view : null))
    expect(view.why).toMatch(/^ValueError: no stock \(proj\.py:\d+ in fail\)$/)
    expect(view.traceback).toContain('Traceback')
    for (const each of [one, two]) each.stop()
  })

  it('counts queues that nobody serves, and lets look into them', async () => {
    const queues = look<QueuesView>(running.monitor, 'queues')
    await python('for i in range(12): add.apply_async((i,), queue="reports", priority=i % 10)')
    const row = await waitFor(() => queues.view.rows.find((each) => each.name === 'reports' && each.waiting === 12))
    expect(row).toMatchObject({ trend: 'never', workers: [], unacked: 0, error: null })
    expect(row.byPriority.reduce((sum, step) => sum + step.waiting, 0)).toBe(12)

    const overview = look<OverviewView>(running.monitor, 'overview?range=15m')
    const texts = () => overview.view.attention.map((each) => each.text)
    await waitFor(() => texts().includes('12 messages in queue reports, and no worker serves it.'))
    const redisClient = redis.connect()
    await redisClient.lpush('reports', 'this is no message')
    const page = await running.monitor.peekQueue({ queue: 'reports', offset: 0, limit: 50 })
    expect(page.total).toBe(13)
    const [good, bad] = [page.messages.find((each) => each.error === null), page.messages.find((each) => each.error)]
    expect(good).toMatchObject({ task: 'proj.add', retries: 0 })
    expect(good?.args).toMatch(/^\(\d,\)$/)
    expect(bad).toMatchObject({ error: expect.stringContaining('not-json'), raw: 'this is no message', id: null })
    await redisClient.del('reports', 'reports\x06\x163', 'reports\x06\x166', 'reports\x06\x169')
    for (const each of [queues, overview]) each.stop()
  })

  it('says so when a worker goes', async () => {
    const workers = look<WorkersView>(running.monitor, 'workers')
    const second = await startCelery({ broker: redis.url, queues: ['high'], hostname: 'py@two' })
    await waitFor(() => workers.view.rows.find((each) => each.name === 'py@two' && each.concurrency === 2))
    await second.stop('SIGKILL')
    await waitFor(() => workers.view.rows.find((each) => each.name === 'py@two' && each.state === 'offline'), {})
    await waitFor(() => workers.view.online === 1)
    workers.stop()
  })
})

describe('the monitor and what it missed', () => {
  it('shows tasks that ended before it came up', async () => {
    const redis = await startRedis()
    const worker = await startCelery({ broker: redis.url })
    const ids = (
      await runPython(
        `from proj import *
rs = [add.delay(i) for i in range(20)]
[r.get(timeout=40) for r in rs]
print(*[r.id for r in rs])`,
        { broker: redis.url },
      )
    ).trim()
    await worker.stop()
    const { monitor, stop } = await startMonitor(redis.url)
    const tasks = look<TasksView>(monitor, 'tasks')
    await waitFor(() => tasks.view.matched === 20 && tasks.view.counts['SUCCESS'] === 20)
    expect(tasks.view.rows.map((row) => row.id).sort()).toEqual(ids.split(' ').sort())
    expect(tasks.view.rows[0]).toMatchObject({ state: 'SUCCESS', name: 'proj.add', queue: 'celery' })
    await stop()
    await redis.stop()
  })

  it('comes up without a broker, hears when it is there, and survives its restart with a gap and repaired tasks', async () => {
    const redis = await startRedis({ appendOnly: true })
    await redis.shutdown()
    const { monitor, stop } = await startMonitor(redis.url)
    const status = look<StatusView>(monitor, 'status')
    const queues = look<QueuesView>(monitor, 'queues')
    expect(monitor.health()).toMatchObject({ ok: false, reason: expect.any(String) })

    await redis.restart()
    await waitFor(() => monitor.health().ok, { what: 'events after the broker came' })
    const worker = await startCelery({ broker: redis.url, hostname: 'py@one' })
    const tasks = look<TasksView>(monitor, 'tasks')
    const send = (program: string) => runPython(`from proj import *\n${program}`, { broker: redis.url })
    await send('[add.delay(i).get(timeout=40) for i in range(3)]')
    await waitFor(() => tasks.view.counts['SUCCESS'] === 3)

    await redis.kill()
    await waitFor(() => status.view.broker.state !== 'ready')
    await waitFor(() => queues.view.rows.every((row) => row.waiting === null && row.error !== null))
    await redis.restart()
    await waitFor(() => monitor.health().ok, { what: 'events after the restart' })
    await waitFor(() => status.view.gaps.length === 1)
    // Python's own worker does not always survive that.
    await worker.stop('SIGKILL')
    const next = await startCelery({ broker: redis.url, hostname: 'py@two' })
    await send('[add.delay(i).get(timeout=40) for i in range(3)]')
    await waitFor(() => tasks.view.counts['SUCCESS'] === 6)
    await waitFor(() => queues.view.rows.every((row) => row.waiting === 0))

    for (const each of [status, queues, tasks]) each.stop()
    await stop()
    await next.stop()
    await redis.stop()
  })

  it('repairs a task from its result when its last events did not come', async () => {
    const redis = await startRedis()
    const { monitor, stop } = await startMonitor(redis.url)
    await waitFor(() => monitor.health().ok)
    const tasks = look<TasksView>(monitor, 'tasks')
    const client = redis.connect()
    const event = { type: 'task-started', uuid: 'a1', hostname: 'w@x', timestamp: Date.now() / 1_000 - 60, clock: 1 }
    const body = Buffer.from(JSON.stringify(event)).toString('base64')
    const properties = { delivery_tag: 't', delivery_info: { exchange: 'celeryev', routing_key: 'task.started' } }
    await client.publish(
      '/0.celeryev/task.started',
      JSON.stringify({
        body,
        'content-type': 'application/json',
        'content-encoding': 'utf-8',
        headers: {},
        properties: { ...properties, body_encoding: 'base64' },
      }),
    )
    await waitFor(() => tasks.view.rows[0]?.state === 'STARTED')
    const meta = { status: 'SUCCESS', result: 7, traceback: null, children: [], date_done: null, task_id: 'a1' }
    await client.set('celery-task-meta-a1', JSON.stringify(meta))
    await waitFor(() => tasks.view.rows[0]?.state === 'SUCCESS')
    expect(tasks.view.rows[0]).toMatchObject({ result: '7' })
    tasks.stop()
    await stop()
    await redis.stop()
  })
})
