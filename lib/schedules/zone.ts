/**
 * Wall clocks of time zones, from what every JavaScript engine knows (Intl). Pure; also loads in the browser.
 *
 * A reading of a wall clock is a number too: the milliseconds since 1970 that a clock in UTC would show so (`wallMs`).
 * Asking Intl costs microseconds and beat asks for 100,000 entries, so offsets are kept by day (UTC).
 */

/** A moment at which a zone's clock is set, and by how much: `shiftMs` above 0 skips readings, below 0 repeats them. */
export interface ClockChange {
  readonly atMs: number
  readonly shiftMs: number
}

/** What is known of one day: the offset at its beginning and the change within it, if there is one. */
interface Day {
  readonly offsetMs: number
  readonly change: ClockChange | null
}

interface Zone {
  readonly format: Intl.DateTimeFormat
  readonly days: Map<number, Day>
  /** Offsets at midnight UTC, shared by two days. */
  readonly midnights: Map<number, number>
}

export const DAY_MS = 86_400_000
export const MINUTE_MS = 60_000

/** Formatters are costly to make (about 50 µs) and there are few zones; the bound stops a caller with made-up ones. */
const MAX_ZONES = 64
/** Some ten years of days; crontabs of one schedule look at far fewer. */
const MAX_DAYS = 4096
/** Before 1900 clocks went by the sun and after 9999 Python has no dates: the offsets at these bounds are used. */
const FIRST_MS = Date.UTC(1900, 0, 1)
const LAST_MS = Date.UTC(9999, 11, 31)
const zones = new Map<string, Zone>()

/** True when `zone` is a name of the IANA data base (or an offset such as `+02:00`) that this engine knows. */
export function isZone(zone: string): boolean {
  try {
    zoneOf(zone)
    return true
  } catch {
    return false
  }
}

/** How far the zone's clock is ahead of UTC at this instant, in milliseconds. Throws RangeError for an unknown zone. */
export function offsetMs(instantMs: number, zone: string): number {
  if (zone === 'UTC') return 0
  const at = Math.min(Math.max(instantMs, FIRST_MS), LAST_MS)
  const { offsetMs, change } = dayOf(zoneOf(zone), Math.floor(at / DAY_MS))
  return change === null || at < change.atMs ? offsetMs : offsetMs + change.shiftMs
}

/**
 * The instants at which the zone's clock shows `wallMs`, earliest first: one, or two in an hour that is repeated.
 * A reading that is skipped in spring gives the instant as far behind the change (02:30 is then 03:30), as Python's
 * datetime and cron have it.
 */
export function instantsOf(wallMs: number, zone: string): readonly number[] {
  const before = offsetMs(wallMs - DAY_MS, zone)
  const after = offsetMs(wallMs + DAY_MS, zone)
  if (before === after) return [wallMs - before]
  const found = [wallMs - before, wallMs - after].filter((instant) => instant + offsetMs(instant, zone) === wallMs)
  return found.length === 0 ? [wallMs - before] : [...new Set(found)].sort((a, b) => a - b)
}

/** The earliest of `instantsOf`: what Python takes when nothing says which of two is meant. */
export function firstInstantOf(wallMs: number, zone: string): number {
  const before = offsetMs(wallMs - DAY_MS, zone)
  if (before === offsetMs(wallMs + DAY_MS, zone)) return wallMs - before
  return instantsOf(wallMs, zone)[0] ?? wallMs - before
}

/** The change of the clock that touches this instant: no further away than the clock was set by. Null on most days. */
export function changeNear(instantMs: number, zone: string): ClockChange | null {
  if (zone === 'UTC' || offsetMs(instantMs - DAY_MS, zone) === offsetMs(instantMs + DAY_MS, zone)) return null
  const near = changesBetween(instantMs - DAY_MS, instantMs + DAY_MS, zone)
  return near.find(({ atMs, shiftMs }) => Math.abs(instantMs - atMs) <= Math.abs(shiftMs)) ?? null
}

/** All changes of the clock in a span of days, in order. Costs a look at every day. */
export function changesBetween(fromMs: number, toMs: number, zone: string): readonly ClockChange[] {
  if (zone === 'UTC') return []
  const known = zoneOf(zone)
  const found: ClockChange[] = []
  for (let day = Math.floor(fromMs / DAY_MS); day <= Math.floor(toMs / DAY_MS); day++) {
    const { change } = dayOf(known, day)
    if (change !== null && change.atMs >= fromMs && change.atMs <= toMs) found.push(change)
  }
  return found
}

function dayOf(zone: Zone, number: number): Day {
  const known = zone.days.get(number)
  if (known !== undefined) return known
  const offset = midnightOffset(zone, number)
  const shiftMs = midnightOffset(zone, number + 1) - offset
  const change = shiftMs === 0 ? null : { atMs: changeWithin(zone, number, offset), shiftMs }
  const day = { offsetMs: offset, change }
  if (zone.days.size >= MAX_DAYS) zone.days.clear()
  zone.days.set(number, day)
  return day
}

function midnightOffset(zone: Zone, number: number): number {
  const known = zone.midnights.get(number)
  if (known !== undefined) return known
  const offset = askOffset(zone.format, number * DAY_MS)
  if (zone.midnights.size >= MAX_DAYS) zone.midnights.clear()
  zone.midnights.set(number, offset)
  return offset
}

/** The second at which the offset first differs from the one at the day's beginning. */
function changeWithin(zone: Zone, number: number, offset: number): number {
  let [before, after] = [number * DAY_MS, (number + 1) * DAY_MS]
  while (after - before > 1000) {
    const middle = Math.floor((before + after) / 2000) * 1000
    if (askOffset(zone.format, middle) === offset) before = middle
    else after = middle
  }
  return after
}

function askOffset(format: Intl.DateTimeFormat, instantMs: number): number {
  const part: Record<string, number> = {}
  for (const { type, value } of format.formatToParts(instantMs)) part[type] = Number(value)
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part
  return Date.UTC(year, month - 1, day, hour, minute, second) - instantMs
}

function zoneOf(name: string): Zone {
  const known = zones.get(name)
  if (known !== undefined) return known
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: name,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  })
  const made = { format, days: new Map(), midnights: new Map() }
  if (zones.size >= MAX_ZONES) zones.clear()
  zones.set(name, made)
  return made
}
