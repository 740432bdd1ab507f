import { pythonRepr } from '../lib/protocol/repr.ts'
import type { TaskRun } from './task-run.ts'

/** A result as events and the log show it: at most `resultreprMaxsize` characters, 1024 where the task says nothing. */
export function resultRepr({ task }: Pick<TaskRun, 'task'>, value: unknown): string {
  const { resultreprMaxsize: maxLength } = task.options
  return pythonRepr(value === undefined ? null : value, maxLength === undefined ? {} : { maxLength })
}
