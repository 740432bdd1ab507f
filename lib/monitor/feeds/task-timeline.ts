import type { TimelineEntryView } from '../../live/views.ts'
import type { TaskAttempt, TaskRecord } from '../records.ts'
import { ms } from './task-row.ts'
import { clip } from './words.ts'

const STEPS = ['sent', 'received', 'started', 'retried', 'rejected', 'revoked', 'failed', 'succeeded'] as const
const DETAIL = 300

/** What is known to have happened to a task, in order of time; equal times in the order of a task's life. */
export function timelineOf(task: TaskRecord): readonly TimelineEntryView[] {
  const entries: TimelineEntryView[] = []
  for (const attempt of task.attempts ?? []) entries.push(...attemptEntries(attempt, task))
  for (const what of STEPS) {
    const atMs = ms(task[what])
    if (atMs === null || (what === 'retried' && task.attempts?.some(({ retried }) => retried === task.retried)))
      continue
    entries.push({ what, atMs, by: what === 'sent' ? task.client : task.worker, detail: detailOf(task, what) })
  }
  const own = ownStep(task)
  if (own !== null) entries.push(own)
  const receivedMs = ms(task.received)
  // What was sent once more, for a retry, is received later; before that its own time counts.
  const toleranceMs = task.retried === null ? Number.POSITIVE_INFINITY : SENT_AFTER_RECEIVED_MS
  return entries.sort((a, b) => orderMs(a, receivedMs, toleranceMs) - orderMs(b, receivedMs, toleranceMs))
}

/** What is known of a run that ended in a retry and is not among the times of the task, which are of its last run. */
function attemptEntries(attempt: TaskAttempt, task: TaskRecord): readonly TimelineEntryView[] {
  const { worker: by, exception } = attempt
  const entry = (what: string, seconds: number | null, detail: string | null) => {
    const atMs = ms(seconds)
    return atMs === null ? [] : [{ what, atMs, by, detail }]
  }
  return [
    ...(attempt.received === task.received ? [] : entry('received', attempt.received, null)),
    ...(attempt.started === task.started ? [] : entry('started', attempt.started, null)),
    ...entry('retried', attempt.retried, clip(exception, DETAIL)),
  ]
}

/** Whoever sends tells of it when the message is out: a worker can be quicker, and clocks differ. */
const SENT_AFTER_RECEIVED_MS = 1_000

function orderMs({ what, atMs }: TimelineEntryView, receivedMs: number | null, toleranceMs: number): number {
  const isLate = what === 'sent' && receivedMs !== null && atMs - receivedMs < toleranceMs
  return isLate ? Math.min(atMs, receivedMs) : atMs
}

function detailOf(task: TaskRecord, what: (typeof STEPS)[number]): string | null {
  switch (what) {
    case 'sent':
      return task.queue === null ? null : `to queue ${task.queue}`
    case 'retried':
    case 'failed':
      return clip(task.exception, DETAIL)
    case 'succeeded':
      return clip(task.result, DETAIL)
    default:
      return null
  }
}

/** A custom event (`task-progress`) set the state last. */
function ownStep(task: TaskRecord): TimelineEntryView | null {
  const atMs = ms(task.timestamp)
  if (CELERY_STATES.has(task.state) || atMs === null) return null
  const detail = task.extra === null ? null : clip(JSON.stringify(task.extra), DETAIL)
  return { what: task.state.toLowerCase(), atMs, by: task.worker, detail }
}

const CELERY_STATES: ReadonlySet<string> = new Set([
  'PENDING',
  'RECEIVED',
  'STARTED',
  'SUCCESS',
  'FAILURE',
  'RETRY',
  'REVOKED',
  'REJECTED',
])
