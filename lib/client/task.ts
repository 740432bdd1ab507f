/** A registered task: its options, its function, and the two ways to send it. */
import type { Retry } from '../protocol/exceptions.ts'
import type { Signature } from '../protocol/signature.ts'
import type { AsyncResult } from './async-result.ts'
import type { CallOptions } from './call-options.ts'
import type { Parameters } from './params.ts'
import type { TaskRequest } from './task-request.ts'

/** A class of errors, or the name that its instances carry. */
export type ErrorKind = string | (abstract new (...args: never[]) => Error)

/** Names are the camelCase of Celery's; times in seconds, as there. What is left out comes from the settings. */
export interface TaskOptions {
  /** The function gets the task (`self`) as its first argument. */
  readonly bind?: boolean
  /** Names of the parameters, so that keyword arguments find their place. */
  readonly params?: readonly string[]
  /** Values for parameters that a call leaves out. A default in the function itself works too. */
  readonly defaults?: Readonly<Record<string, unknown>>
  /** Null = without an end. */
  readonly maxRetries?: number | null
  readonly defaultRetryDelay?: number
  readonly autoretryFor?: readonly ErrorKind[]
  readonly dontAutoretryFor?: readonly ErrorKind[]
  /** True = 1 s, doubled with every try; a number is the first pause. */
  readonly retryBackoff?: boolean | number
  readonly retryBackoffMax?: number
  readonly retryJitter?: boolean
  readonly acksLate?: boolean
  readonly acksOnFailure?: boolean
  readonly acksOnTimeout?: boolean
  readonly ignoreResult?: boolean
  readonly storeErrorsEvenIfIgnored?: boolean
  readonly trackStarted?: boolean
  readonly sendEvents?: boolean
  /** `10/m`, `5/s`, `1/h`, or a number of tasks per second. */
  readonly rateLimit?: string | number | null
  readonly timeLimit?: number
  readonly softTimeLimit?: number
  readonly expires?: number
  readonly queue?: string
  readonly routingKey?: string
  readonly exchange?: string
  readonly priority?: number
  readonly serializer?: string
  readonly compression?: string
  /** Errors that belong to the work: logged without alarm. */
  readonly throws?: readonly ErrorKind[]
}

export interface RetryCall {
  /** Why; becomes the failure when there are no tries left. */
  readonly exc?: unknown
  readonly countdown?: number
  readonly eta?: Date
  readonly maxRetries?: number
  readonly args?: readonly unknown[]
  readonly kwargs?: Readonly<Record<string, unknown>>
  readonly queue?: string
  readonly priority?: number
}

/** `self` of a bound task. */
export interface TaskContext {
  readonly name: string
  readonly request: TaskRequest
  readonly maxRetries: number | null
  /** Aborts when the task should stop: soft or hard time limit, revoke with terminate, cold shutdown of the worker. */
  readonly signal: AbortSignal
  /** To be thrown: `throw self.retry({ exc, countdown: 3 })`. Out of tries it is `exc` itself, or MaxRetriesExceededError. */
  retry(call?: RetryCall): Retry | Error
  updateState(update: { readonly state: string; readonly meta?: unknown; readonly taskId?: string }): Promise<void>
  /** A custom event with the id of this task: `self.sendEvent('task-progress', { progress: 0.5 })`. */
  sendEvent(type: string, fields?: Readonly<Record<string, unknown>>): void
}

/** What the worker needs of a task. Arguments are those after binding. */
export interface RegisteredTask {
  readonly name: string
  readonly options: TaskOptions
  /** Null: keyword arguments cannot be bound, positional ones are passed on as they are. */
  readonly parameters: Parameters | null
  readonly handler: (...args: unknown[]) => unknown
}

export interface Task<A extends readonly unknown[] = readonly unknown[], R = unknown> extends RegisteredTask {
  /** Runs the function here and now, without any broker. Not for bound tasks, which need a worker. */
  (...args: A): R
  delay(...args: A): Promise<AsyncResult<Awaited<R>>>
  /** Throws TypeError, as Python would, when the arguments do not fit the parameters. */
  applyAsync(
    args?: readonly unknown[],
    kwargs?: Readonly<Record<string, unknown>>,
    options?: CallOptions,
  ): Promise<AsyncResult<Awaited<R>>>
  /** This call as data, for `link` and friends. */
  s(...args: unknown[]): Signature
  /** The same, deaf to the result of what ran before. */
  si(...args: unknown[]): Signature
}

/** The task that a function becomes. */
export type TaskOf<F> = F extends (...args: infer A) => infer R ? Task<A, R> : never
