/** What `app.task(name, options, handler)` takes (worker-beat.md 2.12). */
import type { CallOptions } from './call-options.ts'
import type { TaskContext } from './task-context.ts'

/** A class of errors, or the name that its instances carry. */
export type ErrorKind = string | (abstract new (...args: never[]) => Error)

type Args = readonly unknown[]
type Kwargs = Readonly<Record<string, unknown>>

/** What is known of an error beside itself. */
export interface ErrorInfo {
  readonly exception: unknown
  /** As text; as stored with the result. */
  readonly traceback: string | null
}

/** What is asked of a zod schema. */
export interface ParamSchema {
  safeParse(value: unknown): {
    readonly success: boolean
    readonly data?: unknown
    readonly error?: { readonly issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[] }
  }
  /** Of an object. */
  readonly shape?: Readonly<Record<string, unknown>>
  /** Of a tuple: its `items`. */
  readonly _zod?: { readonly def?: object }
}

/** Handlers may be async and are waited for. `this` is the task, as `self` of a bound one. */
export interface TaskHandlers {
  /** Before the body; what it throws fails the task. */
  beforeStart?(this: TaskContext, taskId: string, args: Args, kwargs: Kwargs): unknown
  /** After the result was stored. What this and the others throw is logged and changes nothing. */
  onSuccess?(this: TaskContext, retval: unknown, taskId: string, args: Args, kwargs: Kwargs): unknown
  onFailure?(this: TaskContext, exc: unknown, taskId: string, args: Args, kwargs: Kwargs, einfo: ErrorInfo): unknown
  /** When it will be tried again. */
  onRetry?(this: TaskContext, exc: unknown, taskId: string, args: Args, kwargs: Kwargs, einfo: ErrorInfo): unknown
  /** After all of them; `status` is SUCCESS, FAILURE or RETRY, `retval` the value or the error. */
  afterReturn?(
    this: TaskContext,
    status: string,
    retval: unknown,
    taskId: string,
    args: Args,
    kwargs: Kwargs,
    einfo: ErrorInfo | null,
  ): unknown
  /** Before `self.replace(sig)` sends what takes its place. */
  onReplace?(this: TaskContext, sig: unknown): unknown
}

/** Names are the camelCase of Celery's; times in seconds, as there. What is left out comes from the settings. */
export interface TaskOptions extends TaskHandlers {
  /** The function gets the task (`self`) as its first argument. */
  readonly bind?: boolean
  /**
   * Names of the parameters, so that keyword arguments find their place; `*rest` takes further arguments, `**options`
   * further keyword arguments, what stands between them is given by name only. Or a zod object or tuple, which is also
   * checked before the body.
   */
  readonly params?: readonly string[] | ParamSchema
  /** Checks the arguments where `params` only names them: a zod object of these names, or a tuple. */
  readonly schema?: ParamSchema
  /** Values for parameters that a call leaves out. A default in the function itself works too. */
  readonly defaults?: Readonly<Record<string, unknown>>
  /** False: a call is not checked against the parameters where it is sent. */
  readonly typing?: boolean
  /** Null = without an end. */
  readonly maxRetries?: number | null
  readonly defaultRetryDelay?: number
  readonly autoretryFor?: readonly ErrorKind[]
  readonly dontAutoretryFor?: readonly ErrorKind[]
  /** Passed on to `retry` when it happens by `autoretryFor`. */
  readonly retryKwargs?: { readonly maxRetries?: number | null; readonly countdown?: number }
  /** True = 1 s, doubled with every try; a number is the first pause. */
  readonly retryBackoff?: boolean | number
  readonly retryBackoffMax?: number
  readonly retryJitter?: boolean
  readonly acksLate?: boolean
  /** The older name of both that follow. */
  readonly acksOnFailureOrTimeout?: boolean
  readonly acksOnFailure?: boolean
  readonly acksOnTimeout?: boolean
  /** Late acks: the message goes back when the process that ran it is gone. */
  readonly rejectOnWorkerLost?: boolean
  /** A lost process counts as a try. */
  readonly retryOnWorkerLost?: boolean
  readonly ignoreResult?: boolean
  readonly storeErrorsEvenIfIgnored?: boolean
  readonly trackStarted?: boolean
  readonly sendEvents?: boolean
  /** Whether what it sends is listed among its children. */
  readonly trail?: boolean
  /** `10/m`, `5/s`, `1/h`, or a number of tasks per second. */
  readonly rateLimit?: string | number | null
  readonly timeLimit?: number
  readonly softTimeLimit?: number
  readonly expires?: number | Date
  readonly queue?: string
  readonly routingKey?: string
  readonly exchange?: string
  readonly priority?: number
  readonly deliveryMode?: 1 | 2
  readonly serializer?: string
  readonly compression?: string
  /** Errors that belong to the work: logged without alarm. */
  readonly throws?: readonly ErrorKind[]
  /** Most characters of the result that events and logs show. */
  readonly resultreprMaxsize?: number
  /** What logs and monitors call this call of it; null for its name. */
  shadowName?(args: Args, kwargs: Kwargs, options: CallOptions): string | null
}
