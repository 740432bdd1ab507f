/**
 * JSON as Python writes and reads it (wire.md 0): `NaN`, `Infinity` and integers of any size occur in practice.
 * Safe on data from outside: nesting is capped, and a key `__proto__` stays data.
 */
import { isRecord } from './record.ts'
import { parseTolerantJson } from './tolerant-json.ts'
import { WholeFloat } from './whole-float.ts'

/** Deeper JSON parses but overflows the stack of whoever walks or writes it again. */
export const MAX_JSON_DEPTH = 200

/** An integer with 16 digits or more may not fit a double. Digits after a point or inside a name are no integer. */
const MAYBE_BIG_INTEGER = /(?:^|[\s:,[-])\d{16}/

/**
 * The value of a JSON text. Integers beyond 2^53 become `bigint`; `NaN`, `Infinity` and `-Infinity` are numbers.
 * With `exactFloats`, for values that are only passed on, `1.0` is a WholeFloat. Throws SyntaxError, also for text nested
 * deeper than 200.
 */
export function parseJson(text: string, options: { readonly exactFloats?: boolean } = {}): unknown {
  if (mayBeDeep(text) && depthOf(text) > MAX_JSON_DEPTH) {
    throw new SyntaxError(`JSON nested deeper than ${MAX_JSON_DEPTH}`)
  }
  if (options.exactFloats) return parseTolerantJson(text, true)
  if (MAYBE_BIG_INTEGER.test(text)) return parseTolerantJson(text)
  try {
    return JSON.parse(text)
  } catch {
    return parseTolerantJson(text)
  }
}

/**
 * Writes a value as JSON text: `bigint` as digits, `NaN` and the infinities as Python writes them. What JSON has no
 * word for (undefined, functions) is left out of objects and null in arrays, as in JSON.stringify.
 * Throws RangeError for a value nested deeper than 200 or in a circle.
 */
export function formatJson(value: unknown): string {
  if (fitsPlainJson(value, 0)) return JSON.stringify(value) ?? 'null'
  return write(value, 0) ?? 'null'
}

/** The same for what `prepare` makes of the value; most values are plain, and then it is not even called. */
export function formatPrepared(value: unknown, prepare: (value: unknown) => unknown): string {
  return fitsPlainJson(value, 0) ? (JSON.stringify(value) ?? 'null') : formatJson(prepare(value))
}

/** Cheap: fewer than 200 opening brackets cannot nest deeper than 200. */
function mayBeDeep(text: string): boolean {
  if (text.length <= 2 * MAX_JSON_DEPTH) return false
  let openers = 0
  for (let at = text.indexOf('{'); at !== -1; at = text.indexOf('{', at + 1)) {
    if (++openers > MAX_JSON_DEPTH) return true
  }
  for (let at = text.indexOf('['); at !== -1; at = text.indexOf('[', at + 1)) {
    if (++openers > MAX_JSON_DEPTH) return true
  }
  return false
}

const QUOTE = 0x22
const BACKSLASH = 0x5c

/** The deepest nesting of brackets outside strings. */
function depthOf(text: string): number {
  let depth = 0
  let deepest = 0
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === QUOTE) {
      for (at++; at < text.length && text.charCodeAt(at) !== QUOTE; at++) if (text.charCodeAt(at) === BACKSLASH) at++
    } else if (code === 0x7b || code === 0x5b) {
      if (++depth > deepest) deepest = depth
    } else if (code === 0x7d || code === 0x5d) depth--
  }
  return deepest
}

/** True when JSON.stringify writes what Python would: no bigint, NaN, infinity, function or instance, not too deep. */
function fitsPlainJson(value: unknown, depth: number): boolean {
  if (typeof value === 'number') return Number.isFinite(value)
  if (typeof value === 'bigint' || typeof value === 'function' || typeof value === 'symbol') return false
  if (value === null || typeof value !== 'object') return true
  if (depth >= MAX_JSON_DEPTH) return false
  if (Array.isArray(value)) {
    for (const item of value) if (!fitsPlainJson(item, depth + 1)) return false
    return true
  }
  if (!isRecord(value) || hasToJson(value)) return false
  for (const name in value) if (!fitsPlainJson(value[name], depth + 1)) return false
  return true
}

function write(given: unknown, depth: number): string | undefined {
  const value = hasToJson(given) ? given.toJSON() : given
  if (typeof value === 'bigint' || value instanceof WholeFloat) return value.toString()
  if (typeof value === 'number' && !Number.isFinite(value)) {
    return Number.isNaN(value) ? 'NaN' : value > 0 ? 'Infinity' : '-Infinity'
  }
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  if (depth >= MAX_JSON_DEPTH) throw new RangeError(`a value nested deeper than ${MAX_JSON_DEPTH} cannot be sent`)
  if (Array.isArray(value)) return `[${value.map((item) => write(item, depth + 1) ?? 'null').join(',')}]`
  const fields: string[] = []
  for (const [name, field] of Object.entries(value)) {
    const text = write(field, depth + 1)
    if (text !== undefined) fields.push(`${JSON.stringify(name)}:${text}`)
  }
  return `{${fields.join(',')}}`
}

function hasToJson(value: unknown): value is { toJSON(): unknown } {
  return typeof value === 'object' && value !== null && 'toJSON' in value && typeof value.toJSON === 'function'
}
