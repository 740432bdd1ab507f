/**
 * The options of one call: `task.applyAsync(args, kwargs, options)`. Names are the camelCase of Celery's. What is left
 * out or undefined comes from the task, its route and the settings; null is "none", also where the task says otherwise.
 */
import type { SignatureData } from '../protocol/signature.ts'

/** Pauses between tries to publish, in seconds; what is left out is as in task_publish_retry_policy. */
export interface RetryPolicy {
  /** Null = for ever. */
  readonly maxRetries?: number | null
  readonly intervalStart?: number
  readonly intervalStep?: number
  readonly intervalMax?: number
}

export interface CallOptions {
  /** Seconds from now until it may run. */
  readonly countdown?: number | null
  /** A text is ISO, and is sent as it is. */
  readonly eta?: Date | string | null
  /** After this many seconds, or this time, it is not run any more. */
  readonly expires?: number | Date | string | null
  readonly queue?: string | null
  readonly exchange?: string | null
  readonly exchangeType?: 'direct' | 'topic' | 'fanout' | null
  readonly routingKey?: string | null
  readonly priority?: number | null
  readonly deliveryMode?: 1 | 2 | null
  readonly taskId?: string | null
  readonly serializer?: string | null
  readonly compression?: string | null
  /** Seconds. */
  readonly timeLimit?: number | null
  /** Seconds. */
  readonly softTimeLimit?: number | null
  readonly ignoreResult?: boolean | null
  readonly link?: SignatureData | readonly SignatureData[] | null
  readonly linkError?: SignatureData | readonly SignatureData[] | null
  /** The rest of a chain, next one last, as it travels (wire.md F2). */
  readonly chain?: readonly SignatureData[] | null
  readonly chord?: SignatureData | null
  readonly headers?: Readonly<Record<string, unknown>> | null
  /** Names of stamps, each with its value in `stamps`. */
  readonly stampedHeaders?: readonly string[] | null
  readonly stamps?: Readonly<Record<string, unknown>> | null
  readonly shadow?: string | null
  readonly replyTo?: string | null
  readonly rootId?: string | null
  readonly parentId?: string | null
  readonly groupId?: string | null
  readonly groupIndex?: number | null
  readonly retries?: number | null
  readonly replacedTaskNesting?: number | null
  readonly argsrepr?: string | null
  readonly kwargsrepr?: string | null
  readonly origin?: string | null
  /** False: the running task that sends it does not list it among its children. */
  readonly addToParent?: boolean
  /** The name by which it is routed; its own when left out. */
  readonly routeName?: string | null
  /** Whether, and how, publishing is tried again while the broker is away. */
  readonly retry?: boolean | null
  readonly retryPolicy?: RetryPolicy | null
  /** Further properties of the message: `{ app_id: 'shop' }`. */
  readonly properties?: Readonly<Record<string, unknown>> | null
}
