/** When, and whether, a task is tried again. Pure (worker-beat.md 2.7). */
import type { ErrorKind, RetryCall, TaskOptions } from '../lib/client/task.ts'
import { celeryError } from './celery-error.ts'
import { failureOf } from './failure.ts'
import type { RetryPlan } from './request.ts'

/** Celery's defaults. */
const DEFAULT_MAX_RETRIES = 3
const DEFAULT_DELAY_SECONDS = 180
const DEFAULT_BACKOFF_MAX_SECONDS = 600

export interface RetryFacts {
  readonly options: TaskOptions
  readonly name: string
  readonly id: string
  readonly args: readonly unknown[]
  readonly kwargs: Readonly<Record<string, unknown>>
  /** Tries that were made again already. */
  readonly retries: number
  readonly nowMs: number
}

export type RetryDecision =
  | { readonly again: true; readonly plan: RetryPlan }
  /** Out of tries: the error to fail with. */
  | { readonly again: false; readonly error: unknown }

export function maxRetriesOf({ maxRetries }: TaskOptions): number | null {
  return maxRetries === undefined ? DEFAULT_MAX_RETRIES : maxRetries
}

export function decideRetry(call: RetryCall, facts: RetryFacts): RetryDecision {
  const most = call.maxRetries ?? maxRetriesOf(facts.options)
  if (most !== null && facts.retries + 1 > most) return { again: false, error: call.exc ?? exhausted(facts) }
  const seconds = call.countdown ?? facts.options.defaultRetryDelay ?? DEFAULT_DELAY_SECONDS
  const etaMs = call.eta?.getTime() ?? facts.nowMs + seconds * 1000
  const cause = failureOf(call.exc ?? celeryError('Retry', [`Retry in ${Math.round(seconds)}s`]))
  const options = {
    ...(call.queue === undefined ? {} : { queue: call.queue }),
    ...(call.priority === undefined ? {} : { priority: call.priority }),
  }
  return { again: true, plan: { cause, etaMs, args: call.args ?? null, kwargs: call.kwargs ?? null, options } }
}

/** Seconds until the next automatic try: doubled each time, bounded, and with jitter anything up to that. */
export function backoffSeconds(options: TaskOptions, retries: number, random: () => number): number | undefined {
  const { retryBackoff = false, retryBackoffMax = DEFAULT_BACKOFF_MAX_SECONDS, retryJitter = true } = options
  if (retryBackoff === false) return undefined
  const first = Math.max(1, Math.trunc(retryBackoff === true ? 1 : retryBackoff))
  const full = Math.min(retryBackoffMax, first * 2 ** Math.min(retries, 30))
  return retryJitter ? Math.floor(random() * (full + 1)) : full
}

export function isAutoretried(error: unknown, options: TaskOptions): boolean {
  if ((options.dontAutoretryFor ?? []).some((kind) => isKind(error, kind))) return false
  return (options.autoretryFor ?? []).some((kind) => isKind(error, kind))
}

export function isKind(error: unknown, kind: ErrorKind): boolean {
  if (typeof kind === 'function') return error instanceof kind
  return error instanceof Error && error.name === kind
}

function exhausted({ name, id, args, kwargs }: RetryFacts): Error {
  const call = `args:${JSON.stringify(args)} kwargs:${JSON.stringify(kwargs)}`
  return celeryError('MaxRetriesExceededError', [`Can't retry ${name}[${id}] ${call}`])
}
