/** What the body of a task can ask of the worker that runs it: `self` of a bound task. */
import type { Retry } from '../protocol/exceptions.ts'
import type { SignatureData } from '../protocol/signature.ts'
import type { CanvasResult } from './canvas/canvas-result.ts'
import type { Signature } from './canvas/signature.ts'
import type { TaskRequest } from './task-request.ts'

/** Options of the next message are those of the present one where nothing is said. */
export interface RetryCall {
  /** Why; becomes the failure when there are no tries left. */
  readonly exc?: unknown
  readonly countdown?: number
  readonly eta?: Date
  /** Null or left out: the task's own. */
  readonly maxRetries?: number | null
  /** False: the next try is sent at once and the body goes on; else `retry` throws. */
  readonly throw?: boolean
  readonly args?: readonly unknown[]
  readonly kwargs?: Readonly<Record<string, unknown>>
  readonly queue?: string
  readonly exchange?: string
  readonly routingKey?: string
  readonly priority?: number
  readonly serializer?: string
  readonly compression?: string
  /** Seconds; null for none. */
  readonly timeLimit?: number | null
  readonly softTimeLimit?: number | null
  /** Seconds from now, or a time. */
  readonly expires?: number | Date
  /** Besides those that the message has. */
  readonly headers?: Readonly<Record<string, unknown>>
  readonly shadow?: string
  readonly ignoreResult?: boolean
}

/** `self` of a bound task. */
export interface TaskContext {
  readonly name: string
  readonly request: TaskRequest
  readonly maxRetries: number | null
  /** Aborts when the task should stop: soft or hard time limit, revoke with terminate, cold shutdown of the worker. */
  readonly signal: AbortSignal
  /**
   * Throws Retry, as in Python; `throw self.retry({ exc, countdown: 3 })` says so to readers and to TypeScript. Out of
   * tries it throws `exc` itself, or MaxRetriesExceededError. With `throw: false` it gives Retry back.
   */
  retry(call?: RetryCall): Retry
  updateState(update: { readonly state: string; readonly meta?: unknown; readonly taskId?: string }): Promise<void>
  /**
   * Goes on as another task, or as a whole canvas, under the same id: `return self.replace(other.s(1))`. Always rejects
   * with Ignore, so that this task ends here.
   */
  replace(sig: SignatureData): Promise<never>
  /** One more task in the header of the chord whose part this task is. `lazy`: it is given back instead of sent. */
  addToChord(sig: SignatureData, options?: { readonly lazy?: boolean }): Promise<CanvasResult | Signature>
  /** A custom event with the id of this task: `self.sendEvent('task-progress', { progress: 0.5 })`. */
  sendEvent(type: string, fields?: Readonly<Record<string, unknown>>): void
}
