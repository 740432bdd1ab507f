/** Signals of the app that tell of a task outside of its run (worker-beat.md 2.15). */
import type { Signals } from '../lib/client/signals.ts'
import { requestOf } from './bound-task.ts'
import type { EventFields } from './request.ts'
import type { TaskInHand } from './task-in-hand.ts'

/** With the fields of the event of the same name. */
export function tellRevoked(signals: Signals, hand: TaskInHand, hostname: string, fields: EventFields): void {
  if (!signals.taskRevoked.hasListeners) return
  void signals.taskRevoked.send({
    sender: hand.task.name,
    request: requestOf(hand, hostname),
    terminated: fields['terminated'] === true,
    signum: typeof fields['signum'] === 'number' ? fields['signum'] : null,
    expired: fields['expired'] === true,
  })
}

/** Something around the task failed that was not the task. */
export function tellInternalError(signals: Signals, hand: TaskInHand, hostname: string, error: unknown): void {
  if (!signals.taskInternalError.hasListeners) return
  const { id: taskId, args, kwargs } = hand.message
  void signals.taskInternalError.send({
    sender: hand.task.name,
    taskId,
    args,
    kwargs,
    request: requestOf(hand, hostname),
    exception: error,
    traceback: error instanceof Error ? (error.stack ?? null) : null,
  })
}
