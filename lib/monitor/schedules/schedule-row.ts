/** A row of the Schedules page. Pure: the same entry at the same time is the same row. */
import type { ScheduleRowView, ScheduleRunView } from '../../live/schedule-views.ts'
import type { BrokenEntry } from '../../schedule-store/schedule-store.ts'
import { clockChangeWarnings } from '../../schedules/clock-changes.ts'
import { nextFireMs, scheduleText } from '../../schedules/schedule.ts'
import { scheduleWords } from '../../schedules/words.ts'
import { runViews } from './run-views.ts'
import type { TrackedEntry } from './tracked-entry.ts'

export const RECENT_RUNS = 30
/** Workers tell of their runs within this time, in any order. */
const BETWEEN_MS = 10_000
/** Changes of the clock that come within this time are told. */
const WARN_DAYS = 30

export interface RowFacts {
  readonly nowMs: number
  /** At most `RECENT_RUNS`. */
  readonly recentMost: number
  readonly editable: boolean
  readonly editLasts: string | null
  /** False when workers are there and none of them has this task; null when nobody can tell. */
  isRegistered(task: string): boolean | null
}

export function scheduleRow(tracked: TrackedEntry, facts: RowFacts): ScheduleRowView {
  const { nowMs } = facts
  const { entry, state } = tracked.stored
  const views = entryRuns(tracked, nowMs)
  const nextMs = tracked.nextMs
  const overdueSinceMs = nextMs !== null && tracked.asOfMs - nextMs > tracked.toleranceMs ? nextMs : null
  const held = tracked.isHeld(nowMs)
  setEdges(tracked, nextMs, nowMs)
  return {
    id: tracked.id,
    name: tracked.name,
    source: tracked.source,
    task: entry.task,
    when: scheduleWords(entry.schedule, tracked.zone),
    expression: scheduleText(entry.schedule),
    zone: tracked.zone,
    enabled: entry.enabled,
    heldUntilMs: held && Number.isFinite(state.heldUntilMs) ? state.heldUntilMs : null,
    heldForGood: held && !Number.isFinite(state.heldUntilMs),
    heldBy: held ? state.heldBy : null,
    nextMs,
    lastRun: lastRunOf(tracked, views),
    totalRunCount: state.totalRunCount,
    overdueSinceMs,
    neverRan: state.totalRunCount === 0 && views.every(({ outcome }) => outcome === 'missed' || outcome === 'skipped'),
    recent: views.slice(-facts.recentMost),
    warnings: warningsOf(tracked, facts),
    broken: false,
    inferred: false,
    editable: facts.editable,
    editLasts: entry.origin === 'code' ? facts.editLasts : null,
  }
}

/** Oldest first, the missed ones among them. */
export function entryRuns(tracked: TrackedEntry, nowMs: number): readonly ScheduleRunView[] {
  const { entry } = tracked.stored
  const judged = entry.enabled && !tracked.isHeld(nowMs)
  const { zone, sinceMs, asOfMs, toleranceMs } = tracked
  // Where a later one is known the one before is not on its way.
  const bounds = { untilMs: asOfMs - toleranceMs, betweenMs: asOfMs - Math.min(toleranceMs, BETWEEN_MS) }
  return runViews(tracked.book.runs, judged ? { schedule: entry.schedule, zone, sinceMs, ...bounds } : null)
}

/** An entry that cannot be read: shown, not run. */
export function brokenRow(source: string, { name, reason }: BrokenEntry): ScheduleRowView {
  return {
    ...{ id: `${source}/${name}`, name, source, task: '', when: '', expression: '', zone: '', enabled: false },
    ...{ heldUntilMs: null, heldForGood: false, heldBy: null, nextMs: null, lastRun: null, totalRunCount: 0 },
    ...{ overdueSinceMs: null, neverRan: false, recent: [], warnings: [reason], broken: true, inferred: false },
    ...{ editable: false, editLasts: null },
  }
}

function lastRunOf({ stored }: TrackedEntry, views: readonly ScheduleRunView[]): ScheduleRunView | null {
  const seen = views.findLast(({ outcome }) => outcome !== 'missed' && outcome !== 'skipped')
  if (seen !== undefined) return seen
  const { lastRunMs, totalRunCount } = stored.state
  if (lastRunMs === null || totalRunCount === 0) return null
  return {
    ...{ slotMs: null, sentMs: lastRunMs, lateMs: null, outcome: 'sent', state: null, taskId: null, runtimeMs: null },
    ...{ byHand: false, doubled: false, overlaps: false },
  }
}

function warningsOf({ stored, zone }: TrackedEntry, facts: RowFacts): readonly string[] {
  const { entry } = stored
  const unknown = facts.isRegistered(entry.task) === false
  return [
    ...(unknown ? [`No worker that is online has a task named ${entry.task}.`] : []),
    ...clockChangeWarnings(entry.schedule, zone, facts.nowMs, WARN_DAYS),
  ]
}

/** The next moments at which the row changes by the passing of time alone. */
function setEdges(tracked: TrackedEntry, nextMs: number | null, nowMs: number): void {
  const { asOfMs, toleranceMs } = tracked
  const { heldUntilMs } = tracked.stored.state
  // A day at the latest: a change of clocks comes near.
  const dayMs = nowMs + 86_400_000
  tracked.edgeMs = heldUntilMs !== null && heldUntilMs > nowMs ? Math.min(dayMs, heldUntilMs + 1) : dayMs
  tracked.dueEdgeMs = Number.POSITIVE_INFINITY
  if (nextMs === null) return
  const further = dueAfter(tracked, nextMs, Math.max(nextMs, asOfMs - toleranceMs))
  const edges = tracked.judgedAfterMs.map((afterMs) => nextMs + afterMs + 1)
  if (further !== null) edges.push(further + toleranceMs + 1)
  tracked.dueEdgeMs = Math.min(...edges.filter((edge) => edge > asOfMs))
}

/** The first time after `afterMs` at which it is due when it was due at `dueMs`. */
function dueAfter({ stored, zone }: TrackedEntry, dueMs: number, afterMs: number): number | null {
  const { schedule } = stored.entry
  if (schedule.type !== 'interval' || schedule.relative) return nextFireMs(schedule, afterMs, zone)
  const everyMs = schedule.everySeconds * 1_000
  return dueMs + (Math.floor((afterMs - dueMs) / everyMs) + 1) * everyMs
}
