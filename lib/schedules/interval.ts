/** Every so many seconds since the last run; `relative` moves each run back to a whole second, minute, hour or day. */
import type { Due } from './due.ts'
import { floorTo } from './zone.ts'

export interface Interval {
  readonly type: 'interval'
  readonly everySeconds: number
  readonly relative: boolean
}

const MINUTE_SECONDS = 60
const HOUR_SECONDS = 3600
const DAY_SECONDS = 86_400

/** Throws RangeError unless `everySeconds` is a number above 0: at 0 a beat would send without an end. */
export function interval(everySeconds: number, options: { readonly relative?: boolean } = {}): Interval {
  if (!(everySeconds > 0) || !Number.isFinite(everySeconds)) {
    throw new RangeError(`An interval has to be a number of seconds above 0, got ${everySeconds}.`)
  }
  return { type: 'interval', everySeconds, relative: options.relative ?? false }
}

export function nextIntervalMs(every: Interval, lastMs: number, zone: string): number {
  const end = lastMs + every.everySeconds * 1000
  if (!every.relative) return end
  const floor = roundDown(every.everySeconds, end, zone)
  // Flooring may reach back to the last run itself, e.g. when an hour is repeated.
  return floor > lastMs ? floor : end
}

/** A clock that was set back makes the wait longer, one that was set forward ends it; neither makes two runs. */
export function isIntervalDue(every: Interval, lastMs: number, nowMs: number, zone: string): Due {
  const remaining = nextIntervalMs(every, lastMs, zone) - nowMs
  if (remaining > 0) return { due: false, nextMs: remaining }
  return { due: true, nextMs: nextIntervalMs(every, nowMs, zone) - nowMs }
}

function roundDown(everySeconds: number, instantMs: number, zone: string): number {
  if (everySeconds >= DAY_SECONDS) return floorTo('day', instantMs, zone)
  if (everySeconds >= HOUR_SECONDS) return floorTo('hour', instantMs, zone)
  if (everySeconds >= MINUTE_SECONDS) return floorTo('minute', instantMs, zone)
  return Math.floor(instantMs / 1000) * 1000
}
