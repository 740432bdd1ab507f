/** One entry of beat while it runs, and what is asked of its schedule. */

import {
  CLOCK_TOLERANCE_MS,
  type Run,
  type ScheduleEntry,
  type StoredEntry,
} from '../../lib/schedule-store/schedule-store.ts'
import { nextFireMs, type Schedule } from '../../lib/schedules/schedule.ts'
import type { Letter } from './letter.ts'
import type { Placed } from './plan-heap.ts'

export interface Plan extends Placed {
  entry: ScheduleEntry
  /** The slot of its last run, from which the next is counted. */
  lastMs: number
  totalRunCount: number
  skippedMs: number | null
  heldUntilMs: number | null
  runNowMs: number | null
  /** When it is due next; null = never again, or not known. */
  nextMs: number | null
  /** A run of it is being sent: it has no place in the heap until it is known how that ended. */
  isSending: boolean
  /** Its message as far as that is the same each time; null: not written yet. */
  letter: Letter | null
}

export interface PlanTerms {
  readonly zone: string
  readonly cronDeadlineSeconds: number | null
}

/** A run that is due, and the plan that it is of. */
export interface DueRun {
  readonly plan: Plan
  readonly run: Run
  /** How far the clock had jumped in all when it fell due. */
  readonly jumpedMs: number
}

/** A clock set back by less than this runs no time of a crontab twice: cron's own rule. */
const STEP_BACK_MS = 3 * 3_600_000

export function createPlan({ entry, state }: StoredEntry, nowMs: number): Plan {
  const { totalRunCount, skippedMs, heldUntilMs, runNowMs } = state
  const lastMs = countedFrom(entry.schedule, state.lastRunMs ?? nowMs, skippedMs, nowMs)
  return {
    entry,
    lastMs,
    totalRunCount,
    skippedMs,
    heldUntilMs,
    runNowMs,
    nextMs: null,
    isSending: false,
    letter: null,
    atMs: Number.POSITIVE_INFINITY,
    place: -1,
  }
}

/** A last run that is yet to come would keep an entry waiting until the clock is there again. */
export function countedFrom(schedule: Schedule, lastMs: number, skippedMs: number | null, nowMs: number): number {
  if (skippedMs !== null && lastMs <= skippedMs) return lastMs
  const mayLieAheadMs = schedule.type === 'interval' ? CLOCK_TOLERANCE_MS : STEP_BACK_MS
  return lastMs > nowMs + mayLieAheadMs ? nowMs : lastMs
}

/** When it is due next; null = never again. Throws what the schedule throws. */
export function nextSlotMs(entry: ScheduleEntry, lastMs: number, zone: string): number | null {
  const { schedule, startMs, expiresMs } = entry
  const nextMs =
    startMs !== null && lastMs < startMs ? firstFrom(schedule, startMs, zone) : nextFireMs(schedule, lastMs, zone)
  return nextMs === null || (expiresMs !== null && nextMs > expiresMs) ? null : nextMs
}

/** An interval begins with its start time. */
function firstFrom(schedule: Schedule, startMs: number, zone: string): number | null {
  return schedule.type === 'interval' ? startMs : nextFireMs(schedule, startMs - 1, zone)
}

/**
 * The latest time after `fromMs`, and not after `untilMs`, at which it was due; `fromMs` when there is none. Missed runs,
 * however many, thus make one. By halves: a crontab of each minute after a year takes some twenty looks.
 */
export function latestSlotMs(schedule: Schedule, fromMs: number, untilMs: number, zone: string): number {
  if (schedule.type === 'interval' && !schedule.relative) {
    const everyMs = schedule.everySeconds * 1000
    return untilMs <= fromMs ? fromMs : fromMs + Math.floor((untilMs - fromMs) / everyMs) * everyMs
  }
  let latestMs = fromMs
  let noneAfterMs = untilMs
  for (let lookMs = fromMs; ; lookMs = latestMs + Math.floor((noneAfterMs - latestMs) / 2)) {
    const next = nextFireMs(schedule, lookMs, zone)
    if (next !== null && next <= untilMs) latestMs = next
    else if (lookMs <= latestMs) return latestMs
    else noneAfterMs = lookMs
  }
}

/** With beat_cron_starting_deadline: too late to be run at all (worker-beat.md 5.2). Only for crontabs. */
export function isTooLate({ entry }: Plan, slotMs: number, nowMs: number, { cronDeadlineSeconds }: PlanTerms): boolean {
  return (
    entry.schedule.type === 'crontab' && cronDeadlineSeconds !== null && slotMs < nowMs - cronDeadlineSeconds * 1000
  )
}
