/**
 * What runs around the body of a task, where the body runs: the task's own handlers and the app's signals, in Celery's
 * order (worker-beat.md 2.3). After the end: on_success or on_failure or on_retry, the signal of the same name,
 * after_return (not for a retry), task_postrun.
 */
import type { Signals } from '../lib/client/signals.ts'
import type { TaskContext } from '../lib/client/task-context.ts'
import type { TaskOptions } from '../lib/client/task-options.ts'
import { messageOf } from '../lib/errors.ts'
import type { Log } from '../lib/runtime/log.ts'
import { celeryError } from './celery-error.ts'
import type { Failure } from './request.ts'
import type { TaskRun } from './task-run.ts'

export interface RunEnd {
  readonly state: 'SUCCESS' | 'FAILURE' | 'RETRY'
  /** Null for SUCCESS. */
  readonly failure: Failure | null
}

/** Called when the end is stored; null when there was nothing to store. Never rejects. */
export type RunHooks = (end: RunEnd | null) => Promise<void>

/** Whether anybody wants to know how this task goes. */
export function isHooked(options: TaskOptions, signals: Signals): boolean {
  const { onSuccess, onFailure, onRetry, afterReturn } = options
  if (onSuccess !== undefined || onFailure !== undefined || onRetry !== undefined || afterReturn !== undefined)
    return true
  const { taskPrerun, taskPostrun, taskSuccess, taskFailure, taskRetry } = signals
  return (
    taskPostrun.hasListeners ||
    taskPrerun.hasListeners ||
    taskSuccess.hasListeners ||
    taskFailure.hasListeners ||
    taskRetry.hasListeners
  )
}

export interface HookParts {
  readonly signals: Signals
  readonly log: Log
  /** `this` of the handlers. */
  readonly context: TaskContext
}

/** What the body left behind. */
export interface Leftover {
  readonly value: unknown
  /** What was thrown; null when it returned. */
  readonly thrown: { readonly error: unknown } | null
  readonly runtimeSeconds: number
}

export async function runEndHooks(run: TaskRun, end: RunEnd, left: Leftover, parts: HookParts): Promise<void> {
  const retval = await runHandlers(run, end, left, parts)
  await sendPostrun(run, end.state, retval, parts)
}

/** All but task_postrun. Resolves with what the run has given: its value or its error. */
export async function runHandlers(run: TaskRun, end: RunEnd, left: Leftover, parts: HookParts): Promise<unknown> {
  const { signals, context } = parts
  const { options, name } = run.task
  const { id: taskId, args, kwargs } = run.message
  const traceback = end.failure?.traceback ?? null
  // A value that could not be stored, or a process that is gone, was never thrown by anybody.
  const error = end.failure === null ? null : (left.thrown?.error ?? errorOf(end.failure))
  const einfo = { exception: error, traceback }

  switch (end.state) {
    case 'SUCCESS':
      await attempt(parts, run, 'on_success', () => options.onSuccess?.call(context, left.value, taskId, args, kwargs))
      await signals.taskSuccess.send({
        sender: name,
        result: left.value,
        runtimeSeconds: left.runtimeSeconds,
        taskId,
      })
      break
    case 'FAILURE':
      await attempt(parts, run, 'on_failure', () =>
        options.onFailure?.call(context, error, taskId, args, kwargs, einfo),
      )
      await signals.taskFailure.send({ sender: name, taskId, args, kwargs, exception: error, traceback })
      break
    case 'RETRY':
      await attempt(parts, run, 'on_retry', () => options.onRetry?.call(context, error, taskId, args, kwargs, einfo))
      await signals.taskRetry.send({ sender: name, request: context.request, reason: error, traceback })
  }
  const retval = end.state === 'SUCCESS' ? left.value : error
  if (end.state !== 'RETRY') {
    await attempt(parts, run, 'after_return', () =>
      options.afterReturn?.call(context, end.state, retval, taskId, args, kwargs, end.failure === null ? null : einfo),
    )
  }
  return retval
}

export async function sendPostrun(run: TaskRun, state: string, retval: unknown, { signals }: HookParts): Promise<void> {
  const { id: taskId, args, kwargs } = run.message
  await signals.taskPostrun.send({ sender: run.task.name, taskId, args, kwargs, state, retval })
}

/** The outcome is stored: a handler that fails cannot change it any more. */
async function attempt({ log }: HookParts, run: TaskRun, what: string, handler: () => unknown): Promise<void> {
  try {
    await handler()
  } catch (error) {
    log.error(`Task ${run.task.name}[${run.message.id}] ${what} handler raised: ${messageOf(error)}`)
  }
}

/** What was never thrown in this process, as an error. */
export function errorOf({ exception }: Failure): Error {
  return celeryError(exception.exc_type, exception.exc_message, exception.exc_module)
}
