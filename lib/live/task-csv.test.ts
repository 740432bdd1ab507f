import { expect, test } from 'vitest'
import { taskCsv } from './task-csv.ts'
import type { TaskRowView } from './views.ts'

const ROW: TaskRowView = {
  ...{
    id: 't1',
    name: 'proj.add',
    state: 'SUCCESS',
    args: '(1, \'a "b"\')',
    kwargs: '{}',
    queue: 'celery',
    worker: 'w@box',
  },
  ...{
    sentMs: null,
    receivedMs: 0,
    startedMs: 1_500,
    finishedMs: 2_000,
    etaMs: null,
    retries: 0,
    runtimeMs: 500.4,
    waitMs: 1_500,
  },
  ...{ result: '-5', exception: null, progress: null, retryOf: null },
}
const lines = (rows: readonly TaskRowView[]) => [...taskCsv(rows)].join('').split('\r\n')

test('a row has its times in UTC, its durations in seconds, and quotes where they are needed', () => {
  const [head, row, end] = lines([ROW])

  expect(head?.split(',').slice(0, 4)).toEqual(['id', 'name', 'state', 'args'])
  expect(row).toBe(
    `t1,proj.add,SUCCESS,"(1, 'a ""b""')",{},celery,w@box,,1970-01-01T00:00:00.000Z,1970-01-01T00:00:01.500Z,1970-01-01T00:00:02.000Z,,0,1.5,0.5,-5,,`,
  )
  expect(end).toBe('')
})

test('what a spreadsheet would run as a formula is marked as text; numbers are not', () => {
  const cell = (result: string) =>
    lines([{ ...ROW, result }])[1]
      ?.split(',')
      .at(-3)

  expect(['=1+1', '@SUM(A1)', '+cmd', '-cmd', '-5', '+5.25'].map(cell)).toEqual([
    "'=1+1",
    "'@SUM(A1)",
    "'+cmd",
    "'-cmd",
    '-5',
    '+5.25',
  ])
})

test('many rows come in parts', () => {
  expect([...taskCsv(Array(1_200).fill(ROW))].length).toBe(4)
  expect(lines(Array(1_200).fill(ROW)).length).toBe(1_202)
})
