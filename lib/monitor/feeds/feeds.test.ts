import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createMemoryHistory } from '../../history/memory/memory-history.ts'
import { apply } from '../../live/apply.ts'
import type { Change, Json } from '../../live/changes.ts'
import type { AlertState, CommandView } from '../../live/views.ts'
import type { ClusterEvent } from '../../protocol/events.ts'
import { createRuntime } from '../../runtime/runtime.ts'
import { type Cluster, createCluster } from '../cluster.ts'
import type { FeedWatcher, QueueReading, WorkerAnswers } from '../contracts.ts'
import { createIdleness } from '../idleness.ts'
import { createRates } from '../rates.ts'
import { emptySchedule } from '../schedules/schedule-view.ts'
import { MONITOR_DEFAULTS } from '../settings.ts'
import { EMPTY_STATUS } from '../status.ts'
import { createTaskList } from '../task-list.ts'
import type { FeedDeps } from './deps.ts'
import { createFeeds, type FeedsService } from './feeds.ts'

const TOPICS = [
  'status',
  'overview?range=15m',
  'tasks',
  'tasks?limit=3&sort=runtime',
  'tasks?limit=3&q=state%3Afailed&sort=-received',
  'tasks?range=15m&sort=name',
  'tasks?limit=4&q=-state%3Astarted+name%3An1&sort=-wait',
  'task?id=t1',
  'task?id=t2',
  'workers',
  'worker?worker=w1',
  'queues',
  'queue?queue=a&range=15m',
  'overview?from=2026-11-21T01%3A35%3A00.000Z&to=2026-11-21T01%3A45%3A00.000Z',
  'tasks?from=2026-11-21T01%3A39%3A00.000Z&to=2026-11-21T01%3A40%3A00.000Z',
  'alerts',
  'commands',
  'schedules',
  'schedule?id=redis%2Fnightly',
]
const START_MS = 1_795_225_138_000

/** What a browser does with what it gets. */
class Browser implements FeedWatcher {
  view: Json = null
  seq = -1
  diffs = 0
  /** False = this browser is slow. */
  ready = true

  snapshot(seq: number, view: unknown): void {
    this.seq = seq
    this.view = overTheWire(view)
  }

  diff(seq: number, change: unknown): boolean {
    if (!this.ready) return false
    expect(seq).toBe(this.seq + 1)
    this.seq = seq
    this.diffs++
    this.view = apply(this.view, overTheWire(change) as unknown as Change) // what a feed sends
    return true
  }
}

const overTheWire = (value: unknown) => JSON.parse(JSON.stringify(value)) as Json

interface World {
  nowMs: number
  readonly cluster: Cluster
  readings: QueueReading[]
  answers: Map<string, WorkerAnswers>
  alert: AlertState
  commands: CommandView[]
  feeds: FeedsService
  deps: FeedDeps
}

/** `lostAfterMs`: tasks become lost without news, and a list may notice that half a minute late. */
function createWorld(lostAfterMs = Number.POSITIVE_INFINITY): World {
  const clock = { nowMs: () => world.nowMs, monotonicMs: () => world.nowMs, sleep: async () => {} }
  const runtime = createRuntime({ clock })
  const cluster = createCluster({ maxTasks: 15, maxWorkers: 10, maxFieldBytes: 1_000 })
  const history = createMemoryHistory({ runtime, maxSeries: 100 })
  const deps: FeedDeps = {
    runtime,
    settings: { ...MONITOR_DEFAULTS, lostAfterMs },
    cluster,
    inspector: {
      answers: (worker) => world.answers.get(worker) ?? {},
      inspecting: () => false,
      onAnswers: () => () => {},
      watch: () => () => {},
    },
    queues: {
      latest: () => ({ atMs: world.nowMs, rows: world.readings, error: null, unackedTotal: 0 }),
      onRound: () => () => {},
      waitingSinceMs: () => START_MS,
      oldest: () => null,
    },
    paused: { of: () => null },
    idleness: createIdleness(runtime, cluster),
    rates: createRates({ history, runtime }),
    history,
    results: null,
    alerts: {
      view: () => ({ active: [], rules: [], channels: [], history: [], evaluatedMs: null }),
      forQueue: () => ({ limit: 10, state: world.alert }),
      firing: 0,
      onChange: () => () => {},
    },
    commands: {
      list: () => world.commands,
      forTask: (id) => world.commands.filter((command) => command.taskId === id),
      forWorker: () => [],
      shutDownMs: () => null,
      onChange: () => () => {},
    },
    schedules: {
      view: () => ({ sources: [], rows: [] }),
      entry: () => emptySchedule(null),
      watch: () => () => {},
      onChange: () => () => {},
    },
    links: { retryOf: (id) => (id === 't1' ? 't0' : null), retriedAs: (id) => (id === 't0' ? ['t1'] : []) },
    status: () => EMPTY_STATUS,
    tasks: createTaskList(cluster, runtime),
    adopt: () => {},
    shown: (task) => task,
    shownCall: (call) => call,
  }
  const world: World = {
    nowMs: START_MS,
    cluster,
    readings: [],
    answers: new Map(),
    alert: 'ok',
    commands: [],
    feeds: createFeeds(deps),
    deps,
  }
  cluster.onChange((changes) => world.feeds.publish({ kind: 'cluster', changes }))
  return world
}

const event = fc.record({
  kind: fc.constant('event' as const),
  type: fc.constantFrom(
    ...['worker-online', 'worker-heartbeat', 'worker-offline', 'task-sent', 'task-received', 'task-started'],
    ...['task-succeeded', 'task-failed', 'task-retried', 'task-revoked', 'task-progress'],
  ),
  task: fc.integer({ min: 0, max: 25 }),
  worker: fc.constantFrom('w1', 'w2', '__proto__'),
  runtime: fc.float({ min: 0, max: 5, noNaN: true }),
})
const step = fc.oneof(
  { weight: 20, arbitrary: event },
  fc.record({
    kind: fc.constant('queues' as const),
    lengths: fc.dictionary(fc.constantFrom('a', 'b', '__proto__'), fc.option(fc.nat({ max: 50 }))),
  }),
  fc.record({ kind: fc.constant('answers' as const), worker: fc.constantFrom('w1', 'w2'), slots: fc.nat({ max: 4 }) }),
  fc.record({ kind: fc.constant('alert' as const), state: fc.constantFrom<AlertState>('ok', 'firing') }),
  fc.record({ kind: fc.constant('command' as const), task: fc.integer({ min: 0, max: 2 }) }),
  fc.record({ kind: fc.constant('time' as const), ms: fc.integer({ min: 1, max: 70_000 }) }),
  fc.constant({ kind: 'flush' as const }),
)

type Step = typeof step extends fc.Arbitrary<infer S> ? S : never

function perform(world: World, one: Step): void {
  switch (one.kind) {
    case 'event': {
      const { type, worker, runtime } = one
      const uuid = type.startsWith('task-') ? `t${one.task}` : null
      const fields = {
        name: `n${one.task % 3}`,
        queue: 'a',
        args: '(1,)',
        runtime,
        exception: 'E()',
        active: 1,
        freq: 2,
      }
      const timestamp = world.nowMs / 1_000
      const made: ClusterEvent = { type, hostname: worker, timestamp, clock: null, pid: 1, uuid, fields }
      world.cluster.apply(made, world.nowMs)
      world.cluster.flush(world.nowMs)
      return
    }
    case 'queues':
      world.readings = Object.entries(one.lengths).map(([name, waiting]) => {
        if (waiting !== null) world.deps.history.add(`queue:${name}:waiting`, world.nowMs, waiting)
        return { name, waiting, unacked: 0, byPriority: [], error: waiting === null ? 'gone' : null }
      })
      world.feeds.publish({ kind: 'queues' })
      return
    case 'answers': {
      const stats = { atMs: world.nowMs, value: { pool: { 'max-concurrency': one.slots, implementation: 'x.solo:P' } } }
      const queues = { atMs: world.nowMs, value: [{ name: 'a', exchange: { name: 'a' }, routing_key: 'a' }] }
      world.answers.set(one.worker, { stats, active_queues: queues })
      world.feeds.publish({ kind: 'answers', worker: one.worker })
      return
    }
    case 'alert':
      world.alert = one.state
      world.feeds.publish({ kind: 'alerts' })
      return
    case 'command':
      world.commands = [command(`c${world.commands.length}`, `t${one.task}`, world.nowMs), ...world.commands]
      world.feeds.publish({ kind: 'commands' })
      return
    case 'time':
      world.nowMs += one.ms
      world.cluster.expireWorkers(world.nowMs)
      world.cluster.flush(world.nowMs)
      return
    case 'flush':
      world.nowMs += 200
      world.feeds.flush()
  }
}

function command(id: string, taskId: string, atMs: number): CommandView {
  const common = { action: 'task.revoke', who: 'anna', atMs, summary: 'Revoke', targets: [taskId], text: '' }
  return { ...common, id, state: 'sent', answered: 0, of: null, taskId, newTaskId: null, endedMs: null }
}

/**
 * Lets what is paced come due, so that what is shown is what is: charts, and on the overview the ranking of its queues.
 * No longer than needed: a task list goes through all tasks now and then, which would hide what it missed.
 */
function settle(world: World, topic: string): void {
  for (let i = 0; i < 2; i++) {
    world.nowMs += topic.startsWith('overview') ? 31_000 : 2_100
    world.cluster.expireWorkers(world.nowMs)
    world.cluster.flush(world.nowMs)
    world.feeds.publish({ kind: 'queues' })
    world.feeds.flush()
  }
}

describe('live feeds', () => {
  it.each(TOPICS)('%s: a snapshot and its diffs make the view that a newcomer gets', (topic) => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120, size: 'max' }), (steps) => {
        const world = createWorld()
        const browser = new Browser()
        world.feeds.watch(topic, browser)
        for (const one of steps) perform(world, one)
        settle(world, topic)

        const late = new Browser()
        world.feeds.watch(topic, late)
        expect(late.seq).toBe(browser.seq)
        expect(browser.view).toEqual(late.view)

        // Made from nothing but what is known now, not from what changed.
        const fresh = new Browser()
        createFeeds(world.deps).watch(topic, fresh)
        expect(browser.view).toEqual(fresh.view)
      }),
      { numRuns: 40 },
    )
  })

  it('sends at most five diffs a second, however much happens, and none without news', () => {
    const world = createWorld()
    const browser = new Browser()
    world.feeds.watch('tasks', browser)
    for (let i = 0; i < 1_000; i++) {
      perform(world, { kind: 'event', type: 'task-received', task: i % 25, worker: 'w1', runtime: 0 })
      world.nowMs += 2
      world.feeds.flush()
    }
    expect(browser.diffs).toBeGreaterThan(5)
    expect(browser.diffs).toBeLessThanOrEqual(10)

    const before = browser.diffs
    for (let i = 0; i < 10; i++) {
      world.nowMs += 200
      world.feeds.flush()
    }
    expect(browser.diffs).toBeLessThanOrEqual(before + 1)
  })

  it('shows counts and rows of the same moment', () => {
    const world = createWorld()
    const browser = new Browser()
    world.feeds.watch('tasks', browser)
    perform(world, { kind: 'event', type: 'task-received', task: 1, worker: 'w1', runtime: 0 })
    const timestamp = world.nowMs / 1_000
    const about = { hostname: 'w1', timestamp, clock: null, pid: 1, uuid: 't1', fields: { runtime: 1, result: '2' } }
    world.cluster.apply({ type: 'task-succeeded', ...about }, world.nowMs) // not told to anybody yet
    perform(world, { kind: 'flush' })
    expect(browser.view).toMatchObject({ rows: [{ state: 'SUCCESS' }], counts: { SUCCESS: 1 } })
  })

  it('leaves a slow reader out until it takes a snapshot again; others go on', () => {
    const world = createWorld()
    const [slow, quick] = [new Browser(), new Browser()]
    const watch = world.feeds.watch('tasks', slow)
    world.feeds.watch('tasks', quick)
    slow.ready = false
    const happen = (task: number) => {
      perform(world, { kind: 'event', type: 'task-received', task, worker: 'w1', runtime: 0 })
      perform(world, { kind: 'flush' })
    }
    happen(1)
    slow.ready = true
    happen(2)
    expect(slow.diffs).toBe(0)
    expect(quick.diffs).toBe(2)

    watch.resync()
    expect(slow.view).toEqual(quick.view)
    happen(3)
    expect(slow.view).toEqual(quick.view)
    expect(slow.seq).toBe(quick.seq)
  })

  it('shares one feed among equal topics and drops it with its last watcher', () => {
    const world = createWorld()
    const one = world.feeds.watch('tasks?limit=100', new Browser())
    const two = world.feeds.watch('tasks', new Browser())
    expect(world.feeds.size).toEqual({ topics: 1, watchers: 2 })
    one.stop()
    one.stop()
    expect(world.feeds.size).toEqual({ topics: 1, watchers: 1 })
    two.stop()
    expect(world.feeds.size).toEqual({ topics: 0, watchers: 0 })
  })

  it('calls a task lost whose worker is gone, and no longer when the worker is back', () => {
    const world = createWorld(60_000)
    const browser = new Browser()
    world.feeds.watch('tasks?q=state:lost', browser)
    const happen = (type: string) =>
      perform(world, { kind: 'event', type: type as 'task-started', task: 1, worker: 'w1', runtime: 0 }) // one of them
    for (const type of ['worker-heartbeat', 'task-started', 'worker-offline']) happen(type)
    for (let i = 0; i < 10; i++) perform(world, { kind: 'time', ms: 10_000 })
    perform(world, { kind: 'flush' })
    expect(browser.view).toMatchObject({ matched: 1, counts: { LOST: 1 }, rows: [{ id: 't1', state: 'LOST' }] })

    happen('worker-heartbeat')
    perform(world, { kind: 'flush' })
    expect(browser.view).toMatchObject({ matched: 0, counts: { STARTED: 1 }, rows: [] })
  })

  it('looks into the texts of all tasks in turns, and says so until it has found them', async () => {
    const world = createWorld(60_000)
    const browser = new Browser()
    const happen = (type: string, task: number) =>
      perform(world, { kind: 'event', type: type as 'task-started', task, worker: 'w1', runtime: 0 }) // one of them
    for (const type of ['worker-heartbeat', 'task-received', 'task-started']) happen(type, 1)
    world.feeds.watch('tasks?q=t1 OR (state:lost t2)', browser)
    expect(browser.view).toMatchObject({ searching: true, rows: [] })
    happen('task-received', 2)
    perform(world, { kind: 'flush' })
    await new Promise((resolve) => setImmediate(resolve))
    perform(world, { kind: 'time', ms: 1_000 })
    perform(world, { kind: 'flush' })
    expect(browser.view).toMatchObject({ searching: false, matched: 1, rows: [{ id: 't1', state: 'STARTED' }] })

    happen('worker-offline', 1)
    for (let i = 0; i < 10; i++) perform(world, { kind: 'time', ms: 10_000 })
    await new Promise((resolve) => setImmediate(resolve))
    perform(world, { kind: 'time', ms: 1_000 })
    perform(world, { kind: 'flush' })
    expect(browser.view).toMatchObject({ searching: false, matched: 2, counts: { LOST: 2 } })
  })

  it('refuses a topic that does not exist', () => {
    expect(() => createWorld().feeds.watch('nothing?x=1', new Browser())).toThrow('no live topic')
  })
})
