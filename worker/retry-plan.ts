/** When, and whether, a task is tried again. Pure (worker-beat.md 2.7). */
import type { Parameters } from '../lib/client/params.ts'
import type { RetryCall } from '../lib/client/task-context.ts'
import type { ErrorKind, TaskOptions } from '../lib/client/task-options.ts'
import { errorName } from '../lib/protocol/exception-info.ts'
import { argsRepr, kwargsRepr } from '../lib/protocol/repr.ts'
import { celeryError } from './celery-error.ts'
import { failureOf } from './failure.ts'
import type { RetryOptions, RetryPlan } from './request.ts'

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
  readonly parameters: Pick<Parameters, 'names'> | null
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
  const { args, kwargs } = argumentsOf(call, facts)
  if (most !== null && facts.retries + 1 > most) {
    return { again: false, error: call.exc ?? exhausted(facts, args ?? facts.args, kwargs ?? facts.kwargs) }
  }
  const seconds = call.countdown ?? facts.options.defaultRetryDelay ?? DEFAULT_DELAY_SECONDS
  const etaMs = call.eta?.getTime() ?? (seconds === 0 ? null : facts.nowMs + seconds * 1000)
  const when = call.eta === undefined ? `in ${seconds}s` : `at ${call.eta.toISOString()}`
  const cause = failureOf(call.exc ?? celeryError('Retry', [`Retry ${when}`]))
  const says = call.exc === undefined ? `Retry ${when}` : `Retry ${when}: ${cause.repr}`
  const bare = call.exc === undefined ? { isBare: true } : {}
  const options = optionsOf(call, facts.nowMs)
  return { again: true, plan: { cause, etaMs, args, kwargs, options, says, ...bare } }
}

/** Plain data, for they may come from a child. */
function optionsOf(call: RetryCall, nowMs: number): RetryOptions {
  const { exc: _, countdown: __, eta: ___, maxRetries, throw: ____, args, kwargs, expires, ...rest } = call
  const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined))
  if (expires === undefined) return given
  return { ...given, expiresMs: typeof expires === 'number' ? nowMs + expires * 1000 : expires.getTime() }
}

/** Only one half given: the other one is kept as far as it does not bind the same parameters (worker-beat.md 2.7). */
function argumentsOf(call: RetryCall, { args, kwargs, parameters }: RetryFacts): Pick<RetryPlan, 'args' | 'kwargs'> {
  if (call.args !== undefined && call.kwargs === undefined) {
    const bound = new Set(parameters?.names.slice(0, call.args.length) ?? [])
    const kept = Object.entries(kwargs).filter(([name]) => !bound.has(name))
    return { args: call.args, kwargs: Object.fromEntries(kept) }
  }
  if (call.kwargs !== undefined && call.args === undefined && args.length > 0 && parameters !== null) {
    const own = args.map((value, index) => {
      const name = parameters.names[index]
      return name !== undefined && Object.hasOwn(call.kwargs ?? {}, name) ? call.kwargs?.[name] : value
    })
    const places = new Set(parameters.names.slice(0, args.length))
    const rest = Object.entries(call.kwargs).filter(([name]) => !places.has(name))
    return { args: own, kwargs: { ...kwargs, ...Object.fromEntries(rest) } }
  }
  return { args: call.args ?? null, kwargs: call.kwargs ?? null }
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

/** `throws`: errors that belong to the work. */
export function isExpected(error: unknown, { throws = [] }: TaskOptions): boolean {
  return throws.some((kind) => isKind(error, kind))
}

export function isKind(error: unknown, kind: ErrorKind): boolean {
  if (typeof kind === 'function') return error instanceof kind
  return error instanceof Error && (error.name === kind || errorName(error) === kind)
}

function exhausted(
  { name, id }: RetryFacts,
  args: readonly unknown[],
  kwargs: Readonly<Record<string, unknown>>,
): Error {
  const call = `args:${argsRepr(args)} kwargs:${kwargsRepr(kwargs)}`
  return celeryError('MaxRetriesExceededError', [`Can't retry ${name}[${id}] ${call}`])
}
