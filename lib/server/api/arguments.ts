import { UmbelError } from '../../errors.ts'
import { strip } from '../../monitor/flower-search.ts'
import { exactRepr } from '../../protocol/exact-repr.ts'
import { readFloat } from './flower-times.ts'
import { type PairValue, queryPairs } from './query-pairs.ts'

/** Most characters of an argument that an error repeats. */
const SHOWN = 200

/** Most bytes that are no text and are told. */
const SHOWN_BYTES = 40

/**
 * What came in the query string, read with Flower's rules (flower.md 2.1): the last one wins, spaces around are cut.
 * All throw `request/invalid-unicode` for what is no UTF-8.
 */
export interface Arguments {
  text(name: string): string | null
  /** Python's int(); an empty text is an error, a missing one null. */
  integer(name: string): number | null
  flag(name: string): boolean | null
  /** Python's float(), with the infinities and NaN. */
  number(name: string): number | null
}

/** `more`: from the body; it wins over the query. */
export function createArguments(query: string, more: Iterable<readonly [string, PairValue]> = []): Arguments {
  const values = new Map<string, PairValue>([...queryPairs(query), ...more])
  const text = (name: string) => {
    const value = values.get(name)
    return value === undefined ? null : clean(textOf(name, value))
  }
  return {
    text,
    integer(name) {
      const value = text(name)
      if (value === null) return null
      const digits = value.replace(/(?<=\d)_(?=\d)/g, '')
      if (!/^[+-]?\d+$/.test(digits)) throw invalid(value, 'int')
      return Math.max(-Number.MAX_SAFE_INTEGER, Math.min(Number.MAX_SAFE_INTEGER, Number(digits)))
    },
    flag(name) {
      const value = text(name)
      if (value === null) return null
      const said = WORDS.get(value.toLowerCase())
      if (said === undefined) throw invalid(value, 'bool')
      return said
    },
    number(name) {
      const value = text(name)
      if (value === null) return null
      const number = readFloat(value)
      if (number === null) throw invalid(value, 'float')
      return number
    },
  }
}

/** Throws `request/invalid-unicode` in Tornado's words. */
export function textOf(name: string, value: PairValue): string {
  if (typeof value === 'string') return value
  throw new UmbelError('request/invalid-unicode', { name, value: exactRepr(value.subarray(0, SHOWN_BYTES)) })
}

/** Tornado turns control characters into spaces before it strips what Python takes for space. */
function clean(value: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that are not let through
  return strip(value.replace(/[\u0000-\u0008\u000e-\u001f]/g, ' '))
}

export function invalid(value: string, type: string): UmbelError {
  return new UmbelError('request/invalid-argument', { value: value.slice(0, SHOWN), type })
}

const WORDS: ReadonlyMap<string, boolean> = new Map([
  ...['y', 'yes', 't', 'true', 'on', '1'].map((word) => [word, true] as const),
  ...['n', 'no', 'f', 'false', 'off', '0'].map((word) => [word, false] as const),
])
