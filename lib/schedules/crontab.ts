/** crontab(minute, hour, day_of_week, day_of_month, month_of_year) as Celery 5.7 has it: all fields must match. */
import {
  CRONTAB_FIELDS,
  CrontabError,
  type CrontabField,
  type FieldSpec,
  parseField,
  pythonText,
  textOf,
  withSundayAs7,
} from './crontab-field.ts'
import { nextAsCelery, nextRunMs } from './crontab-next.ts'
import type { Due } from './due.ts'
import { type Fires, firing } from './fires.ts'
import { readZone } from './read-zone.ts'

/** The fields by our names or by Celery's; `'*'` for those that are left out. */
export interface CrontabSpec {
  readonly minute?: FieldSpec | undefined
  readonly hour?: FieldSpec | undefined
  readonly dayOfWeek?: FieldSpec | undefined
  readonly dayOfMonth?: FieldSpec | undefined
  readonly monthOfYear?: FieldSpec | undefined
  readonly day_of_week?: FieldSpec | undefined
  readonly day_of_month?: FieldSpec | undefined
  readonly month_of_year?: FieldSpec | undefined
}

export interface CrontabOptions {
  /** A name of the IANA data base (`'Europe/Berlin'`); the application's own zone when it is left out. */
  readonly timezone?: string | null | undefined
}

export interface Crontab {
  readonly type: 'crontab'
  /** As written, for showing and storing. */
  readonly spec: Readonly<Record<CrontabField, string>>
  readonly values: Readonly<Record<CrontabField, readonly number[]>>
  /** Its own zone; null = the application's. */
  readonly timezone: string | null
}

const OUR_NAMES: Readonly<Record<CrontabField, keyof CrontabSpec>> = {
  minute: 'minute',
  hour: 'hour',
  day_of_week: 'dayOfWeek',
  day_of_month: 'dayOfMonth',
  month_of_year: 'monthOfYear',
}
const KNOWN_NAMES: ReadonlySet<string> = new Set([...CRONTAB_FIELDS, ...Object.values(OUR_NAMES)])
const LONGEST_MONTH = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

function crontabOf(spec: CrontabSpec = {}, options: CrontabOptions = {}): Crontab & Fires {
  const given = fieldsOf(spec)
  const values = fromFields((field) => parseField(field, given[field]))
  refuseImpossible(values, given)
  return made({
    type: 'crontab',
    spec: fromFields((field) => textOf(given[field])),
    values,
    timezone: readZone(options.timezone),
  })
}

/**
 * `'m h dom mon dow'`: cron's order, five fields with single spaces between them. Here 7 is Sunday too, as in cron;
 * it is kept in a form that Celery reads as well.
 */
export function crontabFromString(text: string, options: CrontabOptions = {}): Crontab & Fires {
  const fields = text.split(' ')
  const [minute, hour, dayOfMonth, monthOfYear, dayOfWeek = '*'] = fields
  if (fields.length !== 5) {
    const reason = `Expected 5 fields with a space between them, got ${fields.length}.`
    throw new CrontabError('ValueError', reason, 'crontab', pythonText(text), 'minute hour day month weekday')
  }
  return crontabOf({ minute, hour, dayOfMonth, monthOfYear, dayOfWeek: withSundayAs7(dayOfWeek) }, options)
}

/** Throws CrontabError for a field that cannot be read and for dates that no year has (31 February). */
export const crontab = Object.assign(crontabOf, { fromString: crontabFromString })

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

/** `30 2 * * mon-fri`: what `crontab.fromString` reads. */
export function crontabText({ spec }: Crontab): string {
  return `${spec.minute} ${spec.hour} ${spec.day_of_month} ${spec.month_of_year} ${spec.day_of_week}`
}

function made(cron: Crontab): Crontab & Fires {
  return firing(cron, (afterMs, zone) => nextAsCelery(cron, afterMs, zone))
}

function fieldsOf(spec: CrontabSpec): Record<CrontabField, FieldSpec> {
  if (typeof spec !== 'object' || spec === null) {
    const reason = 'A crontab is made of its fields by name; a line is read by crontab.fromString.'
    throw new CrontabError('TypeError', reason, 'crontab', JSON.stringify(spec), "{ minute: 0, hour: '*/2' }")
  }
  for (const name of Object.keys(spec)) {
    if (KNOWN_NAMES.has(name)) continue
    const known = Object.values(OUR_NAMES).join(', ')
    throw new CrontabError('TypeError', `A crontab has no field ${name}.`, 'crontab', name, known)
  }
  const given = fromFields((field) => spec[field] ?? spec[OUR_NAMES[field]] ?? '*')
  return { ...given, day_of_week: sundayOfNumbers(given.day_of_week) }
}

/** The number 7 is Sunday, as in cron. Celery's texts know 0 to 6 only, and stay as they are there. */
function sundayOfNumbers(spec: FieldSpec): FieldSpec {
  if (spec === 7) return 0
  return typeof spec === 'object' ? [...spec].map((value) => (value === 7 ? 0 : value)) : spec
}

function refuseImpossible(values: Crontab['values'], given: Readonly<Record<CrontabField, FieldSpec>>): void {
  const possible = values.month_of_year.some((month) =>
    values.day_of_month.some((day) => day <= (LONGEST_MONTH[month - 1] ?? 0)),
  )
  if (possible) return
  const [day, month] = [pythonText(given.day_of_month), pythonText(given.month_of_year)]
  const reason = `Invalid crontab: day_of_month ${day} never occurs in month_of_year ${month}.`
  throw new CrontabError('ValueError', reason, 'day_of_month', day, 'a day that one of the months has')
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
