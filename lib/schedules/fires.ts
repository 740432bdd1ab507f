/** The method that a schedule has in a user's hand. */
import { UmbelError } from '../errors.ts'
import { readZone } from './read-zone.ts'

export interface Fires {
  /**
   * The first run after `after`, in this zone unless the schedule has its own. Throws schedule/invalid when there is
   * none any more (within 41 years).
   */
  next(after: Date, zone?: string): Date
}

/**
 * Adds the method without changing the data: it is not enumerable, so that a schedule is stored, compared and sent as
 * its fields alone.
 */
export function firing<T extends object>(
  schedule: T,
  nextMs: (afterMs: number, zone: string) => number | null,
): T & Fires {
  const next = (after: Date, zone = 'UTC'): Date => {
    const afterMs: unknown = after instanceof Date ? after.getTime() : null
    if (typeof afterMs !== 'number' || Number.isNaN(afterMs)) {
      const facts = { field: 'after', value: String(after), expected: 'a Date' }
      throw new UmbelError('schedule/invalid', { ...facts, reason: 'This is no point in time.' })
    }
    const atMs = nextMs(afterMs, readZone(zone) ?? 'UTC')
    if (atMs !== null) return new Date(atMs)
    const facts = { field: 'after', value: after.toISOString(), expected: 'a time before its last run' }
    throw new UmbelError('schedule/invalid', { ...facts, reason: 'This schedule does not run any more.' })
  }
  return Object.defineProperty(schedule, 'next', { value: next }) as T & Fires // just defined
}
