/** What the body of a task needs to know of it, in the worker's own process or in a child. */
import type { TaskInHand } from './task-in-hand.ts'

export type TaskRun = Pick<TaskInHand, 'message' | 'task' | 'children' | 'expiresMs'> & {
  readonly delivery: Pick<TaskInHand['delivery'], 'envelope'>
}
