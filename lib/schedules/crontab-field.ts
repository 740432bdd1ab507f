/** One field of a crontab as Celery reads it: the grammar, the limits and the texts of its errors. */
import { UmbelError } from '../errors.ts'

export const CRONTAB_FIELDS = ['minute', 'hour', 'day_of_week', 'day_of_month', 'month_of_year'] as const
export type CrontabField = (typeof CRONTAB_FIELDS)[number]

/** What a user may write: `'*' + '/15'`, `7`, `[0, 30]`, `'mon-fri'`, `['mon', 'fri']`. */
export type FieldSpec = string | number | readonly (number | string)[] | ReadonlySet<number | string>

export const LIMITS: Readonly<Record<CrontabField, readonly [low: number, high: number]>> = {
  minute: [0, 59],
  hour: [0, 23],
  day_of_week: [0, 6],
  day_of_month: [1, 31],
  month_of_year: [1, 12],
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat']

/** The class that Celery raises for the same text. */
export type CrontabErrorKind = 'ParseException' | 'ValueError' | 'TypeError'

/** A crontab that cannot be read. `facts.reason` is Celery's own sentence. */
export class CrontabError extends UmbelError<'schedule/invalid'> {
  readonly kind: CrontabErrorKind

  constructor(kind: CrontabErrorKind, reason: string, field: string, value: string, expected: string) {
    super('schedule/invalid', { field, value, reason, expected })
    this.kind = kind
  }
}

/** What is wrong with a part; parseField adds where it stands. */
class PartError extends Error {
  readonly kind: CrontabErrorKind

  constructor(kind: CrontabErrorKind, message: string) {
    super(message)
    this.kind = kind
  }
}

/** How a field is written when it is kept: always as text. */
export function textOf(spec: FieldSpec): string {
  return typeof spec === 'object' ? [...spec].join(',') : String(spec)
}

/** The same few texts fill a schedule of 100,000 entries: they share their values. The bound is for hostile ones. */
const MAX_READ = 2000
const read = new Map<string, readonly number[]>()

/** The values a field stands for, ascending. Throws CrontabError, which names field, value and range. */
export function parseField(field: CrontabField, spec: FieldSpec): readonly number[] {
  if (typeof spec !== 'string') return readField(field, spec)
  const key = `${field} ${spec}`
  const known = read.get(key)
  if (known !== undefined) return known
  const values = Object.freeze(readField(field, spec))
  if (read.size >= MAX_READ) read.clear()
  read.set(key, values)
  return values
}

function readField(field: CrontabField, spec: FieldSpec): readonly number[] {
  const [low, high] = LIMITS[field]
  try {
    const values = typeof spec === 'string' ? valuesOfText(spec, low, high) : valuesOfData(spec, low, high)
    return [...new Set(values)].sort((a, b) => a - b)
  } catch (error) {
    if (!(error instanceof PartError)) throw error
    throw new CrontabError(error.kind, error.message, field, pythonText(spec), `${low} to ${high}${NAMES[field] ?? ''}`)
  }
}

/** Week days as cron reads them, 7 being Sunday too, in a form that Celery reads: `5-7` becomes 0,5,6. */
export function withSundayAs7(text: string): string {
  try {
    const days = valuesOfText(text, 0, 7)
    return days.includes(7) && /7/.test(text) ? [...new Set(days.map((day) => day % 7))].sort().join(',') : text
  } catch {
    return text
  }
}

const NAMES: Readonly<Partial<Record<CrontabField, string>>> = {
  day_of_week: ' (0 is Sunday) or sun to sat',
  month_of_year: ' or jan to dec',
}

function valuesOfText(spec: string, low: number, high: number): readonly number[] {
  return spec.split(',').flatMap((part) => parsePart(part, low, high))
}

function valuesOfData(spec: Exclude<FieldSpec, string>, low: number, high: number): readonly number[] {
  if (typeof spec === 'object' && spec !== null && Symbol.iterator in spec) {
    const members = [...spec]
    if (members.length === 0) throw new PartError('ParseException', 'empty part')
    return members.flatMap((member) => {
      return typeof member === 'string' ? valuesOfText(member, low, high) : [checked(member, low, high)]
    })
  }
  if (typeof spec === 'number') return [checked(spec, low, high)]
  throw new PartError('TypeError', 'A field has to be a number, a text or a list of them.')
}

/** Celery's check of what is not text. */
function checked(value: number, low: number, high: number): number {
  if (Number.isInteger(value) && value >= low && value <= high) return value
  throw new PartError('ValueError', `Invalid crontab pattern.  Valid range is ${low}-${high}. '${value}' was found.`)
}

/** Celery's patterns only have to match from the left: `1-5!` is `1-5`. */
const RANGE_STEPS = /^([\p{L}\p{N}_]+?)-([\p{L}\p{N}_]+)\/([\p{L}\p{N}_]+)?/u
const RANGE = /^([\p{L}\p{N}_]+?)-([\p{L}\p{N}_]+)/u
const STAR_STEPS = /^\*\/([\p{L}\p{N}_]+)?/u
const STAR = /^\*\n?$/

function parsePart(part: string, low: number, high: number): readonly number[] {
  if (part === '') throw new PartError('ParseException', 'empty part')

  const rangeSteps = RANGE_STEPS.exec(part)
  if (rangeSteps !== null) {
    const [, from = '', to = '', step = ''] = rangeSteps
    if (step === '') throw new PartError('ParseException', 'empty filter')
    return everyNth(rangeOf(from, to, low, high), step)
  }
  const range = RANGE.exec(part)
  if (range !== null) return rangeOf(range[1] ?? '', range[2] ?? '', low, high)
  const starSteps = STAR_STEPS.exec(part)
  if (starSteps !== null) {
    if (starSteps[1] === undefined) throw new PartError('ParseException', 'empty filter')
    return everyNth(run(low, high), starSteps[1])
  }
  return STAR.test(part) ? run(low, high) : [numberOf(part, low, high)]
}

/** From `from` to `to`, over the end of the field when `to` is the smaller: 55-5 is 55 to 59 and 0 to 5. */
function rangeOf(fromText: string, toText: string, low: number, high: number): readonly number[] {
  const from = numberOf(fromText, low, high)
  const to = numberOf(toText, low, high)
  return from <= to ? run(from, to) : [...run(from, high), ...run(low, to)]
}

function run(from: number, to: number): readonly number[] {
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index)
}

/** Counted along the range as written, so that 58-2/2 is 58, 0, 2. */
function everyNth(values: readonly number[], text: string): readonly number[] {
  const step = pythonInt(text)
  if (step === null) throw new PartError('ValueError', `invalid literal for int() with base 10: ${pythonText(text)}`)
  if (step === 0) throw new PartError('ValueError', 'slice step cannot be zero')
  return values.filter((_, index) => index % step === 0)
}

/** Digits, or a name by its first three letters. Celery looks at months first, in every field. */
function numberOf(text: string, low: number, high: number): number {
  if (text.startsWith('-')) throw new PartError('ParseException', 'negative numbers not supported')
  const value = pythonInt(text) ?? namedValue(text)
  if (value === null) throw new PartError('ValueError', `Invalid weekday literal ${pythonText(text)}.`)
  if (value > high) throw new PartError('ValueError', `Invalid end range: ${value} > ${high}.`)
  if (value < low) throw new PartError('ValueError', `Invalid beginning range: ${value} < ${low}.`)
  return value
}

function namedValue(text: string): number | null {
  const name = text.slice(0, 3).toLowerCase()
  const month = MONTHS.indexOf(name)
  if (month >= 0) return month + 1
  const weekday = WEEKDAYS.indexOf(name)
  return weekday < 0 ? null : weekday
}

/** What int() takes: digits with a sign, single underscores and space around. */
function pythonInt(text: string): number | null {
  return /^\s*[+-]?\d+(_\d+)*\s*$/.test(text) ? Number(text.replaceAll('_', '')) : null
}

/** As Python's repr shows it, since Celery's sentences hold it. */
export function pythonText(value: unknown): string {
  if (typeof value === 'string') {
    const quote = value.includes("'") && !value.includes('"') ? '"' : "'"
    const body = value.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('\t', '\\t')
    return `${quote}${quote === "'" ? body.replaceAll("'", "\\'") : body}${quote}`
  }
  if (value instanceof Set) return `{${[...value].map(pythonText).join(', ')}}`
  if (Array.isArray(value)) return `[${value.map(pythonText).join(', ')}]`
  return String(value)
}
