import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { madeKey } from './row-keys.ts'
import { createTopRows } from './top-rows.ts'

const top = createTopRows()

const SHAPES: Readonly<Record<string, (i: number, n: number) => number>> = {
  rising: (i) => i,
  falling: (i, n) => n - i,
  rotated: (i, n) => (i < n / 10 ? n + i : i),
  'falling and rotated': (i, n) => (i < n * 0.7 ? n - i : 2 * n - i),
  'rising and falling': (i, n) => Math.min(i, n - i) + i / (2 * n),
  'all the same': () => 1,
}

describe('a page in the middle sorts next to nothing, however the rows come', () => {
  for (const [shape, keyAt] of Object.entries(SHAPES)) {
    test(shape, () => {
      const n = 20_000
      const keys = Float64Array.from({ length: n }, (_, i) => keyAt(i, n))
      let compared = 0
      const compare = (a: number, b: number) => {
        compared++
        return (keys[a] ?? 0) - (keys[b] ?? 0) || a - b
      }
      const byKey = { compare, keys: [madeKey((row) => keys[row] ?? 0), madeKey((row) => row)] }
      const rows = Int32Array.from({ length: n }, (_, i) => i)

      const page = top.find(rows, byKey, n / 2, 100)

      const sorted = [...keys].sort((a, b) => a - b)
      expect(page.map((row) => keys[row])).toEqual(sorted.slice(n / 2, n / 2 + 100))
      expect(compared).toBeLessThan(n)
    })
  }
})

test('is what sorting all would give, for any rows and any page', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(3), fc.constantFrom(-Infinity, -1, 0, 2.5, Infinity)), { maxLength: 400 }),
      fc.nat(420),
      fc.nat(60),
      (values, offset, limit) => {
        const rows = Int32Array.from(values, (_, i) => i)
        const keys = [madeKey((row) => values[row]?.[0] ?? 0), madeKey((row) => values[row]?.[1] ?? 0)]
        const compare = (a: number, b: number) => {
          const differing = keys.find(({ of }) => of(a) !== of(b))
          return differing === undefined ? a - b : differing.of(a) < differing.of(b) ? -1 : 1
        }
        const expected = [...rows].sort(compare).slice(offset, offset + limit)

        expect(top.find(rows, { compare, keys }, offset, limit)).toEqual(expected)
      },
    ),
  )
})

test('is what sorting all would give where there are so many that a sample tells where to look', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 1_000_003 }),
      fc.constantFrom(1, 2, 40, 5_000, 1_000_003),
      fc.nat(10_050),
      fc.nat(150),
      (factor, different, offset, limit) => {
        const keyAt = (row: number) => ((row * factor) % 1_000_003) % different
        const rows = Int32Array.from({ length: 10_000 }, (_, i) => i)
        const compare = (a: number, b: number) => keyAt(a) - keyAt(b) || b - a
        const expected = [...rows].sort(compare).slice(offset, offset + limit)

        const keys = [madeKey(keyAt), madeKey((row) => -row)]
        expect(top.find(rows, { compare, keys }, offset, limit)).toEqual(expected)
      },
    ),
    { numRuns: 50 },
  )
})
