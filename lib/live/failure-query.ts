import { withTerm } from './task-query.ts'
import type { FailureGroupView } from './views.ts'

/** The search that finds the tasks of a group of failures. */
export function failureQuery({ task, exception }: Pick<FailureGroupView, 'task' | 'exception'>): string {
  const failed = withTerm('', 'state', 'failed')
  const named = task === null ? failed : withTerm(failed, 'name', task)
  return withTerm(named, 'error', exception)
}
