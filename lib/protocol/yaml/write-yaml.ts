/**
 * Writes plain data as one line of YAML 1.1 that PyYAML's safe loader reads: flow style, texts in double quotes, so
 * that nothing can be mistaken for something else.
 */
import { base64OfBytes } from '../base64.ts'
import { Decimal, isoOfDate, PlainDate, PlainTime, Uuid, unsendable } from '../extended-json.ts'
import { checkDepth, dictEntries, hasToJson, sentForm } from '../plain-parts.ts'
import { TimeDelta } from '../time-delta.ts'
import { WholeFloat } from '../whole-float.ts'

/** PyYAML looks for the end of a key without a mark in 1024 characters only. */
const MAX_PLAIN_KEY = 1000

/**
 * Whole numbers become ints. Throws `message/invalid` for what PyYAML's safe dumper cannot write either: times without
 * a day, decimals, UUIDs, time spans.
 */
export function writeYaml(value: unknown): string {
  return `${write(value, 0)}\n`
}

function write(value: unknown, depth: number): string {
  switch (typeof value) {
    case 'string':
      return quoted(value)
    case 'number':
      return Number.isSafeInteger(value) ? String(value) : floatText(value)
    case 'bigint':
    case 'boolean':
      return String(value)
    case 'undefined':
      return 'null'
    case 'object':
      return value === null ? 'null' : writeObject(value, depth)
  }
  throw unsendable(`a ${typeof value}`)
}

const WITHOUT_FORM = [PlainTime, TimeDelta, Decimal, Uuid]

function writeObject(value: object, depth: number): string {
  checkDepth(depth)
  if (Array.isArray(value)) return `[${value.map((item) => write(item, depth + 1)).join(', ')}]`
  if (value instanceof Uint8Array) return `!!binary "${base64OfBytes(value)}"`
  if (value instanceof WholeFloat) return floatText(value.value)
  if (value instanceof Date) return `!!timestamp "${isoOfDate(value)}"`
  if (value instanceof PlainDate) return `!!timestamp ${quoted(value.iso)}`
  if (value instanceof Set)
    return `!!set ${writeDict(
      [...value].map((item) => [item, null] as const),
      depth,
    )}`
  const withoutForm = WITHOUT_FORM.find((type) => value instanceof type)
  if (withoutForm !== undefined) throw unsendable(`a ${withoutForm.name} in YAML`)
  const entries = hasToJson(value) ? null : dictEntries(value)
  return entries === null ? write(sentForm(value), depth + 1) : writeDict(entries, depth)
}

function writeDict(entries: readonly (readonly [unknown, unknown])[], depth: number): string {
  const pairs = entries.map(([key, item]) => {
    const name = write(key, depth + 1)
    const isSimple = typeof key !== 'object' && name.length <= MAX_PLAIN_KEY
    return `${isSimple ? name : `? ${name} `}: ${write(item, depth + 1)}`
  })
  return `{${pairs.join(', ')}}`
}

/** YAML 1.1 wants a point, and a sign in the exponent: `1.0e+22`. */
function floatText(value: number): string {
  if (Number.isNaN(value)) return '.nan'
  if (!Number.isFinite(value)) return value > 0 ? '.inf' : '-.inf'
  const [digits = '', exponent] = (Object.is(value, -0) ? '-0' : String(value)).split('e')
  const mantissa = digits.includes('.') ? digits : `${digits}.0`
  return exponent === undefined ? mantissa : `${mantissa}e${exponent}`
}

/** JSON's escapes are YAML's; besides, what YAML takes for a line break or refuses as not printable. */
function quoted(text: string): string {
  return JSON.stringify(text).replace(NOT_PRINTABLE, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

const NOT_PRINTABLE = /[\u007f-\u00a0\u2028\u2029\ufeff\ufffe\uffff]/g
