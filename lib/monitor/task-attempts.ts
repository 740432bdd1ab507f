/** The runs of a task before its last one. Events tell of each only once: what is not noted then is lost. */
import type { TaskAttempt, TaskRecord } from './records.ts'

/** Of a task that is retried for ever only the newest are kept. */
const MOST_ATTEMPTS = 20
const MOST_CHARACTERS = 300
/** The newest of them keep their traceback. */
const MOST_TRACEBACKS = 5

/**
 * The attempts when a worker has received the next one: the message of the next attempt is sent before the end of this
 * one is told, and mostly received before it too. From then on the task's times are those of the next one.
 */
export function withNextReceived(task: TaskRecord): readonly TaskAttempt[] | null {
  const { attempts, started, received, worker } = task
  const isNoted = attempts?.some((attempt) => attempt.started === started || attempt.retried === null) === true
  if (isNoted || started === null || worker === null) return attempts
  const isOwn = received !== null && received <= started
  const open: TaskAttempt = {
    retries: (isOwn ? task.retries : null) ?? nextRetries(attempts),
    worker,
    received: isOwn ? received : null,
    started,
    retried: null,
    eta: isOwn ? task.eta : null,
    exception: null,
    traceback: null,
  }
  return [...(attempts ?? []), open].slice(-MOST_ATTEMPTS)
}

/** The attempts with the one that the retry at `retriedAt` (epoch seconds) on `worker` ended, and why. */
export function withRetried(
  task: TaskRecord,
  worker: string,
  retriedAt: number,
  { exception, traceback }: Pick<TaskAttempt, 'exception' | 'traceback'>,
): readonly TaskAttempt[] {
  const before = task.attempts ?? []
  if (before.some((attempt) => attempt.retried === retriedAt)) return before
  const end = {
    worker,
    retried: retriedAt,
    exception: exception === null ? null : exception.slice(0, MOST_CHARACTERS),
    traceback,
  }
  const open = before.findIndex((attempt) => attempt.retried === null && (attempt.started ?? 0) <= retriedAt)
  if (open >= 0) return bounded(before.map((attempt, at) => (at === open ? { ...attempt, ...end } : attempt)))
  const since = before.at(-1)?.retried ?? Number.NEGATIVE_INFINITY
  const isOwn = (time: number | null): time is number => time !== null && time <= retriedAt && time >= since
  const started = isOwn(task.started) ? task.started : null
  const received = isOwn(task.received) && task.received <= (started ?? retriedAt) ? task.received : null
  const attempt: TaskAttempt = {
    retries: (received === null ? null : task.retries) ?? nextRetries(before),
    received,
    started,
    eta: received === null ? null : task.eta,
    ...end,
  }
  return bounded([...before, attempt].sort((a, b) => timeOf(a) - timeOf(b)))
}

function bounded(attempts: readonly TaskAttempt[]): readonly TaskAttempt[] {
  const kept = attempts.slice(-MOST_ATTEMPTS)
  const bare = kept.length - MOST_TRACEBACKS
  return kept.map((attempt, at) =>
    at >= bare || attempt.traceback === null ? attempt : { ...attempt, traceback: null },
  )
}

function nextRetries(attempts: readonly TaskAttempt[] | null): number {
  return (attempts?.at(-1)?.retries ?? -1) + 1
}

function timeOf({ retried, started }: TaskAttempt): number {
  return retried ?? started ?? 0
}
