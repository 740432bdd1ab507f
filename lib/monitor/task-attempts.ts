/** The runs of a task before its last one. Events tell of each only once: what is not noted then is lost. */
import type { TaskAttempt, TaskRecord } from './records.ts'

/** Of a task that is retried for ever only the newest are kept. */
const MOST_ATTEMPTS = 20
const MOST_CHARACTERS = 300

/**
 * The attempts with the one that the retry at `retriedAt` (epoch seconds) on `worker` ended. The message of the next
 * attempt is sent before this one's end is told, and another worker may already have it: then the task's times are
 * those of the next one, and this one's are not known any more.
 */
export function withAttempt(
  task: TaskRecord,
  worker: string,
  retriedAt: number,
  exception: string | null,
): readonly TaskAttempt[] {
  const before = task.attempts ?? []
  if (before.some((attempt) => attempt.retried === retriedAt)) return before
  const since = before.at(-1)?.retried ?? Number.NEGATIVE_INFINITY
  const own = (time: number | null) => (time !== null && time <= retriedAt && time >= since ? time : null)
  const started = own(task.started)
  const received = own(task.received)
  const isOwnPlan = received !== null
  const attempt: TaskAttempt = {
    retries: (isOwnPlan ? task.retries : null) ?? (before.at(-1)?.retries ?? -1) + 1,
    worker,
    received,
    started,
    retried: retriedAt,
    eta: isOwnPlan ? task.eta : null,
    exception: exception === null ? null : exception.slice(0, MOST_CHARACTERS),
  }
  return [...before, attempt].sort((a, b) => a.retried - b.retried).slice(-MOST_ATTEMPTS)
}
