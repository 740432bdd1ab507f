/** What an option of a task or of a call may be, for programs that types do not hold back (plain JavaScript, `as any`). */
import { nearestWord } from '../errors/nearest-word.ts'
import { UmbelError } from '../errors.ts'
import { COMPRESSION_NAMES, isCompression } from '../protocol/compression/compression.ts'
import { isContentName } from '../protocol/serialization/serializers.ts'

export interface OptionKind {
  /** For the message of a fault: "a whole number, 0 or more". */
  readonly expected: string
  takes(value: unknown): boolean
}

export type OptionKinds = Readonly<Record<string, OptionKind>>

function kind(expected: string, takes: (value: unknown) => boolean): OptionKind {
  return { expected, takes }
}

/** Celery's None: for most options it says "as if it were not given". */
export function orNone({ expected, takes }: OptionKind): OptionKind {
  return kind(`${expected}, or null`, (value) => value === null || takes(value))
}

export const FLAG = kind('true or false', (value) => typeof value === 'boolean')
export const TEXT = kind('a text', (value) => typeof value === 'string' && value !== '')
export const ANY_TEXT = kind('a text', (value) => typeof value === 'string')
export const NUMBER = kind('a number', (value) => typeof value === 'number')
export const FINITE = kind('a number', (value) => typeof value === 'number' && Number.isFinite(value))
export const COUNT = kind(
  'a whole number, 0 or more',
  (value) => typeof value === 'number' && Number.isInteger(value) && value >= 0,
)
export const SECONDS = kind(
  'seconds as a number, 0 or more',
  (value) => typeof value === 'number' && Number.isFinite(value) && value >= 0,
)
export const FLAG_OR_SECONDS = kind(
  'true, false or seconds as a number',
  (value) => FLAG.takes(value) || SECONDS.takes(value),
)
export const PRIORITY = kind(
  'a whole number from 0 to 255',
  (value) => COUNT.takes(value) && typeof value === 'number' && value <= 255,
)
export const DELIVERY_MODE = kind('1 or 2', (value) => value === 1 || value === 2)
export const EXCHANGE_TYPE = kind(
  "'direct', 'topic' or 'fanout'",
  (value) => value === 'direct' || value === 'topic' || value === 'fanout',
)
export const SERIALIZER = kind(
  'json, yaml, msgpack, pickle, auth or raw',
  (value) => typeof value === 'string' && isContentName(value),
)
/** '' is none, as in the settings. */
export const COMPRESSION = kind(
  COMPRESSION_NAMES.join(', '),
  (value) => typeof value === 'string' && (value === '' || isCompression(value)),
)
export const RECORD = kind('an object', isObject)
export const TEXTS = kind('a list of texts', (value) => Array.isArray(value) && value.every(TEXT.takes))
export const FUNCTION = kind('a function', (value) => typeof value === 'function')
export const MOMENT = kind('a Date or a time as ISO text', (value) => value instanceof Date || TEXT.takes(value))
export const DATE = kind('a Date', (value) => value instanceof Date && !Number.isNaN(value.getTime()))
export const SECONDS_OR_DATE = kind(
  'seconds as a number, or a Date',
  (value) => FINITE.takes(value) || DATE.takes(value),
)
export const SECONDS_OR_MOMENT = kind(
  'seconds as a number, a Date, or a time as ISO text',
  (value) => NUMBER.takes(value) || MOMENT.takes(value),
)
export const ERRORS = kind(
  'a list of error classes or their names',
  (value) => Array.isArray(value) && value.every((one) => FUNCTION.takes(one) || TEXT.takes(one)),
)
/** `10/m`, `5/s`, `1/h`, `5`, or a number; '' and 0 are "no limit". */
export const RATE = kind("a rate such as '10/m'", (value) =>
  typeof value === 'string' ? /^\s*(\d+\.?\d*|\.\d+)?\s*(\/[smh]?)?$/.test(value) : SECONDS.takes(value),
)
export const SIGNATURE = kind('a signature such as add.s(2)', isSignature)
export const SIGNATURES = kind(
  'a signature such as add.s(2), or a list of them',
  (value) => isSignature(value) || (Array.isArray(value) && value.every(isSignature)),
)

/** A task as it is (`link: add`) is none, and would not be sent. */
function isSignature(value: unknown): boolean {
  return isObject(value) && 'task' in Object(value)
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/**
 * Options that cannot be meant: Celery would take them for properties of the message, or never look at them.
 * Throws option/unknown or option/invalid, which name whose option it is, its value, and the nearest name.
 */
export function checkOptions(whose: string, options: object, kinds: OptionKinds): void {
  for (const [name, value] of Object.entries(options)) {
    const row = Object.hasOwn(kinds, name) ? kinds[name] : undefined
    if (row === undefined) throw unknownOption(whose, name, value, kinds)
    if (value !== undefined && !row.takes(value)) {
      throw new UmbelError('option/invalid', {
        option: `${name} of ${whose}`,
        value: shown(value),
        expected: row.expected,
      })
    }
  }
}

function unknownOption(whose: string, name: string, value: unknown, kinds: OptionKinds): UmbelError {
  const nearest = nearestWord(name.replaceAll('_', ''), Object.keys(kinds))
  return new UmbelError('option/unknown', { option: `${name} of ${whose} (${shown(value)})`, nearest })
}

function shown(value: unknown): string {
  if (typeof value === 'string') return value.slice(0, 100)
  if (typeof value === 'number') return String(value)
  if (typeof value === 'function') return value.name === '' ? 'a function' : `function ${value.name}`
  try {
    return (JSON.stringify(value) ?? String(value)).slice(0, 100)
  } catch {
    return Object.prototype.toString.call(value) // one that holds itself
  }
}
