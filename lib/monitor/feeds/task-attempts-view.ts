import type { AttemptView } from '../../live/views.ts'
import { parseIsoTime } from '../../protocol/iso-time.ts'
import type { TaskAttempt, TaskRecord } from '../records.ts'
import { etaMsOf, finishedMs, LOST, ms } from './task-row.ts'
import { clip } from './words.ts'

const EXCEPTION = 300

/**
 * All runs of a task that was retried, as far as events told of them; empty when it never was. `masked`: what people see
 * of it was changed, so that its texts must not show here.
 */
export function attemptsOf(task: TaskRecord, lost: boolean, masked = false): readonly AttemptView[] {
  const { attempts } = task
  if (attempts === null) return []
  const past = attempts.map((attempt) => ({ ...pastAttempt(attempt), ...(masked && { traceback: null }) }))
  const present = presentAttempt(task, attempts, lost)
  return present === null ? past : [...past, present]
}

function pastAttempt(attempt: TaskAttempt): AttemptView {
  const startedMs = ms(attempt.started)
  const endedMs = ms(attempt.retried)
  const etaMs = attempt.eta === null ? null : parseIsoTime(attempt.eta)
  return {
    number: attempt.retries + 1,
    state: 'RETRY',
    worker: attempt.worker,
    startedMs,
    endedMs,
    waitMs: waitMs(ms(attempt.received), etaMs, startedMs),
    runMs: startedMs === null || endedMs === null ? null : Math.max(0, endedMs - startedMs),
    etaMs,
    exception: attempt.exception,
    traceback: attempt.traceback,
  }
}

/** The run that the task's own times are of; null while the next one has not been heard of. */
function presentAttempt(task: TaskRecord, attempts: readonly TaskAttempt[], lost: boolean): AttemptView | null {
  const last = attempts.at(-1)
  const own = (seconds: number | null, before: number | null) =>
    seconds !== null && seconds > (before ?? Number.NEGATIVE_INFINITY) ? ms(seconds) : null
  // It may have been received before the end of the one before it was told, but not before that one started.
  const receivedMs = own(task.received, last?.started ?? last?.retried ?? null)
  const startedMs = own(task.started, last?.retried ?? last?.started ?? null)
  const endedMs = finishedMs(task)
  if (receivedMs === null && startedMs === null && endedMs === null) return null
  const etaMs = receivedMs === null ? null : etaMsOf(task)
  return {
    number: Math.max(task.retries ?? 0, (last?.retries ?? 0) + 1) + 1,
    // The last word may still be of the one before.
    state: lost ? LOST : task.state === 'RETRY' ? 'RECEIVED' : task.state,
    worker: task.worker,
    startedMs,
    endedMs,
    waitMs: waitMs(receivedMs, etaMs, startedMs),
    runMs: startedMs === null || endedMs === null ? null : Math.max(0, endedMs - startedMs),
    etaMs,
    exception: task.state === 'FAILURE' ? clip(task.exception, EXCEPTION) : null,
    traceback: null,
  }
}

function waitMs(receivedMs: number | null, etaMs: number | null, startedMs: number | null): number | null {
  if (receivedMs === null || startedMs === null) return null
  return Math.max(0, startedMs - Math.max(receivedMs, etaMs ?? 0))
}
