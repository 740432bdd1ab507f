import { describe, expect, it } from 'vitest'
import type { TaskRowView } from '../../lib/live/views.ts'
import { timeParts } from './time-bar.model.ts'

const task = (changes: Partial<TaskRowView>): TaskRowView => ({
  id: 'a',
  name: 'add',
  state: 'SUCCESS',
  args: null,
  kwargs: null,
  queue: null,
  worker: null,
  sentMs: 0,
  receivedMs: 400,
  startedMs: 500,
  finishedMs: 10_500,
  etaMs: null,
  retries: 0,
  runtimeMs: null,
  waitMs: null,
  result: null,
  exception: null,
  progress: null,
  retryOf: null,
  ...changes,
})
const parts = (changes: Partial<TaskRowView>, nowMs = 20_000) =>
  timeParts(task(changes), nowMs).map((part) => [part.name, part.fromMs, part.toMs, part.open])

describe('the parts of a life', () => {
  it('are broker, worker and run', () => {
    expect(parts({})).toEqual([
      ['broker', 0, 400, false],
      ['prefetch', 400, 500, false],
      ['run', 500, 10_500, false],
    ])
  })

  it('end now where nothing has ended them', () => {
    expect(parts({ state: 'STARTED', finishedMs: null })).toContainEqual(['run', 500, 20_000, true])
    expect(parts({ state: 'PENDING', receivedMs: null, startedMs: null, finishedMs: null })).toEqual([
      ['broker', 0, 20_000, true],
    ])
  })

  it('tell waiting for its time from waiting for a slot', () => {
    expect(parts({ etaMs: 5_000, startedMs: 5_100 })).toEqual([
      ['broker', 0, 400, false],
      ['eta', 400, 5_000, false],
      ['prefetch', 5_000, 5_100, false],
      ['run', 5_100, 10_500, false],
    ])
    expect(parts({ state: 'RECEIVED', etaMs: 30_000, startedMs: null, finishedMs: null })).toEqual([
      ['broker', 0, 400, false],
      ['eta', 400, 20_000, false],
    ])
  })

  it('are left out where their ends are not known', () => {
    expect(parts({ sentMs: null, receivedMs: null })).toEqual([['run', 500, 10_500, false]])
    expect(parts({ sentMs: null, receivedMs: null, startedMs: null })).toEqual([])
    expect(parts({ startedMs: null, state: 'REVOKED' })).toEqual([
      ['broker', 0, 400, false],
      ['prefetch', 400, 10_500, false],
    ])
  })
})
