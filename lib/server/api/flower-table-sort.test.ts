import { expect, it } from 'vitest'
import { taskRecord } from '../../testing/task-record.ts'
import { isTableSort, sortForTable } from './flower-table-sort.ts'

const rows = [
  taskRecord({ uuid: 'c', retries: 10, result: 'b', runtime: null }),
  taskRecord({ uuid: 'a', retries: 2, result: 'B', runtime: 0.5 }),
  taskRecord({ uuid: 'b', retries: 2, result: null, runtime: 12 }),
]
const order = async (key: string, descending = false) =>
  (await sortForTable(rows, key, descending, new AbortController().signal)).map(({ uuid }) => uuid).join('')

it.each([
  ['retries', 'abc'],
  ['runtime', 'cab'],
  ['result', 'bac'],
  ['uuid', 'abc'],
  ['nothing', 'abc'],
  ['__proto__', 'abc'],
  ['constructor', 'abc'],
])('sorts by %s, and the other way round', async (key, expected) => {
  expect(await order(key)).toBe(expected)
  expect(await order(key, true)).toBe([...expected].reverse().join(''))
})

it('sorts many in turns, and stops when nobody waits any more', async () => {
  const many = Array.from({ length: 7_001 }, (_, i) => taskRecord({ uuid: `t${i}`, retries: (i * 7_919) % 1_009 }))
  const over = new AbortController()
  const sorted = await sortForTable(many, 'retries', true, over.signal)
  const byHand = many.toSorted((a, b) => (b.retries ?? 0) - (a.retries ?? 0) || (a.uuid < b.uuid ? 1 : -1))
  expect(sorted.map(({ uuid }) => uuid)).toEqual(byHand.map(({ uuid }) => uuid))
  const stopped = sortForTable(many, 'retries', true, over.signal)
  over.abort(new Error('gone'))
  await expect(stopped).rejects.toThrow('gone')
})

it('leaves to the list what the list sorts by', () => {
  expect(['name', 'state', 'received', 'started'].every(isTableSort)).toBe(true)
  expect(isTableSort('retries')).toBe(false)
})
