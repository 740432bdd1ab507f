/** Rules over the real cluster and the real rates; the time is turned by hand. */
import { expect, it } from 'vitest'
import { createMemoryHistory } from '../../history/memory/memory-history.ts'
import { createRuntime } from '../../runtime/runtime.ts'
import { taskEvent, workerEvent } from '../../testing/events.ts'
import { createHandClock } from '../../testing/hand-clock.ts'
import { createCluster } from '../cluster.ts'
import type { OldestMessage, QueueReading } from '../contracts.ts'
import { createRates } from '../rates.ts'
import { MONITOR_DEFAULTS } from '../settings.ts'
import { parseAlertConfig } from './alert-config.ts'
import { createAlerts } from './alerts.ts'

async function start(rule: object) {
  const clock = createHandClock()
  const runtime = createRuntime({ clock })
  const cluster = createCluster(MONITOR_DEFAULTS)
  const rates = createRates({ runtime, history: createMemoryHistory({ runtime, maxSeries: 10 }) })
  let rows: readonly QueueReading[] = []
  let error: string | null = null
  let ages: Readonly<Record<string, OldestMessage>> = {}
  const alerts = createAlerts({
    ...{ runtime, cluster, dataDir: null },
    config: parseAlertConfig({ file: 'umbel.yaml', data: { rules: [{ name: 'it', ...rule }] }, lineOf: () => 1 }),
    queues: {
      latest: () => ({ atMs: clock.nowMs(), rows, error, unackedTotal: 0 }),
      onRound: () => () => {},
      oldest: (queue) => ages[queue] ?? null,
    },
    failures: (glob, windowMs) => rates.outcomes(windowMs, glob),
  })
  await alerts.start(new AbortController().signal)
  let tasks = 0
  return {
    alerts,
    state: () => alerts.view().rules.find((each) => each.name === 'it')?.state,
    subjects: () => alerts.view().active.map(({ subject, state }) => [subject, state]),
    async seconds(n: number) {
      for (let i = 0; i < n; i++) await clock.advance(1_000)
    },
    worker(subject: string, name: string) {
      cluster.apply(workerEvent(subject, name, clock.nowMs() / 1_000, { freq: 2 }), clock.nowMs())
    },
    silence: () => cluster.expireWorkers(clock.nowMs()),
    ran(name: string, ends: readonly ('succeeded' | 'failed')[]) {
      for (const end of ends) {
        const id = `t${tasks++}`
        cluster.apply(taskEvent('received', id, clock.nowMs() / 1_000, { name }), clock.nowMs())
        const applied = cluster.apply(taskEvent(end, id, clock.nowMs() / 1_000), clock.nowMs())
        if (applied !== null) rates.record(applied, clock.nowMs())
      }
    },
    queue(depths: Readonly<Record<string, number | null>>, problem: string | null = null) {
      rows = Object.entries(depths).map(([name, waiting]) => ({
        ...{ name, waiting, unacked: null, byPriority: [], error: waiting === null ? 'WRONGTYPE' : null },
      }))
      error = problem
    },
    /** One queue with messages, the oldest of which waits so long. */
    aged(queue: string, seconds: number, how: OldestMessage['how'] = 'told') {
      this.queue({ [queue]: 3 })
      ages = { [queue]: { sinceMs: clock.nowMs() - seconds * 1_000, how } }
    },
  }
}

const ends = (succeeded: number, failed: number) => [
  ...Array<'succeeded'>(succeeded).fill('succeeded'),
  ...Array<'failed'>(failed).fill('failed'),
]

it('a worker that goes offline fires after its time, and is well when it is back', async () => {
  const it = await start({ kind: 'worker-offline', worker: 'web*', forSeconds: 5 })
  for (const name of ['web1@box', 'web2@box', 'cron@box']) it.worker('online', name)
  await it.seconds(2)
  it.worker('offline', 'web1@box')
  it.worker('offline', 'cron@box')
  await it.seconds(1)
  expect(it.subjects()).toEqual([['web1@box', 'pending']])
  await it.seconds(5)
  expect(it.subjects()).toEqual([['web1@box', 'firing']])
  expect(it.alerts.view().active[0]?.text).toBe('Worker web1@box is offline')

  it.worker('online', 'web1@box')
  await it.seconds(1)
  expect([it.subjects(), it.alerts.view().history.map(({ subject }) => subject)]).toEqual([[], ['web1@box']])
  await it.alerts.stop()
})

it('begins and ends nothing while the broker cannot be read: a missing heartbeat proves nothing then', async () => {
  const it = await start({ kind: 'worker-offline', worker: '*', forSeconds: 5 })
  for (const name of ['web1@box', 'web2@box']) it.worker('online', name)
  it.worker('offline', 'web1@box')
  await it.seconds(7)
  expect(it.subjects()).toEqual([['web1@box', 'firing']])

  it.queue({}, 'no answer in time')
  it.worker('offline', 'web2@box')
  it.worker('online', 'web1@box')
  await it.seconds(60)
  expect(it.subjects()).toContainEqual(['web1@box', 'firing'])
  expect(it.subjects()).not.toContainEqual(['web2@box', 'firing'])

  it.queue({})
  it.worker('online', 'web2@box')
  await it.seconds(2)
  expect(it.subjects()).toEqual([])
  await it.alerts.stop()
})

it('a failure rate does not count as well because no event comes from a broker that is away', async () => {
  const it = await start({ kind: 'failure-rate', task: '*', share: 0.5, windowSeconds: 60, minimum: 4 })
  it.ran('pay', ends(0, 8))
  await it.seconds(2)
  expect(it.subjects()).toEqual([['*', 'firing']])

  it.queue({}, 'connection refused')
  await it.seconds(120)
  expect(it.subjects()).toContainEqual(['*', 'firing'])
  await it.alerts.stop()
})

it('a worker that falls silent without a word counts as offline', async () => {
  const it = await start({ kind: 'worker-offline', forSeconds: 0 })
  it.worker('online', 'web1@box')
  await it.seconds(60)
  it.silence()
  await it.seconds(1)
  expect(it.subjects()).toEqual([['web1@box', 'firing']])
  await it.alerts.stop()
})

it('one that runs without heartbeats is silent because it has no tasks', async () => {
  const it = await start({ kind: 'worker-offline', forSeconds: 0 })
  it.ran('proj.add', ['succeeded'])
  await it.seconds(300)
  it.silence()
  await it.seconds(1)
  expect(it.subjects()).toEqual([])
  await it.alerts.stop()
})

it('failures fire by their share of what ended, and end when fewer fail', async () => {
  const it = await start({ kind: 'failure-rate', task: 'proj.*', share: 0.2, windowSeconds: 30, minimum: 10 })
  it.ran('proj.add', ends(8, 2))
  it.ran('other.add', ends(0, 50))
  await it.seconds(1)
  expect(it.state()).toBe('ok')

  it.ran('proj.add', ends(0, 1))
  await it.seconds(1)
  expect(it.state()).toBe('firing')
  expect(it.alerts.view().active[0]?.text).toBe('3 of 11 proj.* failed (27.3 %, limit 20 %)')

  it.ran('proj.add', ends(10, 0))
  await it.seconds(1)
  expect(it.state()).toBe('firing')
  it.ran('proj.add', ends(20, 0))
  await it.seconds(1)
  expect(it.state()).toBe('ok')
  await it.alerts.stop()
})

it('a failure rule means its tasks as other rules mean their queues: `?` is one character, and case counts', async () => {
  const it = await start({ kind: 'failure-rate', task: 'proj.?dd', share: 0.5, windowSeconds: 30, minimum: 10 })
  it.ran('Proj.add', ends(0, 10))
  it.ran('proj.added', ends(0, 10))
  await it.seconds(1)
  expect(it.state()).toBe('ok')

  it.ran('proj.add', ends(0, 10))
  await it.seconds(1)
  expect(it.state()).toBe('firing')
  await it.alerts.stop()
})

it('failures of a few tasks are no rate; with nothing left in the window the trouble is over', async () => {
  const it = await start({ kind: 'failure-rate', share: 0.5, windowSeconds: 30, minimum: 10 })
  it.ran('proj.add', ends(0, 9))
  await it.seconds(1)
  expect(it.state()).toBe('ok')
  it.ran('proj.add', ends(0, 1))
  await it.seconds(1)
  expect(it.state()).toBe('firing')
  await it.seconds(45)
  expect(it.state()).toBe('ok')
  await it.alerts.stop()
})

it('shows no data while nothing can be read: neither fires nor resolves, for one queue or for all', async () => {
  const it = await start({ kind: 'queue-length', queue: '*', above: 10 })
  it.queue({ high: 50, low: 1 })
  await it.seconds(1)
  expect(it.state()).toBe('firing')

  it.queue({ high: null, low: 1 })
  await it.seconds(1)
  expect(it.subjects()).toEqual([['high', 'firing']])

  it.queue({}, 'connection refused')
  await it.seconds(1)
  expect(it.subjects()).toContainEqual(['high', 'firing'])
  it.queue({ low: 1 })
  await it.seconds(10)
  expect(it.subjects()).toEqual([])

  it.queue({}, 'connection refused')
  await it.seconds(1)
  expect(it.state()).toBe('nodata')
  await it.seconds(6)
  expect(it.subjects()).toEqual([['broker', 'firing']])
  await it.alerts.stop()
})

it('a message that waits too long fires after its time, and is well again only below the lower level', async () => {
  const it = await start({ kind: 'oldest-message', queue: 'hi*', aboveSeconds: 120, belowSeconds: 60, forSeconds: 5 })
  it.aged('low', 600)
  await it.seconds(2)
  expect([it.subjects(), it.state()]).toEqual([[], 'ok'])

  it.aged('high', 118)
  await it.seconds(4)
  expect(it.subjects()).toEqual([['high', 'pending']])
  await it.seconds(6)
  expect(it.subjects()).toEqual([['high', 'firing']])
  expect(it.alerts.view().active[0]).toMatchObject({
    text: 'The oldest message of queue high waits for 2 m 08 s (limit 2 m 00 s)',
    ...{ value: 128, limit: 120 },
  })
  expect(it.alerts.forQueue('high')).toEqual({ limit: null, state: 'firing' })

  it.aged('high', 90)
  await it.seconds(2)
  expect(it.subjects()).toEqual([['high', 'firing']])
  it.aged('high', 50)
  await it.seconds(1)
  expect([it.subjects(), it.alerts.view().history[0]?.text]).toEqual([
    [],
    'The oldest message of queue high waits for 51 s (limit 2 m 00 s)',
  ])
  await it.alerts.stop()
})

it('of an age that nobody knows there is no data; what waits at least so long fires, and is not well for that', async () => {
  const it = await start({ kind: 'oldest-message', queue: '*', aboveSeconds: 60 })
  it.queue({ high: 3 })
  await it.seconds(1)
  expect([it.state(), it.subjects()]).toEqual(['nodata', []])

  it.aged('high', 10, 'at-least')
  await it.seconds(1)
  expect([it.state(), it.subjects()]).toEqual(['ok', []])
  it.aged('high', 61, 'at-least')
  await it.seconds(1)
  expect(it.subjects()).toEqual([['high', 'firing']])

  it.aged('high', 5, 'at-least')
  await it.seconds(1)
  it.queue({ other: 0 }, 'connection refused')
  await it.seconds(1)
  expect(it.subjects()).toContainEqual(['high', 'firing'])
  it.queue({ high: 0 })
  await it.seconds(2)
  expect([it.state(), it.subjects()]).toEqual(['ok', []])
  await it.alerts.stop()
})
