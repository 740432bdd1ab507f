/** One entry with its runs: the page of a schedule. */
import type { ScheduleRowView, ScheduleView } from '../../live/schedule-views.ts'
import type { InferredEntry } from './beat-marks.ts'
import { fireTimes } from './fire-times.ts'
import { inferredRuns } from './inferred-rows.ts'
import { RUNS_KEPT } from './run-book.ts'
import { formOf } from './schedule-form.ts'
import { entryRuns } from './schedule-row.ts'
import type { TrackedEntry } from './tracked-entry.ts'

const NEXT_TIMES = 5
const CENTURY_MS = 100 * 366 * 86_400_000

export function scheduleView(row: ScheduleRowView, tracked: TrackedEntry, nowMs: number): ScheduleView {
  const { entry } = tracked.stored
  return {
    row,
    args: JSON.stringify(entry.args),
    kwargs: JSON.stringify(entry.kwargs),
    options: JSON.stringify(entry.options),
    description: entry.description,
    startMs: entry.startMs,
    expiresMs: entry.expiresMs,
    oneOff: entry.oneOff,
    nextMs: nextTimes(tracked, row.nextMs),
    runs: entryRuns(tracked, nowMs).slice(-RUNS_KEPT).reverse(),
    form: row.editable ? formOf(tracked.source, entry) : null,
  }
}

/** An entry that is known from its messages alone. */
export function inferredView(row: ScheduleRowView, inferred: InferredEntry): ScheduleView {
  return {
    ...emptySchedule(row),
    args: inferred.args ?? '',
    nextMs: row.nextMs === null ? [] : [row.nextMs],
    runs: inferredRuns(inferred).slice(-RUNS_KEPT).reverse(),
  }
}

/** There is no such entry, or (with a row) it cannot be read. */
export function emptySchedule(row: ScheduleRowView | null): ScheduleView {
  return {
    ...{ row, args: '', kwargs: '', options: '', description: null, startMs: null, expiresMs: null, oneOff: false },
    ...{ nextMs: [], runs: row?.recent.toReversed() ?? [], form: null },
  }
}

/** The next run and those that follow it when it is in time. */
export function nextTimes(tracked: TrackedEntry, firstMs: number | null, most = NEXT_TIMES): readonly number[] {
  if (firstMs === null) return []
  const { entry } = tracked.stored
  const untilMs = entry.expiresMs ?? firstMs + CENTURY_MS
  const span = { afterMs: firstMs, untilMs }
  return entry.oneOff ? [firstMs] : [firstMs, ...fireTimes(entry.schedule, tracked.zone, span, most - 1).atMs]
}
