import { expect, test } from 'vitest'
import { columnsOf, TASK_COLUMNS, withColumn } from './task-columns.tsx'

const ids = (cols: string | null) => columnsOf(cols).map(({ id }) => id)

test('chosen columns have one order, and state and task always stay', () => {
  expect(ids('eta,queue')).toEqual(['state', 'task', 'queue', 'eta'])
})

test.each([null, '', 'nonsense', 'received,run,wait,worker,queue,args'])('%j is the default', (cols) => {
  expect(columnsOf(cols)).toBe(TASK_COLUMNS)
})

test('one more and the same one less is the default again, which is left out of the address', () => {
  const more = withColumn(null, 'eta', true)
  expect(more).toBe('state,task,args,queue,worker,wait,run,received,eta')
  expect(withColumn(more, 'eta', false)).toBeNull()
  expect(withColumn(null, 'state', false)).toBeNull()
})

test('the columns of --tasks-columns are the default, in their order; a person may still choose others', () => {
  const usual = ['id', 'task', 'runtime', 'run', 'state']
  const shown = (cols: string | null) => columnsOf(cols, usual).map(({ id }) => id)
  expect(shown(null)).toEqual(['id', 'task', 'run', 'state'])
  expect(shown('nonsense')).toEqual(['id', 'task', 'run', 'state'])
  expect(columnsOf(null, ['eta']).map(({ id }) => id)).toEqual(['state', 'task', 'eta'])
  expect(withColumn(null, 'eta', true, usual)).toBe('state,task,run,eta,id')
  expect(withColumn(null, 'state', false, usual)).toBe('state,task,run,id')
})
