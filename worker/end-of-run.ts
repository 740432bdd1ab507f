/** What it means that a body has thrown: an ordinary failure, another try, or a verdict on its own message. */
import type { RetryCall } from '../lib/client/task-context.ts'
import { type Reject, type Retry, SoftTimeLimitExceeded, verdictOf } from '../lib/protocol/exceptions.ts'
import { type BoundTask, factsOf, type RunParts } from './bound-task.ts'
import { celeryError } from './celery-error.ts'
import { failureOf } from './failure.ts'
import type { HowItEnded } from './outcome.ts'
import type { StopSource } from './pools/stop-source.ts'
import { backoffSeconds, decideRetry, isAutoretried, isExpected } from './retry-plan.ts'
import type { TaskRun } from './task-run.ts'

/** One run of a body. */
export interface Going {
  readonly run: TaskRun
  readonly context: BoundTask
  readonly stop: StopSource
  readonly parts: RunParts
}

/** A body that computed past its hard limit and was interrupted. */
export class HardLimitPassed extends Error {
  readonly limitSeconds: number

  constructor(limitSeconds: number) {
    super(`hard-limit of ${limitSeconds} s exceeded`)
    this.limitSeconds = limitSeconds
  }
}

/**
 * An await that the soft limit has broken off fails with an AbortError; the reason of the abort is what happened. A
 * verdict (`self.retry({ exc })` in a catch) stays what it is, though the limit is its cause.
 */
export function reasonOf(thrown: unknown, { reason }: StopSource): unknown {
  if (!(reason instanceof SoftTimeLimitExceeded) || !(thrown instanceof Error) || verdictOf(thrown) !== null) {
    return thrown
  }
  return thrown.name === 'AbortError' || thrown.cause === reason ? reason : thrown
}

export function endOf(thrown: unknown, going: Going): HowItEnded {
  const verdict = verdictOf(thrown)
  if (verdict === null) return failureEnd(thrown, going)
  switch (verdict.verdict) {
    case 'ignore':
      return { type: 'ignored' }
    case 'reject':
      return rejected(verdict)
    case 'retry':
      return retryEnd(verdict, going)
  }
}

function failureEnd(thrown: unknown, { run, context, parts }: Going): HowItEnded {
  if (thrown instanceof HardLimitPassed) return { type: 'timed-out', limitSeconds: thrown.limitSeconds }
  const { options } = run.task
  if (!isAutoretried(thrown, options)) return raised(thrown, run)
  const { retryKwargs = {} } = options
  const countdown = backoffSeconds(options, run.message.retries, parts.runtime.random) ?? retryKwargs.countdown
  const maxRetries = context.override === undefined ? retryKwargs.maxRetries : context.override
  return again({ exc: thrown, ...given('countdown', countdown), ...given('maxRetries', maxRetries) }, run, parts)
}

/** A Retry of `self.retry` has its plan; one that the body made itself says when. */
function retryEnd(verdict: Retry, { run, context, parts }: Going): HowItEnded {
  const plan = context.planOf(verdict)
  if (plan !== null) return { type: 'retried', plan }
  const { cause, countdown, eta } = verdict
  const call = { ...given('countdown', countdown ?? undefined), ...given('eta', eta ?? undefined) }
  return again(cause === undefined ? call : { ...call, exc: cause }, run, parts)
}

function again(call: RetryCall, run: TaskRun, parts: RunParts): HowItEnded {
  const decision = decideRetry(call, factsOf(run, parts.runtime))
  return decision.again ? { type: 'retried', plan: decision.plan } : raised(decision.error, run)
}

function raised(error: unknown, { task }: TaskRun): HowItEnded {
  const failure = failureOf(error)
  return isExpected(error, task.options) ? { type: 'raised', failure, expected: true } : { type: 'raised', failure }
}

function rejected(verdict: Reject): HowItEnded {
  const error = celeryError('Reject', [verdict.reason, verdict.requeue])
  return { type: 'rejected', requeue: verdict.requeue, failure: { ...failureOf(error), repr: verdict.message } }
}

function given<K extends string, V>(name: K, value: V | undefined): { readonly [P in K]?: V } {
  // One property of that name, or none.
  return (value === undefined ? {} : { [name]: value }) as { readonly [P in K]?: V }
}
