/**
 * The handlers of a task whose body is no more: they run in the worker's own process, without task_postrun, which tells
 * of a body that came back (worker-beat.md 2.4).
 */
import { BoundTask, type RunParts } from './bound-task.ts'
import { type RunHooks, runHandlers } from './hooks.ts'
import { StopSource } from './pools/stop-source.ts'
import type { TaskRun } from './task-run.ts'

export function hooksOfLost(run: TaskRun, parts: RunParts): RunHooks {
  return async (end) => {
    if (end === null || end.failure === null) return
    const context = new BoundTask(run, new StopSource(), parts)
    const left = { value: null, thrown: null, runtimeSeconds: 0 }
    await runHandlers(run, end, left, { signals: parts.signals, log: parts.runtime.log, context })
  }
}
