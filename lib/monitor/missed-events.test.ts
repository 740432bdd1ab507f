import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ClusterEvent } from '../protocol/events.ts'
import { taskEvent, workerEvent } from '../testing/events.ts'
import { createEventGaps } from './event-gaps.ts'
import { createMissedEvents } from './missed-events.ts'

const beat = (at: number, processed: number, pid = 1) =>
  workerEvent('heartbeat', 'w1@box', at, { processed, pid, freq: 2 })
const start = (at: number, pid = 1) => taskEvent('started', `t${at}`, at, { pid })

/** How many starts are found missing. */
function missing(events: readonly ClusterEvent[]): number {
  const missed = createMissedEvents(10)
  return events.reduce((sum, event) => sum + (missed.note(event, event.timestamp * 1_000)?.count ?? 0), 0)
}

/** `starts[i]` tasks begin between heartbeat i and the next; `arrives` says of each start whether it arrives. */
function stream(starts: readonly number[], arrives: (start: number) => boolean = () => true): ClusterEvent[] {
  const events: ClusterEvent[] = [beat(0, 0)]
  let processed = 0
  for (const [i, count] of starts.entries()) {
    for (let k = 0; k < count; k++) if (arrives(processed++)) events.push(start(2 * i + (k + 1) / (count + 1)))
    events.push(beat(2 * i + 2, processed))
  }
  return events
}

describe('missed events', () => {
  it('are found when heartbeats count more starts than came', () => {
    expect(missing(stream([5, 5, 5, 5, 5, 5], (n) => n < 10 || n > 12))).toBe(3)
    expect(missing(stream([5, 5, 0, 40, 5, 5, 5, 5], (n) => n < 12 || n >= 50))).toBe(38)
  })

  it('are never found where none are: any load, starts arriving late but before the next heartbeat but one', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(6), { maxLength: 20 }), fc.infiniteStream(fc.boolean()), (starts, late) => {
        const events = stream(starts)
        const moved: ClusterEvent[] = []
        let held: ClusterEvent[] = []
        for (const event of events) {
          if (event.type === 'task-started' && late.next().value) held.push(event)
          else {
            moved.push(event)
            if (event.type === 'worker-heartbeat') {
              moved.push(...held)
              held = []
            }
          }
        }
        expect(missing([...moved, ...held])).toBe(0)
      }),
    )
  })

  it('are not reported of a worker that sends no task events, nor of one that sends some of them only', () => {
    expect(missing(stream([5, 5, 5, 5, 5], () => false))).toBe(0)
    expect(missing(stream(Array(20).fill(6), (n) => n % 2 === 0))).toBe(0)
  })

  it('are not reported while nothing comes: task events may have been switched off', () => {
    const events = stream([5, 5, 5, 5, 5, 5, 5], (n) => n < 10)
    expect(missing(events)).toBe(0)
  })

  it('are not reported because a process was replaced by another', () => {
    expect(
      missing([...stream([3, 3]), beat(6, 100, 2), start(7, 2), beat(8, 101, 2), start(9, 2), beat(10, 102, 2)]),
    ).toBe(0)
    expect(
      missing([...stream([3, 3]), workerEvent('offline', 'w1@box', 7), beat(9, 50), start(10), beat(11, 51)]),
    ).toBe(0)
  })

  it('is not misled by heartbeats without numbers, or with wrong ones', () => {
    const odd = [workerEvent('heartbeat', 'w1@box', 3, { freq: 5, pid: 1 }), beat(3.5, -1), beat(3.6, Number.NaN)]
    const events = stream([4, 4, 4, 4])
    expect(missing([...events.slice(0, 8), ...odd, ...events.slice(8)])).toBe(0)
  })
})

describe('gaps', () => {
  it('say how large an interruption was, when heartbeats show it afterwards', () => {
    const gaps = createEventGaps(3)
    gaps.interrupted(1_000, 5_000)
    gaps.found({ worker: 'w1', fromMs: 0, toMs: 7_000, count: 4 })
    gaps.found({ worker: 'w2', fromMs: 0, toMs: 8_000, count: 2 })
    gaps.repaired(5)
    expect(gaps.list()).toMatchObject([{ fromMs: 1_000, toMs: 5_000, missed: 6, repaired: 5 }])
    expect(gaps.missed).toBe(6)
  })

  it('stand alone when nothing else explains them, and have a bound', () => {
    const gaps = createEventGaps(3)
    const heard: string[] = []
    gaps.onGap(({ id }) => heard.push(id))
    gaps.found({ worker: 'w1', fromMs: 1_000, toMs: 7_000, count: 1 })
    expect(gaps.list()).toMatchObject([{ missed: 1, why: 'w1 began 1 task whose events did not arrive.' }])
    for (let i = 1; i < 9; i++) gaps.interrupted(i * 100_000, i * 100_000 + 1)
    expect(gaps.list()).toHaveLength(3)
    expect(new Set(heard).size).toBe(9)
  })
})
