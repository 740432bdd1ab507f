import { expect, test } from 'vitest'
import { taskEvent } from '../../testing/events.ts'
import { createCluster } from '../cluster.ts'
import { timelineOf } from './task-timeline.ts'

function timeline(...events: readonly (readonly [what: string, at: number])[]): readonly string[] {
  const cluster = createCluster({ maxTasks: 10, maxWorkers: 10, maxFieldBytes: 1_000 })
  for (const [what, at] of events) cluster.apply(taskEvent(what, 'id', at, { name: 'proj.add' }), at * 1_000)
  const task = cluster.task('id')
  return task === undefined ? [] : timelineOf(task).map((entry) => entry.what)
}

test('a worker that is quicker than the word of the sender still comes after it', () => {
  expect(timeline(['received', 100.001], ['sent', 100.003], ['started', 100.004])).toEqual([
    'sent',
    'received',
    'started',
  ])
})

test('a sender that is slow to tell, or whose clock is ahead, is first all the same', () => {
  expect(timeline(['received', 100], ['started', 100.1], ['sent', 103])).toEqual(['sent', 'received', 'started'])
})

test('what is sent once more, for a retry, stands where it happened', () => {
  const events = [
    ['sent', 100],
    ['received', 101],
    ['started', 102],
    ['retried', 103],
    ['sent', 104],
  ] as const
  expect(timeline(...events)).toEqual(['received', 'started', 'retried', 'sent'])
})
