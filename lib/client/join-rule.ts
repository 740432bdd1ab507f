/** A task must not wait for another one: with all slots waiting, nothing is left to do what is waited for. */
import { AsyncLocalStorage } from 'node:async_hooks'
import { currentTask } from './current-task.ts'

const allowed = new AsyncLocalStorage<boolean>()

/** Results may be waited for in `body`, also inside a task. */
export function allowJoinResult<T>(body: () => T): T {
  return allowed.run(true, body)
}

/** Throws, in Celery's words, inside a task that was not allowed to wait. */
export function mustNotBlock(): void {
  if (currentTask() === null || allowed.getStore() === true) return
  const error = new Error(
    'Never call result.get() within a task! See ' +
      'https://docs.celeryq.dev/en/latest/userguide/tasks.html#avoid-launching-synchronous-subtasks',
  )
  throw Object.assign(error, { name: 'RuntimeError', pythonModule: 'builtins' })
}
