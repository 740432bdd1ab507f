/**
 * crontab(minute, hour, day_of_week, day_of_month, month_of_year) as Celery 5.7 has it: all fields must match.
 *
 * Where Celery goes astray we work on instants (worker-beat.md 5.2): a pattern for every hour runs in both copies of
 * an hour that is repeated in autumn, all others once; a time that is skipped in spring runs once, as far behind the
 * change; and the next run always lies after the last one.
 */
import { CRONTAB_FIELDS, CrontabError, type CrontabField, type FieldSpec, parseField } from './crontab-field.ts'
import type { Due } from './due.ts'
import { DAY_MS, instantsOf, type WallTime, wallTime } from './zone.ts'

export type CrontabSpec = Partial<Record<CrontabField, FieldSpec>>

export interface Crontab {
  readonly type: 'crontab'
  /** As written, for showing and storing. */
  readonly spec: Readonly<Record<CrontabField, string>>
  readonly values: Readonly<Record<CrontabField, readonly number[]>>
}

const HOUR_MS = 3_600_000
const LONGEST_MONTH = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
/** Longer than any fold, so that the search starts ahead of all readings that may still follow the last run. */
const LONGEST_FOLD_MS = 3 * HOUR_MS
/** The calendar repeats week days and leap years after 28 years, or 40 across a century that has no leap day. */
const MAX_DAYS = 41 * 366

/** Throws CrontabError for a field that cannot be read and for dates that no year has (31 February). */
export function crontab(spec: CrontabSpec = {}): Crontab {
  const written = fromFields((field) => textOf(spec[field] ?? '*'))
  const values = fromFields((field) => parseField(field, spec[field] ?? '*'))
  refuseImpossible(values)
  return { type: 'crontab', spec: written, values }
}

/** `'m h dom mon dow'`: cron's order, five fields with single spaces between them. */
export function crontabFromString(text: string): Crontab {
  const fields = text.split(' ')
  const [minute, hour, day_of_month, month_of_year, day_of_week] = fields
  if (fields.length !== 5) {
    throw new CrontabError('ValueError', `Expected 5 fields with a space between them, got ${fields.length}.`)
  }
  return crontab({ minute, hour, day_of_month, month_of_year, day_of_week })
}

/** The first run after `lastMs`, or null when there is none within 40 years. */
export function nextRunMs(cron: Crontab, lastMs: number, zone: string): number | null {
  const start = wallTime(lastMs - LONGEST_FOLD_MS, zone)
  const firstDay = Date.UTC(start.year, start.month - 1, start.day)
  for (let days = 0; days < MAX_DAYS; days++) {
    const date = new Date(firstDay + days * DAY_MS)
    if (!dateMatches(cron, date)) continue
    for (const hour of cron.values.hour) {
      if (days === 0 && hour < start.hour) continue
      const next = firstInHour(cron, date, hour, lastMs, zone)
      if (next !== null) return next
    }
  }
  return null
}

/**
 * Whether to run now. Missed runs, however many, make one. With a deadline (beat_cron_starting_deadline, seconds)
 * only when a run was due within that time.
 */
export function isCrontabDue(
  cron: Crontab,
  lastMs: number,
  nowMs: number,
  zone: string,
  deadlineSeconds: number | null = null,
): Due {
  const next = nextRunMs(cron, lastMs, zone)
  if (next === null) return { due: false, nextMs: null }
  if (next > nowMs) return { due: false, nextMs: next - nowMs }
  const following = nextRunMs(cron, nowMs, zone)
  const nextMs = following === null ? null : following - nowMs
  if (deadlineSeconds === null) return { due: true, nextMs }
  const latestAllowed = nextRunMs(cron, nowMs - deadlineSeconds * 1000 - 1, zone)
  return { due: latestAllowed !== null && latestAllowed <= nowMs, nextMs }
}

function firstInHour(cron: Crontab, date: Date, hour: number, afterMs: number, zone: string): number | null {
  // Every hour of the day means "each hour that passes"; chosen hours mean readings of the clock, once a day each.
  const bothCopies = cron.values.hour.length === 24
  let first: number | null = null
  for (const minute of cron.values.minute) {
    const instants = instantsOf(wallOf(date, hour, minute), zone)
    for (const instant of bothCopies ? instants : instants.slice(0, 1)) {
      if (instant > afterMs && (first === null || instant < first)) first = instant
    }
  }
  return first
}

function wallOf(date: Date, hour: number, minute: number): WallTime {
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate(), hour, minute }
}

function dateMatches({ values }: Crontab, date: Date): boolean {
  return (
    values.month_of_year.includes(date.getUTCMonth() + 1) &&
    values.day_of_month.includes(date.getUTCDate()) &&
    values.day_of_week.includes(date.getUTCDay())
  )
}

function refuseImpossible(values: Crontab['values']): void {
  const possible = values.month_of_year.some((month) =>
    values.day_of_month.some((day) => day <= (LONGEST_MONTH[month - 1] ?? 0)),
  )
  if (possible) return
  const days = values.day_of_month.join(', ')
  const months = values.month_of_year.join(', ')
  throw new CrontabError('ValueError', `Invalid crontab: day_of_month ${days} never occurs in month_of_year ${months}.`)
}

function textOf(spec: FieldSpec): string {
  return typeof spec === 'object' ? spec.join(',') : String(spec)
}

function fromFields<T>(make: (field: CrontabField) => T): Record<CrontabField, T> {
  const [minute, hour, dayOfWeek, dayOfMonth, monthOfYear] = CRONTAB_FIELDS
  return {
    minute: make(minute),
    hour: make(hour),
    day_of_week: make(dayOfWeek),
    day_of_month: make(dayOfMonth),
    month_of_year: make(monthOfYear),
  }
}
