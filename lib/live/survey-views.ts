/**
 * What is told of all tasks that a search of the task list finds, beside its rows: when they came, and what they have
 * in common. Both are counted anew every few seconds while somebody looks.
 */
import type { ChartView } from './views.ts'

/** The lines of the activity chart: the state that a task is in now, at the time when it was first seen. */
export const ACTIVITY_SERIES = ['succeeded', 'failed', 'retrying', 'running', 'waiting', 'other'] as const
export type ActivitySeries = (typeof ACTIVITY_SERIES)[number]

export type TaskActivityView = {
  /** Tasks per bucket, series as `ACTIVITY_SERIES`; null until they were counted. */
  readonly chart: ChartView | null
}

/** What a list of tasks can be grouped by; `error` is the class of the exception, of tasks that have one. */
export const TASK_GROUPINGS = ['name', 'error', 'queue', 'worker'] as const
export type TaskGrouping = (typeof TASK_GROUPINGS)[number]

/** Most groups of one view. */
export const TASK_GROUPS_MOST = 200

export type TaskGroupView = {
  /** The name, class, queue or worker they share; '' where a task has none. */
  readonly name: string
  readonly tasks: number
  /** Failed of those that succeeded or failed, 0..1; null when none has. */
  readonly failedShare: number | null
  readonly failed: number
  /** Of those whose run time is known. */
  readonly runP50Ms: number | null
  readonly runP95Ms: number | null
  /** When they came, over the time that all groups share. */
  readonly spark: readonly number[]
  readonly lastMs: number | null
}

export type TaskGroupsView = {
  /** The largest first; null until they were counted. */
  readonly groups: readonly TaskGroupView[] | null
  /** Groups beyond those shown. */
  readonly more: number
}

export function isTaskGrouping(text: string | null | undefined): text is TaskGrouping {
  return (TASK_GROUPINGS as readonly (string | null | undefined)[]).includes(text)
}
