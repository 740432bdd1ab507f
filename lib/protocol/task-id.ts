/** Ids of tasks: by default a UUID of version 4, but any text that is not empty works (wire.md 0). */

/** Longer ones are refused from people; Celery's own result table takes 155. */
export const MAX_TASK_ID_LENGTH = 255

export function newTaskId(): string {
  return crypto.randomUUID()
}

/** For ids that come from people: no control characters, not too long. */
export function isTaskId(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= MAX_TASK_ID_LENGTH && !/\p{Cc}/u.test(value)
}
