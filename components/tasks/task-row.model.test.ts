import { describe, expect, it } from 'vitest'
import type { TaskRowView } from '../../lib/live/views.ts'
import {
  callArguments,
  cardFacts,
  exceptionName,
  rowLabel,
  runningSinceMs,
  shownState,
  waitingSinceMs,
} from './task-row.model.ts'

export const task = (changes: Partial<TaskRowView> = {}): TaskRowView => ({
  id: '8c1f2a3b-0000-4000-8000-000000000000',
  name: 'emails.send_receipt',
  state: 'RECEIVED',
  args: null,
  kwargs: null,
  queue: 'high',
  worker: 'celery@w3',
  sentMs: 1_000,
  receivedMs: 1_400,
  startedMs: null,
  finishedMs: null,
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

describe('arguments as a call', () => {
  it.each([
    ["(42, 'de')", '{}', "42, 'de'"],
    ['(1,)', null, '1'],
    ['()', "{'user': 9, 'full': True}", 'user=9, full=True'],
    ['(7,)', "{'a': {'b': 1}, 'c': 'x: y, z'}", "7, a={'b': 1}, c='x: y, z'"],
    ['()', "{'with space': 1, 'q\\'t': 2}", "'with space': 1, 'q\\'t': 2"],
    ["('aaaaaaa...", null, "'aaaaaaa..."],
    ['[1, 2]', '{}', '1, 2'],
    ['()', '{}', ''],
  ])('%s and %s', (args, kwargs, text) => {
    expect(callArguments(args, kwargs)).toBe(text)
  })

  it('are not known when neither is', () => {
    expect(callArguments(null, null)).toBeNull()
    expect(callArguments('(hidden)', '(hidden)')).toBe('(hidden)')
  })
})

describe('a row', () => {
  it('calls a received task with a time ahead scheduled', () => {
    expect(shownState(task({ etaMs: 99_000 }))).toBe('SCHEDULED')
    expect(shownState(task({ etaMs: 99_000, startedMs: 99_500, state: 'STARTED' }))).toBe('STARTED')
  })

  it('waits until it starts or ends, and runs while it is started', () => {
    expect(waitingSinceMs(task())).toBe(1_000)
    expect(waitingSinceMs(task({ state: 'REVOKED' }))).toBeNull()
    expect(runningSinceMs(task({ state: 'STARTED', startedMs: 5 }))).toBe(5)
    expect(runningSinceMs(task({ state: 'SUCCESS', startedMs: 5 }))).toBeNull()
  })

  it('is read as state, name and age', () => {
    expect(rowLabel(task({ state: 'FAILURE' }), '12 s ago')).toBe('Failed, emails.send_receipt, 12 s ago')
    expect(rowLabel(task({ name: null }), 'now')).toBe('Received, task 8c1f2a3b, now')
  })

  it('names what is known on a card', () => {
    expect(cardFacts(task({ exception: "TimeoutError('timed out')" }))).toEqual(['high', 'w3', 'TimeoutError'])
    expect(exceptionName('shop.errors.NoStock()')).toBe('shop.errors.NoStock')
  })
})
