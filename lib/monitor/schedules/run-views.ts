/** The runs of an entry as the page shows them, missed ones among them. Pure. */
import type { ScheduleRunOutcome, ScheduleRunView } from '../../live/schedule-views.ts'
import { FAILURE, isReady, REVOKED, SUCCESS } from '../../protocol/states.ts'
import { nextFireMs, type Schedule } from '../../schedules/schedule.ts'
import type { BookRun } from './book-run.ts'
import { isCalendar } from './fire-times.ts'

/** Missed runs shown between two runs: after a long stop of beat the rest would push out what ran. */
const MISSED_IN_A_ROW = 20
/** What comes later than this share of an interval after the last run leaves a gap in between. */
const ALMOST = 0.25
const LOOK_BACK_MS = [3_600_000, 86_400_000, 31 * 86_400_000, Number.POSITIVE_INFINITY]
const STEPS_MOST = 10_000

export interface MissedBounds {
  readonly schedule: Schedule
  readonly zone: string
  /** Since when the entry was seen to be switched on with this schedule: what was due before is not judged. */
  readonly sinceMs: number
  /** What was due before this and was not sent is missed. */
  readonly untilMs: number
  /** The same of what was due before another run that was sent; left out: as the others. */
  readonly betweenMs?: number
}

/** Oldest first; as many as there are runs, and the missed ones between them and after the last. */
export function runViews(runs: readonly BookRun[], missed: MissedBounds | null): readonly ScheduleRunView[] {
  const views: ScheduleRunView[] = []
  const between = missed === null ? null : { ...missed, untilMs: missed.betweenMs ?? missed.untilMs }
  let before: BookRun | null = null
  for (const run of runs) {
    if (between !== null && before !== null && run.why !== 'hand') {
      views.push(...missedBetween(between, slotOf(before), slotOf(run)).map(missedView))
    }
    views.push(runView(run, before))
    if (run.why !== 'hand' || before === null) before = run
  }
  if (missed !== null && before !== null) {
    views.push(...missedBetween(missed, slotOf(before), Number.POSITIVE_INFINITY).map(missedView))
  }
  return views
}

/** Times strictly between two slots at which a run was due: the latest of them. */
export function missedBetween(bounds: MissedBounds, fromMs: number, toMs: number): readonly number[] {
  const { schedule, sinceMs, untilMs } = bounds
  if (schedule.type === 'interval' && !schedule.relative) {
    const everyMs = schedule.everySeconds * 1_000
    // It moves with the runs: the run before the last one may end a little under two intervals later.
    const last = Math.floor((Math.min(untilMs, toMs - everyMs * ALMOST) - fromMs) / everyMs)
    const first = Math.max(1, Math.ceil((sinceMs - fromMs) / everyMs), last - MISSED_IN_A_ROW + 1)
    return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => fromMs + (first + i) * everyMs)
  }
  const endMs = Math.min(untilMs, toMs)
  const beginMs = Math.max(fromMs, sinceMs - 1)
  // Months without a beat are not walked through minute by minute, each time the page is made.
  for (const windowMs of LOOK_BACK_MS) {
    const startMs = Math.max(beginMs, endMs - windowMs)
    const found = firesBetween(bounds, startMs, toMs)
    if (found.length >= MISSED_IN_A_ROW || startMs === beginMs) return found.slice(-MISSED_IN_A_ROW)
  }
  return []
}

function firesBetween({ schedule, zone, untilMs }: MissedBounds, startMs: number, toMs: number): readonly number[] {
  const found: number[] = []
  let at = startMs
  for (let left = STEPS_MOST; left > 0; left--) {
    const next = nextFireMs(schedule, at, zone)
    if (next === null || next <= at) break
    const nearRun = isCalendar(schedule) ? 1 : (next - at) * ALMOST
    if (next > untilMs || next > toMs - nearRun) break
    found.push(next)
    at = next
  }
  return found
}

function runView(run: BookRun, before: BookRun | null): ScheduleRunView {
  const { slotMs, sentMs, isExact, taskId, state, runtimeMs, why, doubled } = run
  const isKnown = isExact && slotMs !== null && sentMs !== null && why !== 'hand'
  return {
    slotMs,
    sentMs,
    lateMs: isKnown ? Math.max(0, Math.round(sentMs - slotMs)) : null,
    outcome: outcomeOf(run),
    state,
    taskId,
    runtimeMs,
    byHand: why === 'hand',
    doubled,
    overlaps: before !== null && overlaps(before, run),
  }
}

function missedView(slotMs: number): ScheduleRunView {
  return {
    ...{ slotMs, sentMs: null, lateMs: null, outcome: 'missed', state: null, taskId: null, runtimeMs: null },
    ...{ byHand: false, doubled: false, overlaps: false },
  }
}

function outcomeOf({ why, state, startedMs }: BookRun): ScheduleRunOutcome {
  if (why === 'skipped') return 'skipped'
  // It could not be sent, and its time went by.
  if (why === 'failed') return 'missed'
  if (state === null) return 'sent'
  if (state === SUCCESS) return 'succeeded'
  if (state === FAILURE || state === REVOKED || isReady(state)) return 'failed'
  return startedMs !== null ? 'running' : 'sent'
}

function overlaps(before: BookRun, run: BookRun): boolean {
  if (before.startedMs === null || run.startedMs === null || run.startedMs < before.startedMs) return false
  const ended = before.endedMs ?? (before.state !== null && isReady(before.state) ? before.startedMs : null)
  return ended === null || ended > run.startedMs
}

function slotOf(run: BookRun): number {
  return run.slotMs ?? run.sentMs ?? 0
}
