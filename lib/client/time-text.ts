/** Times of a message as Celery writes them: ISO text in the time zone of the app (worker-beat.md 3.1). */
import { formatIsoTime, parseIsoTime } from '../protocol/iso-time.ts'
import { offsetMs } from '../schedules/zone.ts'

/** Smallest signed integer of 32 bits; Celery's bound, below which Python's dates end. */
const LEAST_SECONDS = -2_147_483_648

/** `2026-11-21T12:30:00+01:00`. Throws RangeError outside the years 1 to 9999. */
export function isoTimeIn(zone: string, ms: number): string {
  if (zone === 'UTC') return formatIsoTime(ms)
  const offset = offsetMs(ms, zone)
  const minutes = Math.abs(Math.trunc(offset / 60_000))
  const pair = (value: number) => String(value).padStart(2, '0')
  const sign = offset < 0 ? '-' : '+'
  return `${formatIsoTime(ms + offset).slice(0, -6)}${sign}${pair(Math.floor(minutes / 60))}:${pair(minutes % 60)}`
}

/** Null for no countdown; 0 is none to Celery. Throws RangeError in Celery's words. */
export function checkedSeconds(seconds: number, what: 'countdown' | 'expires'): number {
  if (!Number.isFinite(seconds) || seconds < LEAST_SECONDS) throw new RangeError(`${what} is out of range: ${seconds}`)
  return seconds
}

/** The instant that a text of a message is, or null. */
export function msOfText(text: string): number | null {
  return parseIsoTime(text)
}
