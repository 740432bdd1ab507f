/**
 * kombu's typed JSON (wire.md B6): `{"__type__": "datetime", "__value__": "2026-01-02T03:04:05+00:00"}` and its kind,
 * at any depth of task bodies, results, events and control bodies.
 *
 * | Python            | JavaScript                                                    |
 * |-------------------|---------------------------------------------------------------|
 * | datetime          | Date; without an offset read as UTC. Written again unchanged, microseconds too |
 * | date, time        | PlainDate, PlainTime                                          |
 * | Decimal           | Decimal (its text)                                            |
 * | UUID              | Uuid                                                          |
 * | bytes             | Uint8Array                                                    |
 */
import { UmbelError } from '../errors.ts'
import { base64OfBytes, bytesOfBase64, isBase64 } from './base64.ts'
import { formatIsoTime, parseIsoTime } from './iso-time.ts'
import { formatPrepared } from './json.ts'
import { PythonObject } from './python-object.ts'
import { isRecord, setField } from './record.ts'
import { TimeDelta } from './time-delta.ts'
import { WholeFloat } from './whole-float.ts'

/** A calendar day, `2024-01-02`. */
export class PlainDate {
  readonly iso: string
  constructor(iso: string) {
    this.iso = iso
  }
  toString(): string {
    return this.iso
  }
}

/** A time of day, `01:02:03.000004` with an offset or without. */
export class PlainTime {
  readonly iso: string
  constructor(iso: string) {
    this.iso = iso
  }
  toString(): string {
    return this.iso
  }
}

/** A decimal number as its digits, since a JavaScript number would round it. */
export class Decimal {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
  toString(): string {
    return this.text
  }
}

/** A UUID; `toString` has the dashes, `hex` has none. */
export class Uuid {
  readonly hex: string
  constructor(hex: string) {
    this.hex = hex.replaceAll('-', '').toLowerCase()
  }
  toString(): string {
    return this.hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.*)$/, '$1-$2-$3-$4-$5')
  }
}

/** What a Date was read from, so that its microseconds and its offset survive being sent on. */
const sources = new WeakMap<Date, { readonly text: string; readonly ms: number }>()

const MAX_DEPTH = 200

/**
 * Turns typed objects into their JavaScript values, at any depth. Gives back the same value where there is nothing to
 * turn. A type that is not known, or a text that is none of its type, stays plain data: showing it beats losing it.
 */
export function decodeExtended(value: unknown): unknown {
  return decode(value, 0)
}

/**
 * The reverse, for sending: dates, bytes, Decimal, Uuid become typed objects; a Map becomes an object; `toJSON` is
 * honoured. Throws `message/invalid` for what has no JSON form that Python reads (Set, function, symbol, circle).
 */
export function encodeExtended(value: unknown): unknown {
  return encode(value, 0)
}

/** The JSON text of `encodeExtended`. Throws as it does, and as `formatJson`. */
export function formatExtendedJson(value: unknown): string {
  return formatPrepared(value, encodeExtended)
}

function decode(value: unknown, depth: number): unknown {
  if (value === null || typeof value !== 'object' || depth > MAX_DEPTH) return value
  if (Array.isArray(value)) {
    let copy: unknown[] | null = null
    for (let index = 0; index < value.length; index++) {
      const item = decode(value[index], depth + 1)
      if (item !== value[index]) copy ??= value.slice()
      if (copy !== null) copy[index] = item
    }
    return copy ?? value
  }
  if (!isRecord(value)) return value
  return decodeRecord(value, depth)
}

function decodeRecord(value: Record<string, unknown>, depth: number): unknown {
  const names = Object.keys(value)
  if (names.length === 2 && Object.hasOwn(value, '__type__') && Object.hasOwn(value, '__value__')) {
    const known = decodeTyped(value['__type__'], value['__value__'])
    if (known !== undefined) return known
  }
  let copy: Record<string, unknown> | null = null
  for (const name of names) {
    const field = decode(value[name], depth + 1)
    if (field === value[name]) continue
    copy ??= { ...value }
    setField(copy, name, field)
  }
  return copy ?? value
}

const DECIMAL =
  /^[+-]?(\d{1,1000}(\.\d{0,1000})?|\.\d{1,1000})([eE][+-]?\d{1,9})?$|^[+-]?(inf|infinity|s?nan\d{0,20})$/i

function decodeTyped(type: unknown, value: unknown): unknown {
  if (type === 'uuid') {
    const hex = isRecord(value) ? value['hex'] : null
    return typeof hex === 'string' && /^[\da-f-]{32,36}$/i.test(hex) ? new Uuid(hex) : undefined
  }
  if (typeof value !== 'string') return undefined
  switch (type) {
    case 'datetime':
      return dateOfIso(value)
    case 'date':
      return /^\d{4}-\d\d-\d\d/.test(value) ? new PlainDate(value.slice(0, 10)) : undefined
    case 'time':
      return /^\d\d(:\d\d){0,2}(\.\d{1,6})?([+-]\d\d:?\d\d|Z)?$/.test(value) ? new PlainTime(value) : undefined
    case 'decimal':
      return decimalOf(value)
    case 'bytes':
      return new TextEncoder().encode(value)
    case 'base64':
      return isBase64(value) ? Uint8Array.from(bytesOfBase64(value)) : undefined
  }
  return undefined
}

/** Undefined for a text that Python's Decimal refuses, or that is longer than anybody means. */
export function decimalOf(text: string): Decimal | undefined {
  return DECIMAL.test(text) ? new Decimal(text) : undefined
}

/** The Date of an ISO text, which `isoOfDate` gives back as it was. Undefined for what is no time. */
export function dateOfIso(text: string): Date | undefined {
  const ms = parseIsoTime(text)
  if (ms === null) return undefined
  const date = new Date(ms)
  sources.set(date, { text, ms })
  return date
}

function typed(type: string, value: unknown): object {
  return { __type__: type, __value__: value }
}

function encode(value: unknown, depth: number): unknown {
  if (value === null) return value
  if (typeof value === 'function' || typeof value === 'symbol') throw unsendable(`a ${typeof value}`)
  if (typeof value !== 'object') return value
  if (depth > MAX_DEPTH) throw unsendable(`a value nested deeper than ${MAX_DEPTH}, or in a circle`)
  if (Array.isArray(value)) {
    let copy: unknown[] | null = null
    for (let index = 0; index < value.length; index++) {
      const item = encode(value[index], depth + 1)
      if (item !== value[index]) copy ??= value.slice()
      if (copy !== null) copy[index] = item
    }
    return copy ?? value
  }
  if (!isRecord(value) || typeof value['toJSON'] === 'function') return encodeInstance(value, depth)
  let copy: Record<string, unknown> | null = null
  for (const name of Object.keys(value)) {
    const field = encode(value[name], depth + 1)
    if (field === value[name]) continue
    copy ??= { ...value }
    setField(copy, name, field)
  }
  return copy ?? value
}

function encodeInstance(value: object, depth: number): unknown {
  if (value instanceof WholeFloat) return value
  if (value instanceof Date) return typed('datetime', isoOfDate(value))
  if (value instanceof Uint8Array) return encodeBytes(value)
  if (value instanceof PlainDate) return typed('date', value.iso)
  if (value instanceof PlainTime) return typed('time', value.iso)
  if (value instanceof Decimal) return typed('decimal', value.text)
  if (value instanceof Uuid) return typed('uuid', { hex: value.hex })
  if (value instanceof Map) {
    const record: Record<string, unknown> = {}
    for (const [name, field] of value) setField(record, String(name), field)
    return encode(record, depth + 1)
  }
  if (value instanceof Set) throw unsendable('a Set')
  if (value instanceof TimeDelta) throw unsendable('a timedelta')
  if (value instanceof PythonObject) throw unsendable(`an object of Python's ${value.name}`)
  if ('toJSON' in value && typeof value.toJSON === 'function') return encode(value.toJSON(), depth + 1)
  return encode({ ...value }, depth + 1)
}

/**
 * The text it came as, unless somebody changed it since; else UTC as Python's isoformat writes it.
 * Throws `message/invalid` for an invalid Date.
 */
export function isoOfDate(date: Date): string {
  const ms = date.getTime()
  if (Number.isNaN(ms)) throw unsendable('an invalid Date')
  const source = sources.get(date)
  return source?.ms === ms ? source.text : formatIsoTime(ms)
}

/** kombu sends bytes that are UTF-8 as text, all others as base64. */
function encodeBytes(bytes: Uint8Array): object {
  try {
    return typed('bytes', new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes))
  } catch {
    return typed('base64', base64OfBytes(bytes))
  }
}

/** The error for a value that a serializer has no form for. */
export function unsendable(what: string): UmbelError {
  return new UmbelError('message/invalid', { reason: `${what} cannot be sent`, expected: 'a value that JSON has' })
}
