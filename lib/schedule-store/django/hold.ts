/**
 * An entry is held by its start_time, so that a Python beat waits as well; when that is, and what the entry's own
 * start_time is, stands in our own table. A start_time that somebody sets meanwhile, in Django's admin, ends the hold.
 */
import type { SqlRow } from './sql.ts'
import { msOf, type StateRow, type TimeFormats } from './task-row.ts'

/** Held for good: a time that every Python can reckon with. */
const HELD_FOR_GOOD_MS = Date.UTC(2999, 11, 31)

/** What start_time says while an entry is held: never before its own start. */
export function heldColumn(untilMs: number, start: number | null): number {
  return Math.max(Math.min(Math.round(untilMs), HELD_FOR_GOOD_MS), start === null ? 0 : Math.floor(start / 1000))
}

/** The held start_time that the row has now; null when it is not held, or was changed in Django since. */
export function heldUntil(row: SqlRow, state: StateRow | null, formats: TimeFormats): number | null {
  if (state === null || state.heldUntilMs === null) return null
  const heldMs = heldColumn(state.heldUntilMs, state.heldStart)
  return msOf(row['start_time'], formats.runs) === heldMs ? heldMs : null
}
