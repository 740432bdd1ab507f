/** The options of one call: `task.applyAsync(args, kwargs, options)`. Names are the camelCase of Celery's. */
import type { Signature } from '../protocol/signature.ts'

export interface CallOptions {
  /** Seconds from now until it may run. */
  readonly countdown?: number
  readonly eta?: Date
  /** After this many seconds, or this time, it is not run any more. */
  readonly expires?: number | Date
  readonly queue?: string
  readonly exchange?: string
  readonly routingKey?: string
  readonly priority?: number
  readonly taskId?: string
  readonly serializer?: string
  readonly compression?: string
  /** Seconds. */
  readonly timeLimit?: number
  /** Seconds. */
  readonly softTimeLimit?: number
  readonly ignoreResult?: boolean
  readonly link?: Signature | readonly Signature[]
  readonly linkError?: Signature | readonly Signature[]
  /** The rest of a chain, next one last, as it travels (wire.md F2). */
  readonly chain?: readonly Signature[]
  readonly chord?: Signature
  readonly headers?: Readonly<Record<string, unknown>>
  readonly shadow?: string
  readonly replyTo?: string
  readonly rootId?: string
  readonly parentId?: string
  readonly groupId?: string
  readonly groupIndex?: number
  readonly retries?: number
  readonly argsrepr?: string
  readonly kwargsrepr?: string
}
