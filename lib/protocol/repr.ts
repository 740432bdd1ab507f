/**
 * Values as Celery shows them in argsrepr, kwargsrepr and in the `result` of events: Python's repr, cut short
 * (celery's saferepr; wire.md B2). Like there, strings are always in single quotes and only `'` is escaped: the text
 * is for people, and reading it back must allow for that (`literal.ts`).
 */
import { Decimal, PlainDate, PlainTime, Uuid } from './extended-json.ts'
import { PythonObject } from './python-object.ts'
import { isRecord } from './record.ts'
import { TimeDelta } from './time-delta.ts'
import { WholeFloat } from './whole-float.ts'

export interface ReprOptions {
  /** Characters after which it is cut, not counting closing brackets. Celery: 1024. */
  readonly maxLength?: number
  /** Nesting that is shown (`task_repr_maxlevels`). 0 = all. Celery: 3. */
  readonly maxLevels?: number
}

/** Lists for arrays, dicts for objects. Never throws. */
export function pythonRepr(value: unknown, options: ReprOptions = {}): string {
  return represent(value, options, 'list')
}

/** Positional arguments as the tuple that Python has of them: `(1,)`. */
export function argsRepr(args: readonly unknown[], options: ReprOptions = {}): string {
  return represent(args, options, 'tuple')
}

export function kwargsRepr(kwargs: Readonly<Record<string, unknown>>, options: ReprOptions = {}): string {
  return represent(kwargs, options, 'list')
}

interface Writer {
  text: string
  /** Characters that may still be written. */
  left: number
  readonly maxLevels: number
  readonly open: object[]
}

/** Thrown to end a repr that is full; `open` then says which brackets are to be closed. */
const FULL = Symbol('full')

function represent(value: unknown, options: ReprOptions, outer: 'list' | 'tuple'): string {
  const writer: Writer = { text: '', left: options.maxLength ?? 1024, maxLevels: options.maxLevels ?? 3, open: [] }
  const closers: string[] = []
  try {
    writeValue(writer, value, closers, outer)
  } catch (thrown) {
    if (thrown !== FULL) return `<Unrepresentable ${typeof value}>` // a getter or toJSON of the user's threw
    writer.text += `, ...${closers.reverse().join('')}`
  }
  return writer.text
}

function writeValue(writer: Writer, given: unknown, closers: string[], arrays: 'list' | 'tuple'): void {
  const value = sentForm(given)
  const pieces = containerOf(value, arrays)
  if (pieces === null) {
    put(writer, (left) => scalar(value, left))
    return
  }
  const [start, end, entries] = pieces
  const object = value as object // containerOf gave an answer
  const isTooDeep = writer.maxLevels > 0 && closers.length >= writer.maxLevels
  if (isTooDeep || writer.open.includes(object)) {
    put(writer, () => (isTooDeep ? `${start}...${end}` : `<Recursion on ${start === '{' ? 'dict' : 'list'}>`))
    return
  }
  put(writer, () => start)
  closers.push(end)
  writer.open.push(object)
  let first = true
  for (const [key, item] of entries) {
    if (!first) put(writer, () => ', ')
    first = false
    if (key !== NO_KEY) {
      put(writer, (left) => represent(key, { maxLength: left, maxLevels: writer.maxLevels }, 'list'))
      put(writer, () => ': ')
    }
    writeValue(writer, item, closers, 'list')
  }
  writer.open.pop()
  closers.pop()
  // A closing bracket is always written: what is cut must still be balanced.
  writer.text += end
  writer.left -= end.length
}

function put(writer: Writer, text: (left: number) => string): void {
  if (writer.left <= 0) throw FULL
  const piece = text(writer.left)
  writer.text += piece
  writer.left -= lengthOf(piece)
}

const NO_KEY = Symbol('no key')
type Entries = Iterable<readonly [unknown, unknown]>

/** Opening bracket, closing bracket and entries of what has any; null for all other values. */
function containerOf(value: unknown, arrays: 'list' | 'tuple'): readonly [string, string, Entries] | null {
  if (Array.isArray(value)) {
    const entries = value.map((item: unknown) => [NO_KEY, item] as const)
    if (arrays === 'list') return ['[', ']', entries]
    return ['(', value.length === 1 ? ',)' : ')', entries]
  }
  if (value instanceof Map) return ['{', '}', value]
  if (value instanceof Set && value.size > 0) return ['{', '}', [...value].map((item) => [NO_KEY, item] as const)]
  if (value instanceof PythonObject && value.args !== null) {
    return [`${value.name}(`, ')', value.args.map((item) => [NO_KEY, item] as const)]
  }
  if (isRecord(value)) return ['{', '}', Object.entries(value)]
  return null
}

function scalar(value: unknown, left: number): string {
  if (typeof value === 'string') return `'${truncate(value, left).replaceAll("'", "\\'")}'`
  if (value instanceof Uint8Array) return bytesRepr(value, left)
  return truncate(plainRepr(value), left)
}

function plainRepr(value: unknown): string {
  if (value === null || value === undefined) return 'None'
  if (value === true) return 'True'
  if (value === false) return 'False'
  if (typeof value === 'number') return numberRepr(value)
  if (typeof value === 'bigint' || value instanceof WholeFloat) return value.toString()
  if (value instanceof Date) return dateRepr(value)
  if (value instanceof PlainDate) return `datetime.date(${numbersOf(value.iso)})`
  if (value instanceof PlainTime) return `datetime.time(${numbersOf(value.iso)})`
  if (value instanceof Decimal) return `Decimal('${value.text}')`
  if (value instanceof Uuid) return `UUID('${value}')`
  if (value instanceof Set) return 'set()'
  if (value instanceof TimeDelta) return timeDeltaRepr(value)
  if (value instanceof PythonObject) return value.toString()
  if (typeof value === 'function') return `<function ${value.name}>`
  return `<${typeof value}>`
}

/** Whole numbers are sent as Python ints, so they look like ints. Python turns to exponents earlier than JavaScript. */
export function numberRepr(value: number): string {
  if (Number.isNaN(value)) return 'nan'
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf'
  if (Number.isInteger(value)) return String(value)
  const size = Math.abs(value)
  if (size >= 1e-4) return String(value)
  const [digits = '', exponent = ''] = value.toExponential().split('e-')
  return `${digits}e-${exponent.padStart(2, '0')}`
}

function dateRepr(date: Date): string {
  if (Number.isNaN(date.getTime())) return 'None'
  const parts = [
    date.getUTCFullYear(),
    date.getUTCMonth() + 1,
    date.getUTCDate(),
    date.getUTCHours(),
    date.getUTCMinutes(),
  ]
  const micros = date.getUTCMilliseconds() * 1000
  if (date.getUTCSeconds() > 0 || micros > 0) parts.push(date.getUTCSeconds())
  if (micros > 0) parts.push(micros)
  return `datetime.datetime(${parts.join(', ')}, tzinfo=datetime.timezone.utc)`
}

/** As Python shows it: only the parts that are not zero, by name. */
function timeDeltaRepr({ days, seconds, microseconds }: TimeDelta): string {
  const parts = Object.entries({ days, seconds, microseconds }).filter(([, value]) => value !== 0)
  return `datetime.timedelta(${parts.map(([name, value]) => `${name}=${value}`).join(', ') || '0'})`
}

function numbersOf(iso: string): string {
  return (iso.match(/\d+/g) ?? []).map(Number).join(', ')
}

function bytesRepr(bytes: Uint8Array, left: number): string {
  const cut = bytes.length > left
  const shown = cut ? bytes.subarray(0, left) : bytes
  return `b'${textOrHex(shown)}${cut ? '...' : ''}'`
}

function textOrHex(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
  }
}

/** celery.utils.text.truncate: cut at `max` characters, back to the last space, with dots. */
function truncate(text: string, max: number): string {
  if (lengthOf(text) < max) return text
  const cut = takeCharacters(text, max)
  const space = cut.lastIndexOf(' ')
  return `${space === -1 ? cut : cut.slice(0, space)}...`
}

const SURROGATE = /[\ud800-\udfff]/

/** Python counts characters, JavaScript their UTF-16 halves. */
function lengthOf(text: string): number {
  return SURROGATE.test(text) ? [...text].length : text.length
}

function takeCharacters(text: string, count: number): string {
  const head = text.slice(0, count * 2)
  return SURROGATE.test(head) ? [...head].slice(0, count).join('') : head.slice(0, count)
}

const SENT_AS_THEY_ARE: readonly (abstract new (...args: never[]) => object)[] = [
  Date,
  Uint8Array,
  PlainDate,
  PlainTime,
  TimeDelta,
  Decimal,
  Uuid,
  WholeFloat,
  Map,
  Set,
  PythonObject,
]

/** Instances of users' classes are sent as what toJSON gives, else as their fields; they are shown so too. */
function sentForm(value: unknown): unknown {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return value
  if (isRecord(value)) return typeof value['toJSON'] === 'function' ? value['toJSON']() : value
  const known = SENT_AS_THEY_ARE.some((type) => value instanceof type)
  if (known) return value
  return 'toJSON' in value && typeof value.toJSON === 'function' ? value.toJSON() : { ...value }
}
