import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { apply } from './apply.ts'
import { type Change, diff, type Json } from './changes.ts'

const row = fc.record({ id: fc.constantFrom('a', 'b', 'c', 'd', '__proto__'), n: fc.integer({ min: 0, max: 3 }) })
const rows = fc.uniqueArray(row, { selector: (r) => r.id, maxLength: 5 })
const points = fc.array(fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 2 })), { maxLength: 6 })
const view = fc.record({ rows, points, any: fc.jsonValue(), named: fc.array(fc.record({ name: fc.string() })) })

const overTheWire = (change: Change | null) => (change === null ? null : (JSON.parse(JSON.stringify(change)) as Change))

describe('a view and its changes', () => {
  it('apply(a, diff(a, b)) equals b for any two views, also after a trip over the wire', () => {
    fc.assert(
      fc.property(view, view, (a, b) => {
        const before = JSON.parse(JSON.stringify(a)) as Json
        const after = JSON.parse(JSON.stringify(b)) as Json
        const change = overTheWire(diff(before, after))
        const result = change === null ? before : apply(before, change)
        expect(result).toEqual(after)
      }),
      { numRuns: 500 },
    )
  })

  it('says null for equal views that are different objects', () => {
    expect(diff({ rows: [{ id: 'a', n: 1 }] }, { rows: [{ id: 'a', n: 1 }] })).toBeNull()
  })

  it('keeps the objects of rows that did not change', () => {
    const before = {
      rows: [
        { id: 'a', n: 1 },
        { id: 'b', n: 1 },
      ],
    }
    const change = diff(before, {
      rows: [
        { id: 'c', n: 9 },
        { id: 'a', n: 1 },
        { id: 'b', n: 2 },
      ],
    })
    const after = apply(before, change as Change) as typeof before

    expect(after.rows[1]).toBe(before.rows[0])
    expect(after.rows.map((r) => r.n)).toEqual([9, 1, 2])
  })

  it('sends only the moved end of a time line', () => {
    const before: Json = [
      [1, 5],
      [2, 6],
      [3, 7],
      [4, 8],
    ]
    expect(
      diff(before, [
        [2, 6],
        [3, 7],
        [4, 8],
        [5, 9],
      ]),
    ).toEqual({ op: 'slide', drop: 1, add: [[5, 9]] })
  })

  it('sends only the newest point of a time line while that still fills', () => {
    const before: Json = [
      [1, 5],
      [2, 6],
      [3, 7],
      [4, 2],
    ]
    const filled: Json = [...before.slice(0, 3), [4, 9]]
    const next: Json = [...before.slice(1, 3), [4, 9], [5, 1]]
    const change = { op: 'slide', drop: 0, cut: 1, add: [[4, 9]] } as const
    expect(diff(before, filled)).toEqual(change)
    expect(apply(before, change)).toEqual(filled)
    expect(diff(before, next)).toEqual({
      op: 'slide',
      drop: 1,
      cut: 1,
      add: [
        [4, 9],
        [5, 1],
      ],
    })
  })

  it('refuses a change that was made for another view', () => {
    expect(() => apply({ rows: [] }, { op: 'object', keys: { other: { op: 'object', keys: {} } } })).toThrow(RangeError)
  })
})
