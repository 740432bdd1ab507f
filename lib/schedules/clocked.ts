/** Once, at an instant (django-celery-beat's clocked schedule). */
import { UmbelError } from '../errors.ts'
import type { Due } from './due.ts'
import { type Fires, firing } from './fires.ts'

export interface Clocked {
  readonly type: 'clocked'
  readonly atMs: number
}

/** Throws schedule/invalid for a date that is none. */
export function clocked(at: Date | number): Clocked & Fires {
  const atMs = at instanceof Date ? at.getTime() : at
  if (!Number.isFinite(atMs) || Math.abs(atMs) > MAX_DATE_MS) {
    throw new UmbelError('schedule/invalid', {
      field: 'at',
      value: String(at),
      reason: 'This is no point in time.',
      expected: 'a date',
    })
  }
  const made: Clocked = { type: 'clocked', atMs }
  return firing(made, (afterMs) => nextClockedMs(made, afterMs))
}

/** JavaScript's own bound. */
const MAX_DATE_MS = 8.64e15

export function nextClockedMs({ atMs }: Clocked, lastMs: number): number | null {
  return atMs > lastMs ? atMs : null
}

/** Due from its time on, however late, as long as it did not run since. */
export function isClockedDue({ atMs }: Clocked, lastMs: number, nowMs: number): Due {
  if (atMs <= lastMs) return { due: false, nextMs: null }
  return atMs <= nowMs ? { due: true, nextMs: null } : { due: false, nextMs: atMs - nowMs }
}
