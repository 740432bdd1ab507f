import { describe, expect, it } from 'vitest'
import { holdOrder, sortRows } from './data-table.model.ts'

const rows = [
  { name: 'w10', load: 1 },
  { name: 'w2', load: null },
  { name: 'w1', load: 3 },
  { name: 'w3', load: 1 },
]
const names = (sorted: readonly { name: string }[]) => sorted.map((row) => row.name)

describe('the order of rows', () => {
  it('counts numbers in names, and keeps equals as they were', () => {
    expect(names(sortRows(rows, (row) => row.name, false))).toEqual(['w1', 'w2', 'w3', 'w10'])
    expect(names(sortRows(rows, (row) => row.load, true))).toEqual(['w1', 'w10', 'w3', 'w2'])
  })

  it('puts the unknown last both ways', () => {
    expect(names(sortRows(rows, (row) => row.load, false)).at(-1)).toBe('w2')
    expect(names(sortRows(rows, (row) => row.load, true)).at(-1)).toBe('w2')
  })

  it('is held: what was there keeps its place, what is new comes last, what is gone leaves', () => {
    expect(names(holdOrder(['w3', 'gone', 'w1'], rows, (row) => row.name))).toEqual(['w3', 'w1', 'w10', 'w2'])
  })
})
