import { describe, expect, test } from 'vitest'
import { checkRetryCall } from '../lib/client/call-option-kinds.ts'
import type { RetryCall } from '../lib/client/task-context.ts'
import { backoffSeconds, decideRetry, isAutoretried, type RetryFacts } from './retry-plan.ts'

const facts = (over: Partial<RetryFacts> = {}): RetryFacts => ({
  options: {},
  name: 'proj.add',
  id: 'a',
  args: [1],
  kwargs: { y: 2 },
  retries: 0,
  parameters: null,
  nowMs: 1_000,
  ...over,
})

describe('retry', () => {
  test('by default three times, 180 s later', () => {
    const decision = decideRetry({ exc: new TypeError('no') }, facts())

    expect(decision).toMatchObject({ again: true, plan: { etaMs: 181_000, args: null, kwargs: null } })
    expect(decideRetry({}, facts({ retries: 2 })).again).toBe(true)
    expect(decideRetry({}, facts({ retries: 3 })).again).toBe(false)
  })

  test('out of tries it fails with the cause, or says that there were too many', () => {
    const cause = new TypeError('no')

    expect(decideRetry({ exc: cause, maxRetries: 0 }, facts())).toEqual({ again: false, error: cause })
    expect(decideRetry({ maxRetries: 0 }, facts())).toMatchObject({
      again: false,
      error: { name: 'MaxRetriesExceededError', message: "Can't retry proj.add[a] args:(1,) kwargs:{'y': 2}" },
    })
  })

  test('arguments: what only one half gives takes over from the other, whatever binds the same parameter', () => {
    const parameters = { names: ['x', 'y'] }
    const plan = (call: RetryCall) => {
      const decision = decideRetry(call, facts({ parameters }))
      return decision.again ? [decision.plan.args, decision.plan.kwargs] : null
    }

    expect(plan({})).toEqual([null, null])
    expect(plan({ args: [5] })).toEqual([[5], { y: 2 }])
    expect(plan({ args: [5, 6] })).toEqual([[5, 6], {}])
    expect(plan({ kwargs: { x: 7 } })).toEqual([[7], { y: 2 }])
    expect(plan({ kwargs: { y: 8 } })).toEqual([[1], { y: 8 }])
    expect(plan({ args: [5], kwargs: {} })).toEqual([[5], {}])
  })

  test('says what is to be another message, in plain data; what it cannot mean is refused', () => {
    const expected = { queue: 'slow', timeLimit: null, headers: { a: 1 }, expiresMs: 11_000 }
    const { expiresMs: _, ...call } = { ...expected, expires: 10, exc: new Error('x') }
    expect(decideRetry(call, facts())).toMatchObject({ plan: { options: expected } })
    expect(() => checkRetryCall('proj.add', Object({ contdown: 3 }))).toThrow(
      'unknown option contdown of the retry of proj.add (3); did you mean countdown?',
    )
    expect(() => checkRetryCall('proj.add', { countdown: Number.NaN })).toThrow('expected a number, got "NaN"')
  })

  test('at once has no ETA; without an error there is none to tell of', () => {
    expect(decideRetry({ countdown: 0 }, facts())).toMatchObject({ plan: { etaMs: null, isBare: true } })
    expect(decideRetry({ countdown: 0, exc: new Error('no') }, facts())).not.toHaveProperty('plan.isBare')
  })

  test('null is without an end; eta beats countdown', () => {
    const options = { maxRetries: null }
    const eta = new Date(5_000)

    expect(decideRetry({ countdown: 9, eta }, facts({ options, retries: 99 }))).toMatchObject({
      again: true,
      plan: { etaMs: 5_000 },
    })
  })
})

test.each([
  [{ retryBackoff: true, retryJitter: false }, 3, 8],
  [{ retryBackoff: 5, retryJitter: false }, 2, 20],
  [{ retryBackoff: 0.5, retryJitter: false }, 2, 4],
  [{ retryBackoff: true, retryJitter: false }, 50, 600],
  [{ retryBackoff: 2, retryBackoffMax: 3, retryJitter: false }, 5, 3],
  [{ retryBackoff: true }, 3, 4],
  [{}, 3, undefined],
])('back-off of %j after %i tries: %s s', (options, retries, seconds) => {
  expect(backoffSeconds(options, retries, () => 0.5)).toBe(seconds)
})

test('errors that are tried again, by class or name, less the exceptions', () => {
  const options = { autoretryFor: [Error], dontAutoretryFor: ['TypeError', RangeError] }

  expect(isAutoretried(new Error('x'), options)).toBe(true)
  expect(isAutoretried(new TypeError('x'), options)).toBe(false)
  expect(isAutoretried(new RangeError('x'), options)).toBe(false)
  expect(isAutoretried('text', options)).toBe(false)
})
