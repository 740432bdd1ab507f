import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { exactRepr } from './exact-repr.ts'
import { decodeExtended, PlainDate } from './extended-json.ts'
import { parseJson } from './json.ts'
import { argsRepr, kwargsRepr, pythonRepr } from './repr.ts'

/** Not imported: the bundler refuses lone surrogates in JSON. */
const vectors: Vectors = JSON.parse(readFileSync(new URL('../../tests/vectors/repr.json', import.meta.url), 'utf8'))

interface Vectors {
  readonly vectors: readonly {
    readonly json: string
    readonly maxLength: number
    readonly maxLevels: number
    readonly repr: string
    readonly args: string | null
  }[]
  readonly exact: readonly { readonly json: string; readonly repr: string }[]
}

/** Dates lose microseconds and offsets in JavaScript, floats with a whole value their point; both are only shown. */
const LOST = /"__type__": "datetime"|\d\.0\b|e\+\d/

describe('pythonRepr', () => {
  it('is saferepr, character by character', () => {
    let compared = 0
    for (const { json, maxLength, maxLevels, repr, args } of vectors.vectors) {
      if (LOST.test(json)) continue
      const value = decodeExtended(parseJson(json))
      expect(pythonRepr(value, { maxLength, maxLevels }), json.slice(0, 200)).toBe(repr)
      if (Array.isArray(value)) expect(argsRepr(value, { maxLength, maxLevels }), json.slice(0, 200)).toBe(args)
      compared++
    }
    expect(compared).toBeGreaterThan(500)
  })

  it('shows what JavaScript has as Python would', () => {
    expect(argsRepr([])).toBe('()')
    expect(argsRepr([1])).toBe('(1,)')
    expect(kwargsRepr({ a: undefined, b: 2n ** 70n })).toBe("{'a': None, 'b': 1180591620717411303424}")
    expect(pythonRepr([0.00001, 1.5e-7, 123456.789, -0, Number.NaN, -Infinity])).toBe(
      '[1e-05, 1.5e-07, 123456.789, 0, nan, -inf]',
    )
    expect(pythonRepr(new Date(0))).toBe('datetime.datetime(1970, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)')
    expect(pythonRepr([new PlainDate('2024-01-02'), new Map([[1, 'a']]), new Set()])).toBe(
      "[datetime.date(2024, 1, 2), {1: 'a'}, set()]",
    )
    expect(pythonRepr({ toJSON: () => [1] })).toBe('[1]')
  })

  it('ends, whatever it is given, near its limit and balanced', () => {
    const circle: unknown[] = []
    circle.push(circle)
    expect(pythonRepr(circle)).toContain('Recursion')
    const hostile = {
      get x(): never {
        throw new Error('no')
      },
    }
    expect(pythonRepr([hostile])).toContain('Unrepresentable')
    fc.assert(
      fc.property(fc.anything(), fc.integer({ min: 1, max: 60 }), (value, maxLength) => {
        expect(pythonRepr(value, { maxLength }).length).toBeLessThan(maxLength * 4 + 100)
      }),
      { numRuns: 1000 },
    )
  })
})

describe('exactRepr', () => {
  it('is repr', () => {
    for (const { json, repr } of vectors.exact) expect(exactRepr(decodeExtended(parseJson(json)))).toBe(repr)
  })
})
