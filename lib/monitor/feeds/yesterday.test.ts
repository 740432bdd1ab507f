import { describe, expect, it } from 'vitest'
import { createMemoryHistory } from '../../history/memory/memory-history.ts'
import { createRuntime } from '../../runtime/runtime.ts'
import { changesOf } from './yesterday.ts'

const NOW_MS = 1_795_225_200_000
const DAY_MS = 86_400_000
const runtime = createRuntime({ clock: { nowMs: () => NOW_MS, monotonicMs: () => NOW_MS, sleep: async () => {} } })

type Day = Readonly<Record<string, number>>

/** What was recorded once a minute, an hour long, on both days. */
function changes(yesterday: Day | null, today: Day) {
  const history = createMemoryHistory({ runtime, maxSeries: 20 })
  for (const [day, values] of [
    [NOW_MS - DAY_MS, yesterday],
    [NOW_MS, today],
  ] as const) {
    for (let minute = 20; minute >= 0; minute--) {
      for (const [key, value] of Object.entries(values ?? {})) history.add(key, day - minute * 60_000, value)
    }
  }
  return changesOf(history, NOW_MS)
}

const QUIET = { done: null, failing: null, waiting: null, workers: null, wait: null }
const BUSY = { 'tasks:succeeded': 900, 'tasks:failed': 100 }

describe('how figures differ from yesterday', () => {
  it('is not told while Umbel has not been up that long', () => {
    expect(changes(null, { ...BUSY, 'queues:waiting': 50, 'workers:online': 3 })).toEqual(QUIET)
  })

  it('is told from a fifth on, up and down', () => {
    expect(changes(BUSY, { 'tasks:succeeded': 1_080, 'tasks:failed': 100 }).done).toBeNull()
    expect(changes(BUSY, { 'tasks:succeeded': 1_400, 'tasks:failed': 100 }).done).toBe(0.5)
    expect(changes({ 'workers:online': 12 }, { 'workers:online': 9 }).workers).toBe(-0.25)
    expect(changes({ 'latency:wait:p95': 1_000 }, { 'latency:wait:p95': 3_000 }).wait).toBe(2)
  })

  it('compares shares of failures, not their counts', () => {
    const { done, failing } = changes(BUSY, { 'tasks:succeeded': 1_800, 'tasks:failed': 200 })
    expect([done, failing]).toEqual([1, null])
    expect(changes(BUSY, { 'tasks:succeeded': 800, 'tasks:failed': 200 }).failing).toBe(1)
  })

  it('leaves out what chance makes of a few', () => {
    expect(
      changes({ 'tasks:succeeded': 1, 'tasks:failed': 0 }, { 'tasks:succeeded': 2, 'tasks:failed': 0 }).done,
    ).toBeNull()
    expect(changes({ 'queues:waiting': 2 }, { 'queues:waiting': 6 }).waiting).toBeNull()
    expect(changes({ 'queues:waiting': 200 }, { 'queues:waiting': 600 }).waiting).toBe(2)
    expect(changes({ 'queues:waiting': 0 }, { 'queues:waiting': 600 }).waiting).toBeNull()
  })
})
