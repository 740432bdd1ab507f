/** A registered task: its options, its function, and the two ways to send it. */
import type { AsyncResult } from './async-result.ts'
import type { CallOptions } from './call-options.ts'
import type { TaskCanvas } from './canvas/task-canvas.ts'
import type { Parameters } from './params.ts'
import type { TaskOptions } from './task-options.ts'

export type { RetryCall, TaskContext } from './task-context.ts'
export type { ErrorKind, TaskOptions } from './task-options.ts'

/** What the worker needs of a task. Arguments are those after binding. */
export interface RegisteredTask {
  readonly name: string
  readonly options: TaskOptions
  /** Null: keyword arguments cannot be bound, positional ones are passed on as they are. */
  readonly parameters: Parameters | null
  readonly handler: (...args: unknown[]) => unknown
}

export interface Task<A extends readonly unknown[] = readonly unknown[], R = unknown>
  extends RegisteredTask,
    TaskCanvas<A, R> {
  /** Runs the function here and now, without any broker. Not for bound tasks, which need a worker. */
  (...args: A): R
  delay(...args: A): Promise<AsyncResult<Awaited<R>>>
  /** Throws TypeError, as Python would, when the arguments do not fit the parameters. */
  applyAsync(
    args?: Readonly<Partial<A>>,
    kwargs?: Readonly<Record<string, unknown>>,
    options?: CallOptions,
  ): Promise<AsyncResult<Awaited<R>>>
}

/** The task that a function becomes. */
export type TaskOf<F> = F extends (...args: infer A) => infer R ? Task<A, R> : never
