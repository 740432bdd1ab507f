/** Every run to come within some hours. Made in short turns: ten thousand entries may run each minute. */
import type { ScheduleCalendar } from '../../live/schedule-views.ts'
import { fireTimes } from './fire-times.ts'
import type { TrackedEntry } from './tracked-entry.ts'
import type { Turns } from './turns.ts'

const HOUR_MS = 3_600_000
const TIMES_MOST = 500
/** All entries together; what comes after is only counted. */
const ALL_TIMES_MOST = 100_000
/** An entry that runs more often is counted by arithmetic where that is exact, else no further. */
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
  let left = ALL_TIMES_MOST
  for (const tracked of entries) {
    const { atMs, more } = timesUntil(tracked, nowMs, toMs, Math.min(TIMES_MOST, left))
    left -= atMs.length
    rows.push({ id: tracked.id, name: tracked.name, atMs, more, usualMs: usualMs(tracked) })
    await turns.rest()
  }
  return { fromMs: nowMs, toMs, rows }
}

function timesUntil(
  tracked: TrackedEntry,
  nowMs: number,
  toMs: number,
  most: number,
): { readonly atMs: readonly number[]; readonly more: number } {
  const firstMs = tracked.nextMs
  const { schedule, expiresMs, oneOff } = tracked.stored.entry
  const untilMs = Math.min(toMs, expiresMs ?? toMs)
  if (firstMs === null || firstMs > untilMs) return { atMs: [], more: 0 }
  // One that is overdue runs as soon as a beat is there again: now, as far as a calendar can say.
  const first = Math.max(firstMs, nowMs)
  if (oneOff) return most > 0 ? { atMs: [first], more: 0 } : { atMs: [], more: 1 }
  const rest = fireTimes(schedule, tracked.zone, { afterMs: first, untilMs }, Math.max(0, most - 1), COUNTED_MOST)
  const atMs = most > 0 ? [first, ...rest.atMs] : []
  if (schedule.type !== 'interval' || schedule.relative) return { atMs, more: rest.more + (most > 0 ? 0 : 1) }
  const all = 1 + Math.floor((untilMs - first) / (schedule.everySeconds * 1_000))
  return { atMs, more: Math.max(0, all - atMs.length) }
}

/** The middle of the durations of the last successful runs; null when they are too few. */
function usualMs({ book }: TrackedEntry): number | null {
  const took = book.runs.flatMap(({ runtimeMs }) => (runtimeMs === null ? [] : [runtimeMs])).sort((a, b) => a - b)
  return took.length < USUAL_FEWEST ? null : (took[Math.floor(took.length / 2)] ?? null)
}
