/**
 * The handlers of a task whose body is no more: they run in the worker's own process, without task_postrun, which tells
 * of a body that came back (worker-beat.md 2.4).
 */
import { BoundTask, type RunParts } from './bound-task.ts'
import { errorOf, type RunHooks, runHandlers } from './hooks.ts'
import { StopSource } from './pools/stop-source.ts'
import type { Failure } from './request.ts'
import type { TaskRun } from './task-run.ts'

export function hooksOfLost(run: TaskRun, how: 'timed-out' | 'lost', parts: RunParts): RunHooks {
  return async (end) => {
    if (end === null || end.failure === null) return
    if (how === 'lost' && end.state === 'FAILURE') return sendFailure(run, end.failure, parts)
    const context = new BoundTask(run, new StopSource(), parts)
    const left = { value: null, thrown: null, runtimeSeconds: 0 }
    await runHandlers(run, end, left, { signals: parts.signals, log: parts.runtime.log, context })
  }
}

/** Of a lost process listeners are told, and the task's own handlers are not, as in Celery. */
async function sendFailure({ task, message }: TaskRun, failure: Failure, { signals }: RunParts): Promise<void> {
  const { id: taskId, args, kwargs } = message
  const { traceback } = failure
  await signals.taskFailure.send({ sender: task.name, taskId, args, kwargs, exception: errorOf(failure), traceback })
}
