/**
 * Whether an event may change the state of a task. Celery's precedence (wire.md C7), where a stronger state is never
 * replaced by a weaker one, with four corrections, since events come late, twice and from two machines:
 *
 *  - With RETRY (and CANCELLED, after which the task is delivered again) the later event wins by its own time, not by
 *    its arrival. Celery lets whatever arrives last win, so a late `started` puts a retrying task back to STARTED.
 *  - `received` with more retries than known begins a new run, also when the worker's clock is behind.
 *  - REVOKED ends a task that is in a custom state. Celery's order would leave a revoked task in PROGRESS for ever.
 *  - Of two custom states, or the same state twice, the later one counts.
 */
import type { ClusterEvent } from '../protocol/events.ts'
import { isReady, RECEIVED, RETRY, REVOKED, rankOfState } from '../protocol/states.ts'
import type { TaskEventKind } from './event-kind.ts'
import type { TaskRecord } from './records.ts'

/** An acks-late task whose worker lost the broker or was killed: it will be delivered again. */
const CANCELLED = 'CANCELLED'
const CUSTOM_RANK = rankOfState('A CUSTOM STATE')

export function mayTakeState(task: TaskRecord, kind: TaskEventKind, event: ClusterEvent): boolean {
  const next = kind.state
  const current = task.state
  if (isUntouched(task) || beginsNewRun(task, kind, event)) return true
  if (current === next || goesByTime(current) || goesByTime(next)) {
    return isLater(task, event) || (isReady(next) && isFromOtherWorker(task, event))
  }
  const currentRank = rankOfState(current)
  if (currentRank === CUSTOM_RANK && (kind.rank === CUSTOM_RANK || next === REVOKED)) return isLater(task, event)
  return kind.rank <= currentRank
}

/** No event or result has set its state yet. */
export function isUntouched(task: TaskRecord): boolean {
  return task.timestamp === 0
}

function goesByTime(state: string): boolean {
  return state === RETRY || state === CANCELLED
}

function beginsNewRun(task: TaskRecord, kind: TaskEventKind, event: ClusterEvent): boolean {
  if (kind.state !== RECEIVED || task.retries === null || isReady(task.state)) return false
  const retries = event.fields['retries']
  if (typeof retries !== 'number' || retries <= task.retries) return false
  return isLater(task, event) || isFromOtherWorker(task, event)
}

/** By the senders' clocks; where these are equal by the Lamport clock; where that is equal too, by arrival. */
export function isLater(task: TaskRecord, event: ClusterEvent): boolean {
  if (event.timestamp !== task.timestamp) return event.timestamp > task.timestamp
  return event.clock === null || task.clock === null || event.clock >= task.clock
}

/** Times of two machines do not compare well. */
function isFromOtherWorker(task: TaskRecord, event: ClusterEvent): boolean {
  return task.worker !== null && event.hostname !== task.worker
}
