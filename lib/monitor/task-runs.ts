/** How long a task held a slot, and where else its time went. Pure; from what its events told. */
import { parseIsoTime } from '../protocol/iso-time.ts'
import type { TaskRecord } from './records.ts'
import { runSeconds } from './run-time.ts'

/** States in which no slot is held: what has not begun, waits to run again, has ended, or nobody knows of. */
export const HOLDS_NO_SLOT: ReadonlySet<string> = new Set([
  'PENDING',
  'RECEIVED',
  'RETRY',
  'SUCCESS',
  'FAILURE',
  'REVOKED',
  'REJECTED',
  'CANCELLED',
  'LOST',
])

type Times = Pick<
  TaskRecord,
  'state' | 'sent' | 'received' | 'started' | 'succeeded' | 'failed' | 'revoked' | 'rejected' | 'runtime' | 'eta'
> & { readonly attempts: TaskRecord['attempts'] }

interface Within {
  readonly fromMs: number
  readonly toMs: number
  readonly nowMs: number
}

/**
 * Milliseconds between `fromMs` and `toMs` in which this task held a slot: its runs that ended in a retry, and its last
 * one, until now while it goes on. `state` is that of the record, or LOST.
 */
export function slotTimeMs(task: Times, state: string, { fromMs, toMs, nowMs }: Within): number {
  const overlap = (startMs: number, endMs: number) => Math.max(0, Math.min(endMs, toMs) - Math.max(startMs, fromMs))
  let total = 0
  for (const { started, retried } of task.attempts ?? []) {
    if (started !== null && retried !== null) total += overlap(started * 1_000, retried * 1_000)
  }
  const end = endSeconds(task)
  const start = ownStart(task, end)
  if (start === null) return total
  if (end !== null) return total + overlap(start * 1_000, end * 1_000)
  return HOLDS_NO_SLOT.has(state) ? total : total + overlap(start * 1_000, nowMs)
}

/** Whether it holds one now. */
export function holdsSlot(task: Pick<TaskRecord, 'started'>, state: string): boolean {
  return task.started !== null && !HOLDS_NO_SLOT.has(state)
}

/** When it reached the end that its state tells of, epoch seconds; null before. */
export function endSeconds({ state, succeeded, failed, revoked, rejected }: Omit<Times, 'attempts'>): number | null {
  switch (state) {
    case 'SUCCESS':
      return succeeded
    case 'FAILURE':
      return failed
    case 'REVOKED':
      return revoked
    case 'REJECTED':
      return rejected
    default:
      return null
  }
}

/** The start of the last run; null when it has not begun, or the start that is known is that of a run before. */
function ownStart(task: Times, end: number | null): number | null {
  const last = task.attempts?.at(-1)
  const before = last === undefined ? Number.NEGATIVE_INFINITY : (last.retried ?? last.started ?? 0)
  if (task.started !== null && task.started > before) return task.started
  // Its start was missed, but a task that succeeded tells how long it ran.
  const ran = task.started === null ? runSeconds(task) : null
  return end === null || ran === null ? null : end - ran
}

/** Milliseconds by part of a task that ended; a part that no event tells of is null. */
export interface TimeParts {
  broker: number | null
  eta: number
  prefetch: number
  run: number
  'back-off': number
}

/** Where the time of a task went, from sent (else received) to its end; null while it has not ended. */
export function timePartsMs(task: Times): TimeParts | null {
  const end = endSeconds(task)
  if (end === null || task.received === null) return null
  const parts: TimeParts = { broker: null, eta: 0, prefetch: 0, run: 0, 'back-off': 0 }
  const attempts = task.attempts ?? []
  const first = attempts[0]
  let retried: number | null = null
  for (const attempt of attempts) {
    if (attempt.started === null || attempt.retried === null) continue
    addWait(parts, { received: attempt.received, started: attempt.started, eta: attempt.eta }, retried)
    parts.run += span(attempt.started, attempt.retried)
    retried = attempt.retried
  }
  const started = ownStart(task, end)
  addWait(parts, { received: task.received, started: started ?? end, eta: task.eta }, retried)
  if (started !== null) parts.run += span(started, end)
  // `sent` is of its last message: of a task that was retried it says nothing about the first.
  const arrived = first === undefined ? task.received : null
  if (task.sent !== null && arrived !== null) parts.broker = span(task.sent, arrived)
  return parts
}

/** What lies before one start: after a retry the back-off, else the time until its ETA; then what the worker held it for. */
function addWait(
  parts: TimeParts,
  {
    received,
    started,
    eta,
  }: { readonly received: number | null; readonly started: number; readonly eta: string | null },
  retried: number | null,
): void {
  const etaMs = eta === null ? null : parseIsoTime(eta)
  const dueSeconds = etaMs === null ? null : Math.min(etaMs / 1_000, started)
  const from = retried ?? received
  if (from === null) return
  const due = Math.max(from, dueSeconds ?? received ?? from)
  parts[retried === null ? 'eta' : 'back-off'] += span(from, due)
  parts.prefetch += span(due, started)
}

function span(from: number, to: number): number {
  return Math.max(0, to - from) * 1_000
}
