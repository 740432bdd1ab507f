import { expect, it } from 'vitest'
import type { TaskRowView } from '../../lib/live/views.ts'
import { cellTerm, keepOnly, leaveOut } from './cell-filter.model.ts'

const times = { sentMs: null, receivedMs: null, startedMs: null, finishedMs: null, etaMs: null }
const task: TaskRowView = {
  ...{ id: '1', name: 'emails.send', state: 'FAILURE', args: null, kwargs: null, queue: 'my queue', worker: null },
  ...times,
  ...{ retries: 0, runtimeMs: null, waitMs: null, result: null, exception: null, progress: null, retryOf: null },
}

it('finds the words of a search for a cell, and nothing in an empty one', () => {
  expect(cellTerm(task, 'state')).toEqual({ field: 'state', value: 'failed' })
  expect(cellTerm({ ...task, state: 'MOVING' }, 'state')).toEqual({ field: 'state', value: 'moving' })
  expect(cellTerm(task, 'task')).toEqual({ field: 'name', value: 'emails.send' })
  expect(cellTerm(task, 'worker')).toBeNull()
})

it('keeps only what the cell holds, in place of what the field was searched for before', () => {
  const queue = { field: 'queue', value: 'my queue' } as const
  expect(keepOnly('queue:low run:>2s', queue)).toBe('run:>2s queue:"my queue"')
})

it('leaves out what the cell holds, once, beside other exclusions', () => {
  const low = { field: 'queue', value: 'low' } as const
  expect(leaveOut('', low)).toBe('-queue:low')
  expect(leaveOut('state:failed -queue:high', low)).toBe('state:failed -queue:high -queue:low')
  expect(leaveOut('-queue:low timeout', low)).toBe('-queue:low timeout')
})
