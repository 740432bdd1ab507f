import { expect, it } from 'vitest'
import { isReady, rankOfState, stateOfEvent } from './states.ts'

it('ranks states as Celery does', () => {
  const ranked = ['SUCCESS', 'FAILURE', 'PROGRESS', 'REVOKED', 'STARTED', 'RECEIVED', 'REJECTED', 'RETRY', 'PENDING']
  expect([...ranked].reverse().sort((a, b) => rankOfState(a) - rankOfState(b))).toEqual(ranked)
  expect(rankOfState('__proto__')).toBe(rankOfState('CANCELLED'))
})

it.each([
  ['task-sent', 'PENDING'],
  ['task-received', 'RECEIVED'],
  ['task-started', 'STARTED'],
  ['task-succeeded', 'SUCCESS'],
  ['task-failed', 'FAILURE'],
  ['task-retried', 'RETRY'],
  ['task-revoked', 'REVOKED'],
  ['task-rejected', 'REJECTED'],
  ['task-cancelled', 'CANCELLED'],
  ['task-progress', 'PROGRESS'],
  ['worker-online', null],
])('%s means %s', (type, state) => expect(stateOfEvent(type)).toBe(state))

it('knows the ends', () =>
  expect(['SUCCESS', 'FAILURE', 'REVOKED', 'RETRY', 'PROGRESS'].filter(isReady)).toEqual([
    'SUCCESS',
    'FAILURE',
    'REVOKED',
  ]))
