/**
 * The check after decoding a format in which one value can be used in several places (pickle's memo, YAML's aliases):
 * nested doubling makes a few bytes into a value that nobody can walk ("billion laughs"), and a value may hold itself.
 */
import { MAX_JSON_DEPTH } from './json.ts'
import { PythonObject } from './python-object.ts'
import { isRecord } from './record.ts'

/** Every message may become this large when all shared parts are written out. */
const MIN_EXPANDED = 1_000_000
/** Characters of text that weigh as much as one element. */
const TEXT_UNIT = 16

/** Height and expanded size of a container; null while it is being looked at. */
type Measured = { readonly height: number; readonly size: number } | null

/**
 * Throws SyntaxError for a value that holds itself, is nested deeper than JSON may be, or becomes larger than
 * 1,000,000 elements and four per byte of its encoded form.
 */
export function assertBounded(value: unknown, encodedBytes: number): void {
  measure(value, 0, { seen: new Map(), limit: Math.max(MIN_EXPANDED, encodedBytes * 4) })
}

interface Walk {
  readonly seen: Map<object, Measured>
  readonly limit: number
}

const LEAF = { height: 0, size: 1 } as const

function measure(value: unknown, depth: number, walk: Walk): NonNullable<Measured> {
  if (typeof value === 'string' || value instanceof Uint8Array) {
    return value.length < TEXT_UNIT ? LEAF : { height: 0, size: value.length / TEXT_UNIT }
  }
  if (typeof value !== 'object' || value === null) return LEAF
  const parts = partsOf(value)
  if (parts === null) return LEAF
  const known = walk.seen.get(value)
  if (known === null) throw new SyntaxError('a value that holds itself')
  if (known !== undefined) {
    if (depth + known.height > MAX_JSON_DEPTH) throw tooDeep()
    return known
  }
  if (depth >= MAX_JSON_DEPTH) throw tooDeep()
  walk.seen.set(value, null)
  let height = 0
  let size = 1
  for (const part of parts) {
    const measured = measure(part, depth + 1, walk)
    height = Math.max(height, measured.height + 1)
    size += measured.size
    if (size > walk.limit) throw new SyntaxError(`a value of more than ${walk.limit} elements`)
  }
  const found = { height, size }
  walk.seen.set(value, found)
  return found
}

function partsOf(value: object): Iterable<unknown> | null {
  if (Array.isArray(value)) return value
  if (value instanceof Map) return value.size === 0 ? [] : [...value.keys(), ...value.values()]
  if (value instanceof Set) return value
  if (value instanceof PythonObject) {
    return [...(value.args ?? []), value.state, ...value.items, ...value.entries.keys(), ...value.entries.values()]
  }
  return isRecord(value) ? Object.values(value) : null
}

function tooDeep(): SyntaxError {
  return new SyntaxError(`nested deeper than ${MAX_JSON_DEPTH}`)
}
