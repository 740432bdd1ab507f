import { UmbelError } from '../../errors.ts'
import { readSeconds } from './flower-times.ts'

/** Most characters of an argument that an error repeats. */
const SHOWN = 200

/** What came in the query string, read with Flower's rules (flower.md 2.1): the last one wins, spaces around are cut. */
export interface Arguments {
  text(name: string): string | null
  /** Python's int(); an empty text is an error, a missing one null. */
  integer(name: string): number | null
  flag(name: string): boolean | null
  /** Python's float(); the infinities and NaN are refused. */
  number(name: string): number | null
}

/** `more`: from the body; it wins over the query. */
export function createArguments(query: string, more: Iterable<readonly [string, string]> = []): Arguments {
  const values = new Map<string, string>()
  for (const [name, value] of [...new URLSearchParams(query), ...more]) values.set(name, clean(value))
  const text = (name: string) => values.get(name) ?? null
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
      const seconds = readSeconds(value)
      if (seconds === null) throw invalid(value, 'float')
      return seconds
    },
  }
}

/** Tornado turns control characters into spaces before it strips. */
function clean(value: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that are not let through
  return value.replace(/[\u0000-\u0008\u000e-\u001f]/g, ' ').trim()
}

function invalid(value: string, type: string): UmbelError {
  return new UmbelError('request/invalid-argument', { value: value.slice(0, SHOWN), type })
}

const WORDS: ReadonlyMap<string, boolean> = new Map([
  ...['y', 'yes', 't', 'true', 'on', '1'].map((word) => [word, true] as const),
  ...['n', 'no', 'f', 'false', 'off', '0'].map((word) => [word, false] as const),
])
