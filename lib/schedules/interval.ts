/** Every so many seconds since the last run; `relative` moves each run back to a whole second, minute, hour or day. */
import { UmbelError } from '../errors.ts'
import type { Due } from './due.ts'
import { type Fires, firing } from './fires.ts'
import { DAY_MS, instantsOf, MINUTE_MS, offsetMs } from './zone.ts'

export interface Interval {
  readonly type: 'interval'
  readonly everySeconds: number
  readonly relative: boolean
}

/** As timedelta takes them: they add up. */
export interface IntervalSpec {
  readonly weeks?: number
  readonly days?: number
  readonly hours?: number
  readonly minutes?: number
  readonly seconds?: number
  readonly milliseconds?: number
  readonly microseconds?: number
}

const SECONDS: Readonly<Record<keyof IntervalSpec, number>> = {
  weeks: 604_800,
  days: 86_400,
  hours: 3600,
  minutes: 60,
  seconds: 1,
  milliseconds: 1e-3,
  microseconds: 1e-6,
}
const HOUR_MS = 60 * MINUTE_MS
/** timedelta's own end; past it dates cannot be told. */
const MAX_SECONDS = 999_999_999 * 86_400

/** Throws schedule/invalid unless it is a number of seconds above 0: at 0 a beat would send without an end. */
export function interval(
  every: number | IntervalSpec,
  options: { readonly relative?: boolean | undefined } = {},
): Interval & Fires {
  const everySeconds =
    typeof every === 'number' ? every : typeof every === 'object' && every ? sumOf(every) : Number.NaN
  if (!(everySeconds > 0) || !(everySeconds <= MAX_SECONDS)) {
    throw new UmbelError('schedule/invalid', {
      field: 'every',
      value: JSON.stringify(every) ?? String(every),
      reason: 'An interval has to be a number of seconds above 0.',
      expected: 'more than 0 seconds, as a number or as { hours: 1, minutes: 30 }',
    })
  }
  const made: Interval = { type: 'interval', everySeconds, relative: options.relative ?? false }
  return firing(made, (afterMs, zone) => nextIntervalMs(made, afterMs, zone))
}

function sumOf(every: IntervalSpec): number {
  let sum = 0
  for (const [unit, count] of Object.entries(every)) {
    if (!Object.hasOwn(SECONDS, unit)) {
      const reason = `An interval has no unit ${unit}.`
      const expected = Object.keys(SECONDS).join(', ')
      throw new UmbelError('schedule/invalid', { field: 'every', value: JSON.stringify(every), reason, expected })
    }
    sum += count * SECONDS[unit as keyof IntervalSpec] // hasOwn says so
  }
  return Number(sum.toFixed(6))
}

/** The first run after `lastMs`. */
export function nextIntervalMs(every: Interval, lastMs: number, zone: string): number {
  const everyMs = every.everySeconds * 1000
  if (!every.relative) return lastMs + everyMs
  const next = everyMs >= DAY_MS ? nextMidnight(everyMs, lastMs, zone) : nextBoundary(everyMs, lastMs, zone)
  // Flooring reaches back to the last run itself for parts of a second, where nothing is left to round to.
  return next > lastMs ? next : lastMs + everyMs
}

/** A clock that was set back makes the wait longer, one that was set forward ends it; neither makes two runs. */
export function isIntervalDue(every: Interval, lastMs: number, nowMs: number, zone: string): Due {
  const remaining = nextIntervalMs(every, lastMs, zone) - nowMs
  if (remaining > 0) return { due: false, nextMs: remaining }
  return { due: true, nextMs: nextIntervalMs(every, nowMs, zone) - nowMs }
}

/** Days are counted on the calendar: also over a day of 23 hours it is midnight again. */
function nextMidnight(everyMs: number, lastMs: number, zone: string): number {
  const end = lastMs + offsetMs(lastMs, zone) + everyMs
  const midnights = instantsOf(floorTo(DAY_MS, end), zone)
  return midnights.find((at) => at > lastMs) ?? instantsOf(end, zone)[0] ?? lastMs
}

/** The latest whole minute or hour of the clock after the last run and not after the end of the interval. */
function nextBoundary(everyMs: number, lastMs: number, zone: string): number {
  const end = lastMs + everyMs
  const unit = everyMs >= HOUR_MS ? HOUR_MS : everyMs >= MINUTE_MS ? MINUTE_MS : 1000
  const wallEnd = end + offsetMs(end, zone)
  const candidates = [...instantsOf(floorTo(unit, wallEnd), zone)]
  const rounded = latestNotAfter(end, candidates) ?? Math.min(...candidates)
  if (unit === 1000 || rounded > lastMs) return rounded
  // The clock was set back by part of an hour: look at the boundary that follows, and at the calendar's.
  const calendar = floorTo(unit, lastMs + offsetMs(lastMs, zone) + everyMs)
  candidates.push(...instantsOf(floorTo(unit, wallEnd + unit), zone), ...instantsOf(calendar, zone))
  const future = candidates.filter((at) => at > lastMs)
  return latestNotAfter(end, future) ?? (future.length > 0 ? Math.min(...future) : end)
}

function latestNotAfter(end: number, instants: readonly number[]): number | null {
  const early = instants.filter((at) => at <= end)
  return early.length === 0 ? null : Math.max(...early)
}

function floorTo(unitMs: number, wallMs: number): number {
  return Math.floor(wallMs / unitMs) * unitMs
}
