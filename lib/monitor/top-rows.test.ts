import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { topRows } from './top-rows.ts'

const SHAPES: Readonly<Record<string, (i: number, n: number) => number>> = {
  rising: (i) => i,
  falling: (i, n) => n - i,
  rotated: (i, n) => (i < n / 10 ? n + i : i),
  'falling and rotated': (i, n) => (i < n * 0.7 ? n - i : 2 * n - i),
  'rising and falling': (i, n) => Math.min(i, n - i) + i / (2 * n),
  'all the same': () => 1,
}

describe('a page in the middle costs a few looks at each row, however the rows come', () => {
  for (const [shape, keyAt] of Object.entries(SHAPES)) {
    test(shape, () => {
      const n = 20_000
      const keys = Float64Array.from({ length: n }, (_, i) => keyAt(i, n))
      let compared = 0
      const compare = (a: number, b: number) => {
        compared++
        return (keys[a] ?? 0) - (keys[b] ?? 0)
      }
      const rows = Int32Array.from({ length: n }, (_, i) => i)

      const page = topRows(rows, compare, n / 2, 100)

      const sorted = [...keys].sort((a, b) => a - b)
      expect(page.map((row) => keys[row])).toEqual(sorted.slice(n / 2, n / 2 + 100))
      expect(compared).toBeLessThan(30 * n)
    })
  }
})

test('is what sorting all would give, for any rows and any page', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 50 })), fc.nat(60), fc.nat(60), (keys, offset, limit) => {
      const rows = Int32Array.from(keys, (_, i) => i)
      const compare = (a: number, b: number) => (keys[a] ?? 0) - (keys[b] ?? 0) || a - b
      const expected = [...rows].sort(compare).slice(offset, offset + limit)

      expect(topRows(rows, compare, offset, limit)).toEqual(expected)
    }),
  )
})
