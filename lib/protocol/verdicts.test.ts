import { expect, it } from 'vitest'
import { Ignore, Reject, Retry, verdictOf } from './exceptions.ts'
import { createSignature, isSignature } from './signature.ts'
import { isTaskId, newTaskId } from './task-id.ts'

it('verdicts are told apart from failures, without instanceof', () => {
  expect(verdictOf(new Retry('later', { countdown: 3 }))).toMatchObject({ verdict: 'retry', countdown: 3, eta: null })
  expect(verdictOf(new Ignore())?.verdict).toBe('ignore')
  expect(verdictOf(new Reject('no', { requeue: true }))).toMatchObject({ reason: 'no', requeue: true })
  expect(new Reject('no').message).toBe('reject requeue=False: no')
  for (const thrown of [new Error('x'), Object.assign(new Error('x'), { verdict: 'retry' }), 'x', null]) {
    expect(verdictOf(thrown)).toBeNull()
  }
})

it('signatures are data', () => {
  expect(JSON.stringify(createSignature('t', { args: [1] }))).toBe(
    '{"task":"t","args":[1],"kwargs":{},"options":{},"subtask_type":null,"immutable":false}',
  )
  expect(isSignature({ ...createSignature('t'), chord_size: null })).toBe(true)
  for (const value of [
    null,
    {},
    { ...createSignature('t'), args: {} },
    { ...createSignature('t'), subtask_type: 'x' },
  ]) {
    expect(isSignature(value)).toBe(false)
  }
})

it('ids from people are checked', () => {
  expect([newTaskId(), 'any-text'].every(isTaskId)).toBe(true)
  expect(['', 'a\nb', 'x'.repeat(256), 7, null].some(isTaskId)).toBe(false)
})
