/**
 * When a crontab runs next.
 *
 * Celery reads the wall clock at the last run, takes the next reading that matches and turns it into an instant. That
 * goes wrong where the clock is set (worker-beat.md 5.2): a repeated hour is left out, a run within it lies in the
 * past, and runs that were skipped in spring are lost but for the first. Beat works on instants (`nextRunMs`): every
 * reading that matches runs once, a skipped one as far behind the change; a pattern for every hour runs in both copies
 * of a repeated hour; the next run always lies after the last one. On all other days the two are the same.
 */
import type { Crontab } from './crontab.ts'
import { type ClockChange, changeNear, DAY_MS, firstInstantOf, MINUTE_MS, offsetMs } from './zone.ts'

/** The calendar repeats week days and leap years after 28 years, or 40 across a century that has no leap day. */
const MAX_MONTHS = 41 * 12

/** The first run after `lastMs` by beat's rule, or null when there is none within 41 years. */
export function nextRunMs(cron: Crontab, lastMs: number, appZone: string): number | null {
  const zone = cron.timezone ?? appZone
  const next = nextByReading(cron, lastMs, zone)
  if (next === null) return null
  const change = changeNear(lastMs, zone) ?? changeNear(next, zone)
  return change === null ? next : nextAround(change, cron, lastMs, zone)
}

/** What Celery 5.7 answers, except that it never lies in the past: then beat's rule holds. */
export function nextAsCelery(cron: Crontab, lastMs: number, appZone: string): number | null {
  const next = nextByReading(cron, lastMs, cron.timezone ?? appZone)
  return next === null || next > lastMs ? next : nextRunMs(cron, lastMs, appZone)
}

function nextByReading(cron: Crontab, lastMs: number, zone: string): number | null {
  return instantOf(nextReading(cron, lastMs + offsetMs(lastMs, zone)), zone)
}

/** Around a change of the clock. Readings that it skips or repeats are told apart from those of the clock after it. */
function nextAround(change: ClockChange, cron: Crontab, lastMs: number, zone: string): number | null {
  const { atMs, shiftMs } = change
  const before = offsetMs(atMs - 1, zone)
  const after = before + shiftMs
  const reading = nextReading(cron, lastMs + (lastMs < atMs ? offsetMs(lastMs, zone) : before))
  if (shiftMs > 0) {
    // Readings up to here are those before the change and those it skips, which run as far behind it.
    const skipped = reading !== null && reading < atMs + after ? firstInstantOf(reading, zone) : null
    const following = instantOf(nextReading(cron, Math.max(lastMs, atMs - MINUTE_MS) + after), zone)
    return skipped === null || following === null ? (skipped ?? following) : Math.min(skipped, following)
  }
  if (lastMs < atMs) {
    const first = instantOf(reading, zone)
    if (first !== null && first < atMs) return first
  }
  const repeatedEnd = atMs + before
  // Every hour of the day means "each hour that passes"; chosen hours mean readings of the clock, once a day each.
  if (cron.values.hour.length < 24) {
    return instantOf(nextReading(cron, Math.max(lastMs + after, repeatedEnd - MINUTE_MS)), zone)
  }
  const second = nextReading(cron, Math.max(lastMs, atMs - MINUTE_MS) + after)
  return second !== null && second < repeatedEnd ? second - after : instantOf(second, zone)
}

function instantOf(reading: number | null, zone: string): number | null {
  return reading === null ? null : firstInstantOf(reading, zone)
}

/** The next reading of the wall clock that matches, in a later minute than `wallMs`. */
export function nextReading(cron: Crontab, wallMs: number): number | null {
  const day = Math.floor(wallMs / DAY_MS)
  const minuteOfDay = Math.floor((wallMs - day * DAY_MS) / MINUTE_MS)
  const date = new Date(day * DAY_MS)
  if (dateMatches(cron, date)) {
    const time = nextTime(cron, minuteOfDay)
    if (time !== null) return day * DAY_MS + time * MINUTE_MS
  }
  const midnight = nextDate(cron, date)
  const { hour, minute } = cron.values
  return midnight === null ? null : midnight + ((hour[0] ?? 0) * 60 + (minute[0] ?? 0)) * MINUTE_MS
}

/** The next time of the same day in minutes, or null. */
function nextTime({ values }: Crontab, minuteOfDay: number): number | null {
  const hourNow = Math.floor(minuteOfDay / 60)
  for (const hour of values.hour) {
    if (hour < hourNow) continue
    if (hour > hourNow) return hour * 60 + (values.minute[0] ?? 0)
    for (const minute of values.minute) if (hour * 60 + minute > minuteOfDay) return hour * 60 + minute
  }
  return null
}

function dateMatches({ values }: Crontab, date: Date): boolean {
  return (
    values.day_of_week.includes(date.getUTCDay()) &&
    values.day_of_month.includes(date.getUTCDate()) &&
    values.month_of_year.includes(date.getUTCMonth() + 1)
  )
}

/** The next day that matches, after the one of `date`, as the wall clock's midnight. */
function nextDate({ values }: Crontab, date: Date): number | null {
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()]
  let after = date.getUTCDate()
  for (let months = 0; months < MAX_MONTHS; months++, after = 0) {
    if (!values.month_of_year.includes(((month + months) % 12) + 1)) continue
    const first = Date.UTC(year, month + months, 1)
    const length = daysFrom(first, Date.UTC(year, month + months + 1, 1))
    const weekday = new Date(first).getUTCDay()
    for (const day of values.day_of_month) {
      if (day > length) break
      if (day > after && values.day_of_week.includes((weekday + day - 1) % 7)) return first + (day - 1) * DAY_MS
    }
  }
  return null
}

function daysFrom(fromMs: number, toMs: number): number {
  return Math.round((toMs - fromMs) / DAY_MS)
}
