import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { EMPTY_LIST, keepInPlace, type ShownList, takeOver } from './shown-list.model.ts'

interface Row {
  readonly id: string
  readonly n: number
}
const rows = (...ids: string[]): Row[] => ids.map((id) => ({ id, n: 0 }))
const ids = (list: ShownList<Row>) => list.rows.map((shown) => shown.id).join('')
const from = (...names: string[]) => takeOver<Row>(EMPTY_LIST, rows(...names))

describe('a held list', () => {
  it('lets new rows wait and counts them', () => {
    const list = keepInPlace(from('a', 'b', 'c'), rows('y', 'x', 'a', 'b', 'c'), false)

    expect(ids(list)).toBe('abc')
    expect(list.fresh).toBe(2)
    expect(ids(takeOver(list, rows('y', 'x', 'a', 'b', 'c')))).toBe('yxabc')
  })

  it('changes values in place and keeps the objects of rows that did not change', () => {
    const first = rows('a', 'b')
    const list = takeOver<Row>(EMPTY_LIST, first)
    const next = keepInPlace(list, [first[0] as Row, { id: 'b', n: 7 }], false)

    expect(next.rows[0]).toBe(list.rows[0])
    expect(next.rows[1]).toEqual({ id: 'b', row: { id: 'b', n: 7 }, gone: false })
  })

  it('fades a row that no longer matches until the next take-over, also when it matches again', () => {
    const list = keepInPlace(from('a', 'b', 'c'), rows('a', 'c'), false)
    expect(list.rows.map((shown) => shown.gone)).toEqual([false, true, false])
    expect(list.gone).toBe(1)

    expect(keepInPlace(list, rows('a', 'b', 'c'), false).gone).toBe(0)
    expect(ids(takeOver(list, rows('a', 'c')))).toBe('ac')
  })

  it('does not fade what was only pushed over the end of a full list', () => {
    const list = keepInPlace(from('a', 'b', 'c'), rows('x', 'a', 'b'), true)
    expect(list.rows.map((shown) => shown.gone)).toEqual([false, false, false])
    expect(list.fresh).toBe(1)
  })

  it('takes more rows at the end at once: they move nothing', () => {
    const list = keepInPlace(from('a', 'b'), rows('x', 'a', 'b', 'c', 'd'), true)
    expect(ids(list)).toBe('abcd')
    expect(list.fresh).toBe(1)
  })

  it('takes no more at the end than asked for, and does not count the rest as new', () => {
    const list = keepInPlace(from('a', 'b'), rows('x', 'a', 'b', 'c', 'd'), true, 3)
    expect([ids(list), list.fresh]).toEqual(['abc', 1])
  })

  it('says when the order is not the present one', () => {
    expect(keepInPlace(from('a', 'b'), rows('b', 'a'), false).moved).toBe(true)
    expect(keepInPlace(from('a', 'b'), rows('a', 'b'), false).moved).toBe(false)
  })

  it('is the same object when nothing changed', () => {
    const list = takeOver<Row>(EMPTY_LIST, rows('a'))
    const present = list.rows.map((shown) => shown.row)
    expect(keepInPlace(list, present, false)).toBe(list)
    expect(takeOver(list, present)).toBe(list)
  })

  it('never moves a row, whatever happens', () => {
    const present = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'))
    fc.assert(
      fc.property(present, fc.array(fc.tuple(present, fc.boolean()), { maxLength: 6 }), (start, steps) => {
        let list = takeOver<Row>(EMPTY_LIST, rows(...start))
        for (const [names, full] of steps) {
          const before = list.rows.map((shown) => shown.id)
          list = keepInPlace(list, rows(...names), full)
          const after = list.rows.map((shown) => shown.id)
          expect(after.slice(0, before.length)).toEqual(before)
          expect(new Set(after).size).toBe(after.length)
        }
        const last = steps.at(-1)?.[0] ?? start
        expect(takeOver(list, rows(...last)).rows.map((shown) => shown.id)).toEqual(last)
      }),
    )
  })
})
