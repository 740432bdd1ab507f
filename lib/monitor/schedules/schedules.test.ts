/** Schedules in a store in memory and tasks of a real cluster; the time is turned by hand. */
import { describe, expect, it } from 'vitest'
import type { ScheduleRowView } from '../../live/schedule-views.ts'
import { createRuntime } from '../../runtime/runtime.ts'
import { createMemorySchedule, createMemoryScheduleStore } from '../../schedule-store/memory/memory-schedule-store.ts'
import type { BeatPresence, OutgoingRun, ScheduleEntry, ScheduleStore } from '../../schedule-store/schedule-store.ts'
import { crontab } from '../../schedules/crontab.ts'
import { interval } from '../../schedules/interval.ts'
import { taskEvent } from '../../testing/events.ts'
import { createHandClock } from '../../testing/hand-clock.ts'
import { parseAlertConfig } from '../alerts/alert-config.ts'
import { createAlerts } from '../alerts/alerts.ts'
import { createCluster } from '../cluster.ts'
import type { WorkerAnswers } from '../contracts.ts'
import { MONITOR_DEFAULTS } from '../settings.ts'
import { createSchedules } from './schedules.ts'

const T0 = Date.parse('2026-01-05T10:00:10Z')

function entry(name: string, fields: Partial<ScheduleEntry> = {}): ScheduleEntry {
  return {
    ...{ name, task: 'proj.add', schedule: interval(30), args: [], kwargs: {}, options: {}, enabled: true },
    ...{ origin: 'code', description: null, startMs: null, expiresMs: null, oneOff: false },
    ...fields,
  }
}

async function start(entries: readonly ScheduleEntry[], rules: readonly object[] = [], kind?: ScheduleStore['kind']) {
  const clock = createHandClock(T0)
  const runtime = createRuntime({ clock })
  const cluster = createCluster(MONITOR_DEFAULTS)
  const schedule = createMemorySchedule()
  const store = createMemoryScheduleStore({ runtime, schedule })
  await store.open()
  await store.adopt(entries, T0)
  let error: Error | null = null
  const failing: ScheduleStore = {
    ...store,
    ...(kind !== undefined && { kind }),
    version: () => (error === null ? store.version() : Promise.reject(error)),
  }
  const answers = new Map<string, WorkerAnswers>()
  const inspector = {
    answers: (worker: string) => answers.get(worker) ?? {},
    onAnswers: () => () => {},
    known: () => answers.keys(),
  }
  const sources = [{ name: 'app', store: failing, zone: 'UTC', unasked: false, owned: false }]
  const waiting = new Map<string, number>()
  let readMs = T0
  const rounds = new Set<() => void>()
  const queues = {
    latest: () => ({
      ...{ atMs: readMs, error: null, unackedTotal: 0 },
      rows: [...waiting].map(([name, count]) => ({ name, waiting: count, unacked: 0, byPriority: [], error: null })),
    }),
    onRound: (listener: () => void) => {
      rounds.add(listener)
      return () => rounds.delete(listener)
    },
  }
  const schedules = createSchedules({ runtime, cluster, inspector, sources, queues })
  const alerts = createAlerts({
    ...{ runtime, cluster, dataDir: null },
    config: parseAlertConfig({ file: 'umbel.yaml', data: { rules }, lineOf: () => 1 }),
    queues: { latest: () => ({ atMs: T0, rows: [], error: null, unackedTotal: 0 }), onRound: () => () => {} },
    failures: () => ({ finished: 0, failed: 0 }),
    scheduled: () => ({ readers: schedules.readers(), nowMs: clock.nowMs() }),
    watchSchedules: schedules.watch,
  })
  schedules.watch()
  await schedules.start(new AbortController().signal)
  await alerts.start(new AbortController().signal)
  const seconds = async (n: number) => {
    for (let i = 0; i < n; i++) {
      await clock.advance(1_000)
      readMs = clock.nowMs()
      for (const told of rounds) told()
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
  await seconds(3)
  const row = (name: string) => schedules.view().rows.find((each) => each.name === name) as ScheduleRowView
  return {
    ...{ schedules, alerts, store, clock, seconds, row, answers, cluster, waiting },
    fail: (reason: string | null) => {
      error = reason === null ? null : new Error(reason)
    },
    /** As beat does it; without a slot now is the time. */
    async send(name: string, taskId: string, slotMs = clock.nowMs()) {
      const message = { taskId, queue: 'celery', publish: async () => {} } as unknown as OutgoingRun // no envelope: nobody reads it
      const run = { name, slotMs, nowMs: clock.nowMs(), totalRunCount: 1, nextMs: null, why: 'due' as const }
      const lease = (await store.leases?.acquire('celerybeat@a')) ?? null
      expect(await store.send(run, message, lease)).toBe('sent')
      if (lease !== null) await store.leases?.release(lease)
    },
    task(subject: string, id: string, fields: object = {}) {
      cluster.apply(taskEvent(subject, id, clock.nowMs() / 1_000, { name: 'proj.add', ...fields }), clock.nowMs())
      cluster.flush(clock.nowMs())
    },
    beat: (fields: Partial<BeatPresence> = {}) =>
      store.report({
        ...{ node: 'celerybeat@a', pid: 1, software: 'umbel', lastTickMs: clock.nowMs(), leads: true },
        ...{ leaseEndsMs: null, ...fields },
      }),
    states: () => Object.fromEntries(alerts.view().rules.map(({ name, state }) => [name, state])),
    texts: () => alerts.view().active.map(({ text }) => text),
  }
}

describe('the rows', () => {
  it('say what runs when, and what became of the last run', async () => {
    const world = await start([entry('tick'), entry('daily', { schedule: crontab({ minute: 0, hour: 6 }) })])
    expect(world.row('daily')).toMatchObject({
      id: 'app/daily',
      nextMs: Date.parse('2026-01-06T06:00:00Z'),
      ...{ neverRan: true, lastRun: null, zone: 'UTC', enabled: true, editable: true },
      editLasts: expect.stringContaining('next deploy'),
    })
    await world.seconds(27)
    const dueMs = world.row('tick').nextMs ?? 0
    await world.send('tick', 'id-1', dueMs)
    world.task('received', 'id-1')
    await world.seconds(1)
    world.task('started', 'id-1')
    world.task('succeeded', 'id-1', { runtime: 1.25 })
    await world.seconds(3)
    expect(world.row('tick')).toMatchObject({
      nextMs: dueMs + 30_000,
      totalRunCount: 1,
      lastRun: { slotMs: dueMs, taskId: 'id-1', outcome: 'succeeded', runtimeMs: 1_250, byHand: false },
    })
    expect(world.schedules.entry('app/tick')).toMatchObject({ runs: [{ taskId: 'id-1' }], form: { everySeconds: 30 } })
  })

  it('of entries that did not change are the same objects', async () => {
    const world = await start([entry('tick'), entry('daily', { schedule: crontab({ minute: 0, hour: 6 }) })])
    const before = world.row('daily')
    await world.seconds(27)
    await world.send('tick', 'id-1', world.row('tick').nextMs ?? 0)
    await world.seconds(3)
    expect(world.row('daily')).toBe(before)
    const view = world.schedules.view()
    await world.seconds(3)
    expect(world.schedules.view()).toBe(view)
  })

  it('say since when a run is due that nobody sent, and what was missed meanwhile', async () => {
    const world = await start([entry('tick')])
    await world.seconds(30)
    const dueMs = world.row('tick').nextMs ?? 0
    await world.send('tick', 'id-1', dueMs)
    await world.seconds(36)
    expect(world.row('tick').overdueSinceMs).toBeNull()
    await world.seconds(5)
    expect(world.row('tick').overdueSinceMs).toBe(dueMs + 30_000)
    await world.seconds(62)
    expect(world.row('tick').recent.map(({ outcome }) => outcome)).toEqual(['sent', 'missed', 'missed', 'missed'])
    await world.send('tick', 'id-2', dueMs + 90_000)
    await world.seconds(3)
    expect(world.row('tick')).toMatchObject({ overdueSinceMs: null, totalRunCount: 2 })
    expect(world.row('tick').recent.map(({ outcome }) => outcome)).toEqual(['sent', 'missed', 'missed', 'sent'])
  })

  it('judge nothing while an entry is held or switched off', async () => {
    const world = await start([entry('tick')])
    await world.store.hold('tick', Number.POSITIVE_INFINITY, 'anna')
    await world.seconds(120)
    expect(world.row('tick')).toMatchObject({ heldForGood: true, heldBy: 'anna', nextMs: null, overdueSinceMs: null })
    await world.store.hold('tick', null, null)
    await world.store.setEnabled('tick', false)
    await world.seconds(60)
    expect(world.row('tick')).toMatchObject({ enabled: false, heldForGood: false, nextMs: null, overdueSinceMs: null })
    await world.store.setEnabled('tick', true)
    await world.send('tick', 'id-1')
    await world.seconds(5)
    expect(world.row('tick').recent.map(({ outcome }) => outcome)).toEqual(['sent'])
  })

  it('show the run after the one that an operator skipped as the next', async () => {
    const world = await start([entry('tick')])
    const nextMs = world.row('tick').nextMs ?? 0
    await world.store.skip('tick', nextMs)
    await world.seconds(3)

    expect(world.row('tick').nextMs).toBe(nextMs + 30_000)
  })

  it('warn of a task that no worker has', async () => {
    const world = await start([entry('tick'), entry('other', { task: 'proj.gone' })])
    expect(world.row('other').warnings).toEqual([])
    world.cluster.apply({ ...taskEvent('x', 'x', T0 / 1_000), type: 'worker-online', uuid: null }, T0)
    world.answers.set('w1@box', { registered: { atMs: T0, value: ['proj.add [rate_limit=10/m]'] } })
    world.cluster.flush(T0)
    await world.seconds(2)
    expect(world.row('tick').warnings).toEqual([])
    expect(world.row('other').warnings).toEqual(['No worker that is online has a task named proj.gone.'])
  })

  it('stay when the source cannot be read, which says why', async () => {
    const world = await start([entry('tick')])
    world.fail('the disk is on fire')
    await world.seconds(3)
    expect(world.schedules.view().sources).toMatchObject([{ name: 'app', error: 'the disk is on fire' }])
    expect(world.row('tick').name).toBe('tick')
    world.fail(null)
    await world.seconds(3)
    expect(world.schedules.view().sources).toMatchObject([{ error: null }])
  })
})

it('a source that does not answer at all says so; the others go on', async () => {
  const world = await start([entry('tick')])
  world.schedules.add({
    ...{ name: 'stuck', zone: null, unasked: false, owned: false },
    store: { ...world.store, kind: 'redis', place: 'redis://nowhere', version: () => new Promise<string>(() => {}) },
  })
  await world.seconds(6)
  expect(world.schedules.view().sources).toMatchObject([
    { name: 'app', error: null },
    { error: 'it has not answered for 4 s' },
  ])
  expect(world.row('tick').name).toBe('tick')
})

describe('two beats', () => {
  it('are told when both send without a lease', async () => {
    const world = await start([entry('tick')])
    for (let second = 0; second <= 90; second++) {
      if (second % 30 === 0) await world.send('tick', `own-${second}`, T0 + 30_000 + second * 1_000)
      if (second % 30 === 11) world.task('received', `foreign-${second}`)
      await world.seconds(1)
    }
    await world.seconds(20)
    expect(world.schedules.view().sources[0]).toMatchObject({ unsafe: true })
    expect(world.row('tick').recent.some(({ doubled }) => doubled)).toBe(true)
  })

  it('are not told of entries with the same task, nor of a task called by hand', async () => {
    const world = await start([entry('a'), entry('b')])
    for (let second = 0; second <= 90; second++) {
      for (const [name, at] of [
        ['a', 0],
        ['b', 11],
      ] as const) {
        if (second % 30 !== at) continue
        await world.send(name, `${name}-${second}`)
        world.task('received', `${name}-${second}`)
      }
      if (second === 50) world.task('received', 'by hand')
      await world.seconds(1)
    }
    await world.seconds(20)
    expect(world.schedules.view().sources[0]).toMatchObject({ unsafe: false })
    for (const name of ['a', 'b']) expect(world.row(name).recent.map(({ doubled }) => doubled)).not.toContain(true)
  })
})

describe('whose beat works', () => {
  it('decides whether tasks are runs: a skip noted here hides no run of a beat that notes nothing', async () => {
    const world = await start([entry('tick')])
    await world.beat({ software: 'redbeat' })
    await world.store.skip('tick', world.row('tick').nextMs ?? 0)
    for (let second = 0; second <= 150; second++) {
      if (second % 10 === 0) await world.beat({ software: 'redbeat' })
      if (second % 30 === 0) world.task('received', `python-${second}`)
      await world.seconds(1)
    }
    const { recent } = world.row('tick')
    expect(recent.filter(({ outcome }) => outcome === 'sent')).toHaveLength(6)
    expect(recent.some(({ doubled }) => doubled)).toBe(false)
    expect(world.schedules.view().sources[0]).toMatchObject({ unsafe: false })
  })

  it('so that what a producer sends is no run of ours, also before the first one is noted', async () => {
    const world = await start([entry('tick', { schedule: crontab({ minute: '*/5' }) })])
    await world.beat()
    await world.seconds(3)
    for (const id of ['a', 'b', 'c']) {
      world.task('received', id)
      await world.seconds(4)
    }
    expect(world.row('tick')).toMatchObject({ recent: [], neverRan: true })
  })

  it('is told as of when it was asked: a lease of seconds does not end between two looks', async () => {
    const world = await start([entry('tick')])
    await world.beat({ leaseEndsMs: world.clock.nowMs() + 4_000 })
    await world.seconds(2)
    const reader = world.schedules.readers()[0]
    Object.assign(reader?.source.store ?? {}, { beats: () => new Promise(() => {}) })
    await world.seconds(3)
    expect(world.schedules.view().sources[0]?.beats).toMatchObject([{ state: 'leading' }])
  })
})

describe('a beat that saves its runs minutes later, as on the tables of Django', () => {
  const everyMinute = entry('tick', { schedule: crontab({}), options: { queue: 'q' } })

  async function running(waiting: number) {
    const world = await start([everyMinute], [], 'django')
    world.waiting.set('q', 0)
    for (const id of ['a', 'b']) {
      await world.seconds(60 - (Math.floor(world.clock.nowMs() / 1_000) % 60))
      world.task('received', id)
    }
    world.waiting.set('q', waiting)
    await world.seconds(2)
    expect(world.row('tick').recent).toMatchObject([{ taskId: 'a' }, { taskId: 'b', lateMs: 0 }])
    return world
  }

  it('is late, or gone, when no worker told of a run and nothing waits for one', async () => {
    const world = await running(0)
    await world.seconds(66)
    world.task('received', 'c')
    await world.seconds(1)
    expect(world.row('tick').lastRun).toMatchObject({ taskId: 'c', lateMs: 8_000 })
    await world.seconds(80)
    expect(world.row('tick').overdueSinceMs).not.toBeNull()
    expect(world.row('tick').recent.at(-1)).toMatchObject({ outcome: 'missed' })
  })

  it('is not so while something waits: its run may be among that', async () => {
    const world = await running(3)
    await world.seconds(66)
    world.task('received', 'c')
    await world.seconds(80)
    expect(world.row('tick').lastRun).toMatchObject({ taskId: 'c', lateMs: null })
    expect(world.row('tick').overdueSinceMs).toBeNull()
    await world.seconds(240)
    expect(world.row('tick').overdueSinceMs).not.toBeNull()
  })
})

describe('alert rules', () => {
  const RULES = [
    { name: 'missed', kind: 'beat-missed', entry: 'tick', afterSeconds: 20 },
    { name: 'down', kind: 'beat-down', forSeconds: 5 },
    { name: 'two', kind: 'two-beats' },
  ]

  it('tell of a missed run and of a beat that is gone, and when they are back', async () => {
    const world = await start([entry('tick'), entry('other', { schedule: interval(3_600) })], RULES)
    await world.beat()
    await world.seconds(20)
    expect(world.states()).toMatchObject({ missed: 'ok', down: 'ok', two: 'ok' })
    await world.seconds(120)
    expect(world.states()).toMatchObject({ missed: 'firing', down: 'firing', two: 'ok' })
    expect(world.texts()).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^tick did not run: due for /),
        'No beat works on the schedule app',
      ]),
    )
    await world.beat()
    await world.send('tick', 'id-1')
    await world.seconds(5)
    expect(world.states()).toMatchObject({ missed: 'ok', down: 'ok' })
  })

  it('know nothing while the source cannot be read: what fires fires on', async () => {
    const world = await start([entry('tick')], RULES)
    await world.seconds(60)
    expect(world.states()).toMatchObject({ missed: 'firing', down: 'firing' })
    world.fail('no route to host')
    await world.seconds(5)
    expect(world.states()).toMatchObject({ missed: 'firing', down: 'firing', two: 'nodata' })
    expect(world.alerts.view().history).toEqual([])
  })

  it('tell of two beats that send without a lease', async () => {
    const world = await start([entry('tick')], RULES)
    const noLease = { supports: { lease: false, edit: true, oneStep: false } }
    Object.assign(world.schedules.readers()[0]?.source.store ?? {}, noLease)
    await world.beat()
    await world.seconds(3)
    expect(world.states()).toMatchObject({ two: 'ok' })
    await world.beat({ node: 'celerybeat@b' })
    await world.seconds(3)
    expect(world.states()).toMatchObject({ two: 'firing' })
    expect(world.schedules.view().sources[0]).toMatchObject({
      unsafe: true,
      beats: [{ state: 'sending' }, { state: 'sending' }],
    })
    for (let second = 0; second < 90; second += 10) {
      await world.beat()
      await world.seconds(10)
    }
    expect(world.states()).toMatchObject({ two: 'ok' })
    expect(world.alerts.view().history).toMatchObject([{ rule: 'two', resolvedMs: expect.any(Number) }])
  })

  it('tell of a second beat by its runs until ten minutes have passed without one', async () => {
    const world = await start([entry('tick')], RULES)
    const run = async (from: number, to: number, isDoubled: boolean) => {
      for (let second = from; second < to; second++) {
        if (second % 30 === 0) await world.send('tick', `own-${second}`, T0 + 30_000 + second * 1_000)
        if (isDoubled && second % 30 === 11) world.task('received', `foreign-${second}`)
        await world.seconds(1)
      }
    }
    await run(0, 120, true)
    expect(world.states()).toMatchObject({ two: 'firing' })
    await run(120, 600, false)
    expect(world.states()).toMatchObject({ two: 'firing' })
    await run(600, 780, false)
    expect(world.states()).toMatchObject({ two: 'ok' })
    expect(world.schedules.view().sources[0]).toMatchObject({ unsafe: false })
  })
})
