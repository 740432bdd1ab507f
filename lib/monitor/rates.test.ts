import { beforeEach, describe, expect, it } from 'vitest'
import { createMemoryHistory } from '../history/memory/memory-history.ts'
import { createRuntime } from '../runtime/runtime.ts'
import { taskEvent } from '../testing/events.ts'
import { createCluster } from './cluster.ts'
import { createRates } from './rates.ts'
import { createCountWindow, createDurationWindow } from './windows.ts'

const START_MS = 1_795_225_200_000

function setUp() {
  let nowMs = START_MS
  const clock = { nowMs: () => nowMs, monotonicMs: () => nowMs, sleep: async () => {} }
  const runtime = createRuntime({ clock })
  const history = createMemoryHistory({ runtime, maxSeries: 100 })
  const rates = createRates({ history, runtime })
  const cluster = createCluster({ maxTasks: 1_000, maxWorkers: 10, maxFieldBytes: 1_000 })
  return {
    rates,
    history,
    pass(ms: number) {
      nowMs += ms
    },
    /** An event of now, less `agoMs`. */
    tell(subject: string, uuid: string, fields: object = {}, agoMs = 0) {
      const applied = cluster.apply(taskEvent(subject, uuid, (nowMs - agoMs) / 1_000, { ...fields }), nowMs)
      if (applied !== null) rates.record(applied, nowMs)
    },
    tick: () => rates.tick(nowMs),
    sums: (series: string) =>
      history.series(series, START_MS, START_MS + 10_000, 5_000, 'sum').map(([, value]) => value),
  }
}

describe('rates', () => {
  let bed: ReturnType<typeof setUp>
  beforeEach(() => {
    bed = setUp()
  })

  it('write what happened each second into the history, zeros too, and nothing where nobody listened', () => {
    for (let second = 0; second < 5; second++) {
      if (second < 2) {
        bed.tell('sent', `t${second}`, { queue: 'high', hostname: 'gen1@web' })
        bed.tell('received', `t${second}`, {})
        bed.tell('started', `t${second}`)
        bed.tell(second === 0 ? 'succeeded' : 'failed', `t${second}`, { runtime: 2 })
        bed.tell('retried', `r${second}`)
      }
      bed.tick()
      bed.pass(1_000)
    }
    expect(bed.sums('tasks:succeeded')).toEqual([1, null])
    expect(bed.sums('tasks:failed')).toEqual([1, null])
    expect(bed.sums('tasks:retried')).toEqual([2, null])
    expect(bed.sums('tasks:revoked')).toEqual([0, null])
    expect(bed.sums('queue:high:in')).toEqual([2, null])
    expect(bed.sums('queue:high:out')).toEqual([2, null])
    const [run] = bed.history.series('latency:run:p95', START_MS, START_MS + 5_000, 5_000, 'last')
    expect(run?.[1]).toBeGreaterThan(1_800)
    expect(run?.[1]).toBeLessThan(2_200)
  })

  it('count a transition once, however often it is told', () => {
    for (let i = 0; i < 3; i++) bed.tell('succeeded', 'same')
    bed.tick()
    expect(bed.sums('tasks:succeeded')).toEqual([1, null])
  })

  it('know how much is done now, and by whom', () => {
    for (let second = 0; second < 20; second++) {
      bed.pass(500)
      for (let i = 0; i < 5; i++) bed.tell('succeeded', `t${second}-${i}`, { hostname: i === 0 ? 'w2@box' : 'w1@box' })
      bed.pass(500)
    }
    expect(bed.rates.donePerSecond()).toBeCloseTo(5, 0)
    expect(bed.rates.workerDonePerMinute('w2@box')).toBe(20)
    expect(bed.rates.workerDonePerMinute('nobody')).toBe(0)
    bed.pass(120_000)
    expect(bed.rates.donePerSecond()).toBe(0)
    expect(bed.rates.workerDonePerMinute('w2@box')).toBe(0)
  })

  it('know the share that failed in a window, of all tasks and of some', () => {
    expect(bed.rates.failedShare(60_000)).toBeNull()
    for (let i = 0; i < 10; i++) {
      bed.tell(i < 3 ? 'failed' : 'succeeded', `t${i}`, { name: i < 5 ? 'emails.send' : 'sync.user' })
    }
    expect(bed.rates.failedShare(60_000)).toBeCloseTo(0.3)
    expect(bed.rates.failedShare(60_000, 'emails.*')).toBeCloseTo(0.6)
    expect(bed.rates.failedShare(60_000, 'sync.user')).toBe(0)
    expect(bed.rates.failedShare(60_000, 'nothing')).toBeNull()
    bed.pass(120_000)
    expect(bed.rates.failedShare(60_000)).toBeNull()
    expect(bed.rates.failedShare(3_600_000)).toBeCloseTo(0.3)
  })

  it('measure waiting from sent to started, but not the waiting for an ETA', () => {
    bed.tell('sent', 'a', {}, 4_000)
    bed.tell('received', 'a', {}, 1_000)
    bed.tell('started', 'a')
    expect(bed.rates.latency().waitP95Ms).toBeGreaterThan(3_600)
    expect(bed.rates.latency().waitP95Ms).toBeLessThan(4_400)
    expect(bed.rates.latency().runP95Ms).toBeNull()
    bed.pass(120_000)
    expect(bed.rates.latency().waitP95Ms).toBeNull()
    bed.tell('received', 'b', { eta: '2026-11-21T10:00:00' }, 50_000)
    bed.tell('started', 'b')
    expect(bed.rates.latency().waitP95Ms).toBeNull()
  })

  it('know the flow of a queue once an event named it', () => {
    expect(bed.rates.queueFlow('high')).toBeNull()
    for (let i = 0; i < 20; i++) bed.tell('sent', `t${i}`, { queue: 'high' })
    expect(bed.rates.queueFlow('high')).toMatchObject({ inPerSecond: 2, outPerSecond: 0 })
  })

  it('put failures of a kind together', () => {
    for (let i = 0; i < 3; i++) bed.tell('failed', `a${i}`, { name: 'x', exception: `ValueError('${i}')` })
    bed.pass(1_000)
    bed.tell('failed', 'b', { name: 'x', exception: 'my.mod.Odd()' })
    bed.tell('failed', 'c', { name: 'x' })
    expect(bed.rates.failureGroups(2)).toMatchObject([
      { task: 'x', exception: 'Unknown', count: 1 },
      { task: 'x', exception: 'my.mod.Odd', count: 1 },
    ])
    expect(bed.rates.failureGroups(10)[2]).toMatchObject({ exception: 'ValueError', count: 3, lastMs: START_MS })
  })
})

describe('windows', () => {
  it('forget what is older, also after a long pause and when the clock is put back', () => {
    const window = createCountWindow(1_000, 10)
    window.add(5_000, 3)
    window.add(6_000, 4)
    expect(window.sum(6_500, 1_000)).toBe(4)
    expect(window.sum(6_500, 2_000)).toBe(7)
    expect(window.sum(15_000, 10_000)).toBe(4)
    expect(window.sum(90_000, 10_000)).toBe(0)
    window.add(20_000, 5)
    expect(window.sum(20_000, 1_000)).toBe(5)
  })

  it('give percentiles within a tenth, in any range', () => {
    const window = createDurationWindow(1_000, 5)
    expect(window.quantile(0, 0.95)).toBeNull()
    for (let i = 1; i <= 1_000; i++) window.add(i, i)
    expect(window.quantile(1_000, 0.95)).toBeGreaterThan(855)
    expect(window.quantile(1_000, 0.95)).toBeLessThan(1_045)
    for (const odd of [-5, 0, Number.NaN, 1e300]) window.add(1_000, odd)
    expect(window.quantile(10_000, 0.5)).toBeNull()
  })
})
