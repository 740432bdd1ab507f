import type { TaskRecord } from './records.ts'

export type RunInput = Pick<TaskRecord, 'state' | 'started' | 'failed' | 'revoked' | 'runtime'>

/**
 * How long a task that ended ran, in seconds, or null. Only `task-succeeded` says it (wire.md C3); of one that failed or
 * was terminated it is the time from its last start. Flower's API keeps what the events say.
 */
export function runSeconds(task: RunInput): number | null {
  const end = task.state === 'FAILURE' ? task.failed : task.state === 'REVOKED' ? task.revoked : null
  if (end === null || task.started === null) return task.runtime
  return end >= task.started ? end - task.started : task.runtime
}
