/**
 * A task's verdicts about its own message, thrown like Celery's exceptions of the same names. Told apart by `verdict`,
 * not by `instanceof`: a task file and a worker may each have loaded this module.
 */
export type { EncodedException } from './exception-info.ts'

export type Verdict = 'retry' | 'ignore' | 'reject'

export interface RetryOptions {
  /** Why it could not be done now; stored with state RETRY. */
  readonly cause?: unknown
  /** Seconds from now. */
  readonly countdown?: number
  readonly eta?: Date
}

/** The task will be run again: thrown by `this.retry(...)` after the new message is sent. */
export class Retry extends Error {
  override readonly name = 'Retry'
  readonly verdict = 'retry'
  readonly countdown: number | null
  readonly eta: Date | null

  constructor(message = '', options: RetryOptions = {}) {
    super(message, { cause: options.cause })
    this.countdown = options.countdown ?? null
    this.eta = options.eta ?? null
  }
}

/** Nothing is to be stored or sent for this run; the message is acknowledged. */
export class Ignore extends Error {
  override readonly name = 'Ignore'
  readonly verdict = 'ignore'
}

/** The message is refused; with `requeue` it goes back to its queue. Works for tasks that acknowledge late. */
export class Reject extends Error {
  override readonly name = 'Reject'
  readonly verdict = 'reject'
  readonly reason: unknown
  readonly requeue: boolean

  constructor(reason: unknown = null, options: { readonly requeue?: boolean } = {}) {
    super(`reject requeue=${options.requeue ? 'True' : 'False'}: ${String(reason)}`)
    this.reason = reason
    this.requeue = options.requeue ?? false
  }
}

/** The soft time limit has passed: the reason of a task's AbortSignal, and its failure unless the body handles it. */
export class SoftTimeLimitExceeded extends Error {
  override readonly name = 'SoftTimeLimitExceeded'
  readonly pythonModule = 'billiard.exceptions'
  readonly args: readonly unknown[] = []

  constructor() {
    super('SoftTimeLimitExceeded()')
  }
}

const VERDICTS: Readonly<Record<string, Verdict>> = { Retry: 'retry', Ignore: 'ignore', Reject: 'reject' }

/** The verdict that a thrown value is, or null for an ordinary failure. */
export function verdictOf(thrown: unknown): Retry | Ignore | Reject | null {
  return isVerdict(thrown) ? thrown : null
}

function isVerdict(thrown: unknown): thrown is Retry | Ignore | Reject {
  return (
    thrown instanceof Error &&
    'verdict' in thrown &&
    Object.hasOwn(VERDICTS, thrown.name) &&
    VERDICTS[thrown.name] === thrown.verdict
  )
}
