import { expect, it } from 'vitest'
import { taskRecord } from '../../testing/task-record.ts'
import { isTableSort, sortForTable } from './flower-table-sort.ts'

const rows = [
  taskRecord({ uuid: 'c', retries: 10, result: 'b', runtime: null }),
  taskRecord({ uuid: 'a', retries: 2, result: 'B', runtime: 0.5 }),
  taskRecord({ uuid: 'b', retries: 2, result: null, runtime: 12 }),
]
const order = (key: string, descending = false) =>
  sortForTable(rows, key, descending)
    .map(({ uuid }) => uuid)
    .join('')

it.each([
  ['retries', 'abc'],
  ['runtime', 'cab'],
  ['result', 'bac'],
  ['uuid', 'abc'],
  ['nothing', 'abc'],
  ['__proto__', 'abc'],
  ['constructor', 'abc'],
])('sorts by %s, and the other way round', (key, expected) => {
  expect(order(key)).toBe(expected)
  expect(order(key, true)).toBe([...expected].reverse().join(''))
})

it('leaves to the list what the list sorts by', () => {
  expect(['name', 'state', 'received', 'started'].every(isTableSort)).toBe(true)
  expect(isTableSort('retries')).toBe(false)
})
