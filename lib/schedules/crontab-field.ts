/** One field of a crontab as Celery reads it: the grammar, the limits and the texts of its errors. */

export const CRONTAB_FIELDS = ['minute', 'hour', 'day_of_week', 'day_of_month', 'month_of_year'] as const
export type CrontabField = (typeof CRONTAB_FIELDS)[number]

/** What a user may write: `'*' + '/15'`, `7`, `[0, 30]`, `'mon-fri'`. */
export type FieldSpec = string | number | readonly number[]

const LIMITS: Readonly<Record<CrontabField, readonly [low: number, high: number]>> = {
  minute: [0, 59],
  hour: [0, 23],
  day_of_week: [0, 6],
  day_of_month: [1, 31],
  month_of_year: [1, 12],
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat']

/** A field that cannot be read. `kind` is the class that Celery raises for the same text. */
export class CrontabError extends Error {
  readonly kind: 'ParseException' | 'ValueError'

  constructor(kind: 'ParseException' | 'ValueError', message: string) {
    super(message)
    this.name = 'CrontabError'
    this.kind = kind
  }
}

/** The values a field stands for, ascending. Throws CrontabError. */
export function parseField(field: CrontabField, spec: FieldSpec): readonly number[] {
  const [low, high] = LIMITS[field]
  const values =
    typeof spec === 'string' ? spec.split(',').flatMap((part) => parsePart(part, low, high)) : numbersOf(spec)
  if (values.length === 0) throw new CrontabError('ParseException', 'empty part')
  const sorted = [...new Set(values)].sort((a, b) => a - b)
  const [first = low, last = high] = [sorted[0], sorted.at(-1)]
  if (last > high) throw new CrontabError('ValueError', `Invalid end range: ${last} > ${high}.`)
  if (first < low) throw new CrontabError('ValueError', `Invalid beginning range: ${first} < ${low}.`)
  return sorted
}

function numbersOf(spec: number | readonly number[]): readonly number[] {
  const values = typeof spec === 'number' ? [spec] : spec
  const odd = values.find((value) => !Number.isInteger(value))
  if (odd !== undefined) throw new CrontabError('ValueError', `Invalid weekday literal '${odd}'.`)
  return values
}

function parsePart(part: string, low: number, high: number): readonly number[] {
  if (part === '') throw new CrontabError('ParseException', 'empty part')

  const range = /^(?:(\*)|(\w+)-(\w+))(?:\/(\w*))?$/.exec(part)
  const [, star, from, to, step] = range ?? []
  if (range === null) {
    if (part.startsWith('-')) throw new CrontabError('ParseException', 'negative numbers not supported')
    return [numberOf(part, low, high)]
  }
  const all =
    star === '*'
      ? wrapped(low, high, low, high)
      : wrapped(numberOf(from, low, high), numberOf(to, low, high), low, high)
  return step === undefined ? all : everyNth(all, step)
}

/** From `from` to `to`, over the end of the field when `to` is the smaller: 55-5 is 55 to 59 and 0 to 5. */
function wrapped(from: number, to: number, low: number, high: number): readonly number[] {
  const run = (a: number, b: number) => Array.from({ length: Math.max(0, b - a + 1) }, (_, index) => a + index)
  return from <= to ? run(from, to) : [...run(from, high), ...run(low, to)]
}

/** Counted along the range as written, so that 58-2/2 is 58, 0, 2. */
function everyNth(values: readonly number[], text: string): readonly number[] {
  if (text === '') throw new CrontabError('ParseException', 'empty filter')
  if (!/^\d+$/.test(text)) throw new CrontabError('ValueError', `invalid literal for int() with base 10: '${text}'`)
  const step = Number(text)
  if (step === 0) throw new CrontabError('ValueError', 'slice step cannot be zero')
  return values.filter((_, index) => index % step === 0)
}

/** Digits, or a name by its first three letters. Celery looks at months first, in every field. */
function numberOf(text = '', low: number, high: number): number {
  if (/^\d+$/.test(text)) {
    const value = Number(text)
    if (value > high) throw new CrontabError('ValueError', `Invalid end range: ${value} > ${high}.`)
    if (value < low) throw new CrontabError('ValueError', `Invalid beginning range: ${value} < ${low}.`)
    return value
  }
  const name = text.slice(0, 3).toLowerCase()
  const month = MONTHS.indexOf(name)
  if (month >= 0) return month + 1
  const weekday = WEEKDAYS.indexOf(name)
  if (weekday < 0) throw new CrontabError('ValueError', `Invalid weekday literal '${text}'.`)
  return weekday
}
