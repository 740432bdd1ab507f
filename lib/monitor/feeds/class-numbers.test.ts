import { describe, expect, it } from 'vitest'
import { createRuntime } from '../../runtime/runtime.ts'
import { taskEvent } from '../../testing/events.ts'
import { createCluster } from '../cluster.ts'
import { createTaskList } from '../task-list.ts'
import { countClass } from './class-numbers.ts'
import { countClasses } from './classes.ts'
import type { Count } from './repeated-survey.ts'

const NOW_MS = 1_795_225_200_000
const NOW = NOW_MS / 1_000
const runtime = createRuntime({ clock: { nowMs: () => NOW_MS, monotonicMs: () => NOW_MS, sleep: async () => {} } })
const cluster = createCluster({ maxTasks: 1_000, maxWorkers: 5, maxFieldBytes: 500 })
const list = createTaskList(cluster, runtime)

interface Given {
  readonly name: string
  /** Seconds ago. */
  readonly sent: number
  readonly ran: number | null
  readonly end?: 'succeeded' | 'failed'
  readonly fields?: Readonly<Record<string, unknown>>
  readonly worker?: string
}

function put(uuid: string, { name, sent, ran, end = 'succeeded', fields = {}, worker = 'w1@box' }: Given): void {
  const put = (what: string, at: number, more = {}) =>
    cluster.apply(taskEvent(what, uuid, at, { name, hostname: worker, ...more }), NOW_MS)
  cluster.apply(taskEvent('sent', uuid, NOW - sent, { name, queue: 'high', hostname: 'gen12@web', ...fields }), NOW_MS)
  put('received', NOW - sent + 1)
  put('started', NOW - sent + 2)
  if (ran === null) return
  const said = end === 'succeeded' ? { runtime: ran } : { exception: "KeyError('x')" }
  put(end, NOW - sent + 2 + ran, said)
}

for (let i = 0; i < 8; i++) put(`m${i}`, { name: 'mail', sent: 100, ran: 2 })
put('m8', { name: 'mail', sent: 90, ran: 4, end: 'failed', worker: 'w2@box' })
put('m9', { name: 'mail', sent: 40, ran: 4, end: 'failed', worker: 'w2@box', fields: { parent_id: 'r0' } })
put('r0', { name: 'report', sent: 1_202, ran: null })
put('old', { name: 'mail', sent: 4_000, ran: 10 })

async function count<R>({ visit, done }: Count<R>): Promise<R> {
  await list.survey({ filter: null, isLost: () => false, visit }, new AbortController().signal)
  return done()
}

describe('the busiest classes', () => {
  it('are those whose runs held slots for longest within the range, running ones too', async () => {
    const { classes, more, sinceMs } = await count(countClasses('15m', { nowMs: NOW_MS }))
    expect([more, sinceMs]).toEqual([0, NOW_MS - 3_999_000])
    expect(classes).toMatchObject([
      { task: 'report', slotMs: 900_000, runs: 1, running: 1, failedShare: null, runP95Ms: null },
      { task: 'mail', slotMs: 24_000, runs: 10, running: 0, failedShare: 0.2 },
    ])
    expect(classes?.[0]?.share).toBeCloseTo(900 / 924, 3)
    expect(classes?.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 3)
  })

  it('are of two moments as well', async () => {
    const span = { fromMs: NOW_MS - 4_100_000, toMs: NOW_MS - 3_900_000 }
    const { classes } = await count(countClasses(span, { nowMs: NOW_MS }))
    expect(classes).toMatchObject([{ task: 'mail', slotMs: 10_000, share: 1, runs: 1 }])
  })
})

describe('a class', () => {
  it('counts the tasks that came within the range, as their list does', async () => {
    const { numbers, byWorker } = await count(countClass('mail', '15m', cluster, { nowMs: NOW_MS }))
    expect(numbers).toMatchObject({ tasks: 10, succeeded: 8, failed: 2, running: 0, failedShare: 0.2, slotMs: 24_000 })
    expect(numbers.share).toBeCloseTo(24 / 924, 3)
    expect(numbers.runP50Ms).toBeGreaterThan(1_800)
    expect(numbers.runP99Ms).toBeLessThan(4_400)
    expect(numbers.timeMs).toEqual({ broker: 1_000, eta: 0, prefetch: 1_000, run: 2_400, 'back-off': 0 })
    expect(numbers.timed).toBe(10)
    expect(numbers.failures).toMatchObject([{ exception: 'KeyError', count: 2, lastMs: NOW_MS - 34_000 }])
    expect(numbers.queues).toEqual([{ name: 'high', kind: 'queue', count: 10 }])
    expect(byWorker.get('w2@box')).toMatchObject({ runs: 2, failedShare: 1 })
    // Ten ended in the quarter of an hour.
    expect(numbers.endedPerMinute).toBeCloseTo(10 / 15, 2)
  })

  it('knows who sent its tasks: a task, else the machine of a program', async () => {
    const { numbers } = await count(countClass('mail', '15m', cluster, { nowMs: NOW_MS }))
    expect(numbers.callers).toEqual([
      { name: 'web', kind: 'client', count: 9 },
      { name: 'report', kind: 'task', count: 1 },
    ])
  })

  it('draws how long runs took and how many ended, where they ended', async () => {
    const { numbers } = await count(countClass('mail', '15m', cluster, { nowMs: NOW_MS }))
    const ends = numbers.ended.points.filter(([, ok, failed]) => (ok ?? 0) + (failed ?? 0) > 0)
    expect(ends.map(([atMs, ...counts]) => [(NOW_MS - (atMs ?? 0)) / 1_000, ...counts])).toEqual([
      [100, 8, 0],
      [85, 0, 1],
      [35, 0, 1],
    ])
    const runs = numbers.runs.points.filter(([, p50]) => p50 !== null)
    expect(runs).toHaveLength(3)
    expect(numbers.bins.reduce((sum, bin) => sum + bin.count, 0)).toBe(10)
  })

  it('that nobody ran has no numbers, not zeros', async () => {
    const { numbers } = await count(countClass('nothing', '1h', cluster, { nowMs: NOW_MS }))
    expect(numbers).toMatchObject({ tasks: 0, failedShare: null, runP95Ms: null, sinceMs: null, bins: [], timed: 0 })
    expect(numbers.timeMs.run).toBeNull()
  })
})
