/** Wall clocks of time zones, from what every JavaScript engine knows (Intl). Pure; also loads in the browser. */

/** A reading of a wall clock. `month` 1 to 12. */
export interface WallTime {
  readonly year: number
  readonly month: number
  readonly day: number
  readonly hour: number
  readonly minute: number
}

export const DAY_MS = 86_400_000
const MINUTE_MS = 60_000

/** Formatters are costly to make (about 50 µs) and there are few zones; the bound stops a caller with made-up ones. */
const MAX_ZONES = 64
const formats = new Map<string, Intl.DateTimeFormat>()

/** True when `zone` is a name of the IANA data base (or an offset such as `+02:00`) that this engine knows. */
export function isZone(zone: string): boolean {
  try {
    formatOf(zone)
    return true
  } catch {
    return false
  }
}

/** How far the zone's clock is ahead of UTC at this instant, in milliseconds. */
export function offsetMs(instantMs: number, zone: string): number {
  if (zone === 'UTC') return 0
  const wholeSeconds = Math.floor(instantMs / 1000) * 1000
  const part: Record<string, number> = {}
  for (const { type, value } of formatOf(zone).formatToParts(wholeSeconds)) part[type] = Number(value)
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part
  return Date.UTC(year, month - 1, day, hour, minute, second) - wholeSeconds
}

export function wallTime(instantMs: number, zone: string): WallTime {
  const wall = new Date(instantMs + offsetMs(instantMs, zone))
  return {
    year: wall.getUTCFullYear(),
    month: wall.getUTCMonth() + 1,
    day: wall.getUTCDate(),
    hour: wall.getUTCHours(),
    minute: wall.getUTCMinutes(),
  }
}

/**
 * The instants at which the zone's clock shows `wall`, earliest first: one, or two in an hour that is repeated.
 * A reading that is skipped in spring gives the instant as far behind the change (02:30 is then 03:30), as Python's
 * datetime and cron have it.
 */
export function instantsOf(wall: WallTime, zone: string): readonly number[] {
  const asUtc = Date.UTC(wall.year, wall.month - 1, wall.day, wall.hour, wall.minute)
  const before = offsetMs(asUtc - DAY_MS, zone)
  const after = offsetMs(asUtc + DAY_MS, zone)
  if (before === after) return [asUtc - before]
  const found = [asUtc - before, asUtc - after].filter((instant) => instant + offsetMs(instant, zone) === asUtc)
  return found.length === 0 ? [asUtc - before] : [...new Set(found)].sort((a, b) => a - b)
}

/** The latest instant not after `instantMs` at which the zone's clock shows a whole minute, hour or day. */
export function floorTo(unit: 'minute' | 'hour' | 'day', instantMs: number, zone: string): number {
  const offset = offsetMs(instantMs, zone)
  if (unit !== 'day') {
    const size = unit === 'hour' ? 60 * MINUTE_MS : MINUTE_MS
    return Math.floor((instantMs + offset) / size) * size - offset
  }
  const { year, month, day } = wallTime(instantMs, zone)
  return instantsOf({ year, month, day, hour: 0, minute: 0 }, zone)[0] ?? instantMs
}

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone)
  if (known !== undefined) return known
  const made = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  })
  if (formats.size >= MAX_ZONES) formats.clear()
  formats.set(zone, made)
  return made
}
