import type { Inspector } from './contracts.ts'
import type { TaskRecord } from './records.ts'
import { servedQueues } from './served-queues.ts'

/**
 * The queue of a task. Only `task-sent` names it, which most applications do not send; but a worker that serves one
 * queue took the task from there. Asked for on every event, so the answers of workers are read when they come.
 */
export function createQueueOf(
  inspector: Pick<Inspector, 'answers' | 'onAnswers'>,
): (task: TaskRecord) => string | null {
  const onlyQueue = new Map<string, string>()
  inspector.onAnswers((worker) => {
    const [queue, ...others] = servedQueues(inspector.answers(worker))
    if (queue !== undefined && others.length === 0) onlyQueue.set(worker, queue)
    else onlyQueue.delete(worker)
  })
  return (task) => task.queue ?? (task.worker === null ? null : (onlyQueue.get(task.worker) ?? null))
}
