/**
 * Tasks that come at a steady pace may be a beat's: when the next one comes is foretold here, so that its message can be
 * looked for in the milliseconds for which it lies on the broker. Pure; all that grows is bounded.
 */
import type { TaskRecord } from '../records.ts'
import { seenMs } from './book-run.ts'

const NAMES_MOST = 500
const TIMES_KEPT = 3
/** Gaps of one pace differ by less. */
const JITTER_SHARE = 0.1
const JITTER_MS = 150
const STEP_LEAST_MS = 900
/** Events are heard of within this time; what is more, or less than nothing, is the worker's clock. */
const HEARD_MS = 400
/** So often it is looked for each time; then only now and then: it has no mark, or is too quick. */
const TRIES = 12
const THEN_EVERY = 10

export interface Paces {
  /** A task of a name that is not known to be periodic. `nowMs`: when it was heard of. */
  see(task: TaskRecord, nowMs: number): void
  /** When the next one is due, by this clock; null: none within `withinMs`. Counts as a try. */
  next(nowMs: number, withinMs: number): number | null
  forget(name: string): void
}

interface Pace {
  readonly times: number[]
  readonly ids: string[]
  /** How long after its time, by the worker's clock, each was heard of. */
  readonly lags: number[]
  dueMs: number | null
  tries: number
}

export function createPaces(): Paces {
  const byName = new Map<string, Pace>()

  function paceOf(name: string): Pace {
    const known = byName.get(name)
    if (known !== undefined) return known
    const oldest = byName.size < NAMES_MOST ? undefined : byName.keys().next().value
    if (oldest !== undefined) byName.delete(oldest)
    const made: Pace = { times: [], ids: [], lags: [], dueMs: null, tries: 0 }
    byName.set(name, made)
    return made
  }

  return {
    see(task, nowMs) {
      if (task.name === null || task.parentId !== null || (task.rootId !== null && task.rootId !== task.uuid)) return
      const atMs = seenMs(task)
      // What was heard of long after says nothing of the next one.
      if (atMs === null || nowMs - atMs > 60_000) return
      const pace = paceOf(task.name)
      if (pace.ids.includes(task.uuid)) return
      pace.ids.push(task.uuid)
      pace.times.push(atMs)
      pace.lags.push(nowMs - atMs)
      for (const kept of [pace.ids, pace.times, pace.lags]) if (kept.length > TIMES_KEPT) kept.shift()
      const dueMs = foretell(pace.times)
      pace.dueMs = dueMs === null ? null : dueMs + aheadMs(Math.min(...pace.lags))
    },
    next(nowMs, withinMs) {
      for (const pace of byName.values()) {
        const { dueMs } = pace
        if (dueMs === null || dueMs < nowMs || dueMs > nowMs + withinMs) continue
        pace.dueMs = null
        pace.tries += 1
        if (pace.tries <= TRIES || pace.tries % THEN_EVERY === 0) return dueMs
      }
      return null
    },
    forget: (name) => void byName.delete(name),
  }
}

function foretell(times: readonly number[]): number | null {
  const [first, second, third] = times
  if (first === undefined || second === undefined || third === undefined) return null
  const [before, step] = [second - first, third - second]
  if (step < STEP_LEAST_MS || Math.abs(step - before) > Math.max(step * JITTER_SHARE, JITTER_MS)) return null
  return third + step
}

/** How far this clock is ahead of the worker's, about. */
function aheadMs(lagMs: number): number {
  return lagMs < 0 ? lagMs : Math.max(0, lagMs - HEARD_MS)
}
