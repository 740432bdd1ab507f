/** What the settings, the task and the message together say about one run. Pure. */
import type { Conf } from '../lib/client/settings/settings.ts'
import type { Signals } from '../lib/client/signals.ts'
import type { RegisteredTask } from '../lib/client/task.ts'
import type { TaskMessage } from '../lib/protocol/task-message.ts'
import { isHooked } from './hooks.ts'
import type { Policy } from './request.ts'
import type { TaskInHand } from './task-in-hand.ts'

/** The message's `ignore_result` wins over the task's, and that over the setting (worker-beat.md 2.1). */
export function policyOf(
  conf: Conf,
  task: RegisteredTask,
  message: TaskMessage,
  hasBackend: boolean,
  signals: Signals,
): Policy {
  const { options } = task
  const ignoresResult = message.ignoreResult ?? options.ignoreResult ?? conf.task_ignore_result
  const keepsErrors = options.storeErrorsEvenIfIgnored ?? conf.task_store_errors_even_if_ignored
  const acksOnEnd = options.acksOnFailureOrTimeout ?? conf.task_acks_on_failure_or_timeout
  return {
    acksLate: options.acksLate ?? conf.task_acks_late,
    acksOnFailure: options.acksOnFailure ?? conf.task_acks_on_failure ?? acksOnEnd,
    acksOnTimeout: options.acksOnTimeout ?? conf.task_acks_on_timeout ?? acksOnEnd,
    storesResults: hasBackend && !ignoresResult,
    storesErrors: hasBackend && (!ignoresResult || keepsErrors),
    tracksStarted: options.trackStarted ?? conf.task_track_started,
    rejectsOnWorkerLost: options.rejectOnWorkerLost ?? conf.task_reject_on_worker_lost ?? false,
    inChord: message.embed.chord !== null,
    hooked: isHooked(options, signals),
  }
}

/** Limits set by remote control while the worker runs, by task name; in seconds, null = none. */
export type TimeLimits = Map<string, { readonly hard: number | null; readonly soft: number | null }>

/** Null = no limit. The message's own win, then those set by remote control, the task's, and the settings'. */
export function limitsOf(conf: Conf, { task, message }: Pick<TaskInHand, 'task' | 'message'>, set: TimeLimits) {
  const { options, name } = task
  const [hard, soft] = message.timelimit
  const changed = set.get(name) ?? {
    hard: options.timeLimit ?? conf.task_time_limit,
    soft: options.softTimeLimit ?? conf.task_soft_time_limit,
  }
  const hardSeconds = hard ?? changed.hard
  const softSeconds = soft ?? changed.soft
  return {
    hardLimitMs: hardSeconds === null ? null : hardSeconds * 1000,
    softLimitMs: softSeconds === null ? null : softSeconds * 1000,
  }
}
