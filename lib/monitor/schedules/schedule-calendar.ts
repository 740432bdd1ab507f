/** Every run to come within some hours. Made in short turns: ten thousand entries may run each minute. */
import type { ScheduleCalendar } from '../../live/schedule-views.ts'
import { fireTimes } from './fire-times.ts'
import type { TrackedEntry } from './tracked-entry.ts'
import type { Turns } from './turns.ts'

const HOUR_MS = 3_600_000
const TIMES_MOST = 500
/** All entries together have about so many, and each has a few: what comes after them is only counted. */
const ALL_TIMES = 80_000
const TIMES_LEAST = 8
/** The same of what is counted one by one; the rest of a day is like its beginning. */
const ALL_COUNTED = 500_000
const COUNTED_MOST = 2_000
/** Fewer runs say nothing about the next one. */
const USUAL_FEWEST = 3

export async function scheduleCalendar(
  entries: readonly TrackedEntry[],
  hours: number,
  nowMs: number,
  turns: Turns,
): Promise<ScheduleCalendar> {
  const toMs = nowMs + hours * HOUR_MS
  const rows: ScheduleCalendar['rows'][number][] = []
  const most = Math.max(TIMES_LEAST, Math.min(TIMES_MOST, Math.floor(ALL_TIMES / Math.max(1, entries.length))))
  const counted = Math.max(most + 1, Math.min(COUNTED_MOST, Math.floor(ALL_COUNTED / Math.max(1, entries.length))))
  for (const tracked of entries) {
    const { atMs, more } = timesUntil(tracked, { nowMs, toMs, most, counted })
    rows.push({ id: tracked.id, name: tracked.name, atMs, more, usualMs: usualMs(tracked) })
    await turns.rest()
  }
  return { fromMs: nowMs, toMs, rows }
}

function timesUntil(
  tracked: TrackedEntry,
  {
    nowMs,
    toMs,
    most,
    counted,
  }: { readonly nowMs: number; readonly toMs: number; readonly most: number; readonly counted: number },
): { readonly atMs: readonly number[]; readonly more: number } {
  const firstMs = tracked.nextMs
  const { schedule, expiresMs, oneOff } = tracked.stored.entry
  const untilMs = Math.min(toMs, expiresMs ?? toMs)
  if (firstMs === null || firstMs > untilMs) return { atMs: [], more: 0 }
  // One that is overdue runs as soon as a beat is there again: now, as far as a calendar can say.
  const first = Math.max(firstMs, nowMs)
  if (oneOff) return { atMs: [first], more: 0 }
  // Plain intervals are counted by arithmetic.
  const isPlain = schedule.type === 'interval' && !schedule.relative
  const span = { afterMs: first, untilMs }
  const rest = fireTimes(schedule, tracked.zone, span, most - 1, isPlain ? most - 1 : counted)
  const atMs = [first, ...rest.atMs]
  if (!isPlain) return { atMs, more: rest.more }
  const all = 1 + Math.floor((untilMs - first) / (schedule.everySeconds * 1_000))
  return { atMs, more: Math.max(0, all - atMs.length) }
}

/** The middle of the durations of the last successful runs; null when they are too few. */
function usualMs({ book }: TrackedEntry): number | null {
  const took = book.runs.flatMap(({ runtimeMs }) => (runtimeMs === null ? [] : [runtimeMs])).sort((a, b) => a - b)
  return took.length < USUAL_FEWEST ? null : (took[Math.floor(took.length / 2)] ?? null)
}
