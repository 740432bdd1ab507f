import { describe, expect, it } from 'vitest'
import { taskEvent } from '../testing/events.ts'
import { createCluster } from './cluster.ts'
import { slotTimeMs, timePartsMs } from './task-runs.ts'

const AT = 1_795_225_200
const iso = (seconds: number) => new Date(seconds * 1_000).toISOString()

/** A task as its events make it: `['started', 3]` is three seconds after AT. */
function taskOf(events: readonly (readonly [string, number, Readonly<Record<string, unknown>>?])[]) {
  const cluster = createCluster({ maxTasks: 10, maxWorkers: 5, maxFieldBytes: 500 })
  for (const [what, at, fields = {}] of events) {
    cluster.apply(taskEvent(what, 'a', AT + at, { name: 'mail', ...fields }), (AT + at) * 1_000)
  }
  const task = cluster.task('a')
  if (task === undefined) throw new Error('no task')
  return task
}

const slot = (task: ReturnType<typeof taskOf>, from: number, to: number, now = to, state = task.state) =>
  slotTimeMs(task, state, { fromMs: (AT + from) * 1_000, toMs: (AT + to) * 1_000, nowMs: (AT + now) * 1_000 })

const RETRIED = [
  ['received', 0, { retries: 0 }],
  ['started', 1],
  ['received', 4, { eta: iso(AT + 10), retries: 1 }],
  ['retried', 4],
  ['started', 11],
  ['succeeded', 14, { runtime: 3 }],
] as const

describe('the time that a task held a slot', () => {
  it('is its run, as far as it lies within the range', () => {
    const task = taskOf([
      ['received', 0],
      ['started', 2],
      ['succeeded', 8],
    ] as const)
    expect(slot(task, 0, 100)).toBe(6_000)
    expect(slot(task, 5, 100)).toBe(3_000)
    expect(slot(task, 0, 5)).toBe(3_000)
    expect(slot(task, 20, 30)).toBe(0)
  })

  it('goes on while it runs, and not for one that is lost or waits to run again', () => {
    const running = taskOf([
      ['received', 0],
      ['started', 2],
    ] as const)
    expect(slot(running, 0, 100, 60)).toBe(58_000)
    expect(slot(running, 0, 100, 60, 'LOST')).toBe(0)
    expect(slot(taskOf(RETRIED.slice(0, 4)), 0, 100)).toBe(3_000)
  })

  it('adds the runs that ended in a retry', () => {
    expect(slot(taskOf(RETRIED), 0, 100)).toBe(6_000)
    expect(slot(taskOf(RETRIED), 4, 12)).toBe(1_000)
  })

  it('is told by the end of a task whose start was missed', () => {
    expect(slot(taskOf([['succeeded', 10, { runtime: 4 }]] as const), 0, 100)).toBe(4_000)
    expect(slot(taskOf([['received', 0]] as const), 0, 100)).toBe(0)
  })
})

describe('where the time of a task went', () => {
  it('is known from its end on: in the broker, until its time, held by the worker, running', () => {
    expect(
      timePartsMs(
        taskOf([
          ['received', 0],
          ['started', 2],
        ] as const),
      ),
    ).toBeNull()
    const parts = timePartsMs(
      taskOf([
        ['sent', 0],
        ['received', 2, { eta: iso(AT + 6) }],
        ['started', 7],
        ['succeeded', 10],
      ] as const),
    )
    expect(parts).toEqual({ broker: 2_000, eta: 4_000, prefetch: 1_000, run: 3_000, 'back-off': 0 })
  })

  it('has a back-off after each retry; of the broker nothing is told', () => {
    expect(timePartsMs(taskOf(RETRIED))).toEqual({
      broker: null,
      eta: 0,
      prefetch: 2_000,
      run: 6_000,
      'back-off': 6_000,
    })
  })

  it('is all waiting for a task that was revoked before it ran', () => {
    const revoked = taskOf([
      ['sent', 0],
      ['received', 1],
      ['revoked', 5],
    ] as const)
    expect(timePartsMs(revoked)).toEqual({ broker: 1_000, eta: 0, prefetch: 4_000, run: 0, 'back-off': 0 })
  })
})
