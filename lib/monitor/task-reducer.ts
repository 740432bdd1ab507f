/**
 * One task event applied to one task. Pure: the same events give the same record. Times never go back, and what an
 * earlier event said is replaced only by a later one.
 */
import type { ClusterEvent } from '../protocol/events.ts'
import type { TaskEventKind } from './event-kind.ts'
import { mergeExtra } from './extra-fields.ts'
import type { TaskRecord } from './records.ts'
import { withNextReceived, withRetried } from './task-attempts.ts'
import type { StoredTask } from './task-columns.ts'
import { mayTakeState } from './task-state.ts'

/** How texts are kept (kept-text.ts). */
export interface Keep {
  readonly intern: (text: string) => string
  readonly clip: (text: string) => string
  /** Of runs that are over: only the end, and the same one once. */
  readonly traceback: (text: string) => string
  readonly maxFieldBytes: number
}

/** All fields, always in this order: 100,000 records share one hidden class and no field is ever added. */
export function createTaskRecord(uuid: string): StoredTask {
  return {
    slot: -1,
    uuid,
    name: null,
    state: 'PENDING',
    sent: null,
    received: null,
    started: null,
    succeeded: null,
    failed: null,
    retried: null,
    revoked: null,
    rejected: null,
    timestamp: 0,
    args: null,
    kwargs: null,
    result: null,
    exception: null,
    traceback: null,
    eta: null,
    expires: null,
    retries: null,
    runtime: null,
    queue: null,
    exchange: null,
    routingKey: null,
    clock: null,
    client: null,
    worker: null,
    rootId: null,
    parentId: null,
    extra: null,
    attempts: null,
    source: 'event',
    version: 0,
  }
}

/**
 * Changes `task` as the event says. False when it only repeats what was known: the same event again, or a second end
 * of the same run (a hard time limit makes two `task-failed`); such an event is not counted again.
 */
export function applyTaskEvent(task: TaskRecord, kind: TaskEventKind, event: ClusterEvent, keep: Keep): boolean {
  const { timestamp, fields } = event
  const isLate = timestamp < task.timestamp
  const takesState = mayTakeState(task, kind, event)
  const isNew = isNewStep(task, kind, timestamp)

  if (task.name === null) task.name = sharedText(fields['name'], keep)
  if (task.rootId === null) task.rootId = linkedId(fields['root_id'], task)
  if (task.parentId === null) task.parentId = linkedId(fields['parent_id'], task)
  applyKind(task, kind, event, keep)

  if (kind.milestone !== 'sent' && (takesState || !isLate || task.worker === null)) {
    if (task.worker !== event.hostname) task.worker = keep.intern(event.hostname)
  }
  if (takesState) {
    task.state = kind.state
    if (!isLate) task.timestamp = timestamp
    if (event.clock !== null) task.clock = event.clock
  }
  task.source = 'event'
  task.version++
  return isNew
}

function isNewStep(task: TaskRecord, kind: TaskEventKind, timestamp: number): boolean {
  if (kind.milestone === null) return true
  const before = task[kind.milestone]
  if (before === null) return true
  if (before === timestamp) return false
  const isEnd = kind.milestone === 'succeeded' || kind.milestone === 'failed'
  return !isEnd || task.started === null || task.started > before || timestamp < before
}

function applyKind(task: TaskRecord, kind: TaskEventKind, event: ClusterEvent, keep: Keep): void {
  const { timestamp, fields } = event
  switch (kind.milestone) {
    case 'sent':
      applySent(task, event, keep)
      task.sent = later(task.sent, timestamp)
      return
    case 'received':
      applyReceived(task, event, keep)
      task.received = later(task.received, timestamp)
      return
    case 'started':
      fillArguments(task, fields, keep)
      task.started = later(task.started, timestamp)
      return
    case 'succeeded':
      if (task.succeeded === null || timestamp >= task.succeeded) {
        task.result = text(fields['result'], keep) ?? task.result
        task.runtime = seconds(fields['runtime']) ?? task.runtime
      }
      fillArguments(task, fields, keep)
      task.succeeded = later(task.succeeded, timestamp)
      return
    case 'failed':
      applyException(task, event, keep)
      task.failed = later(task.failed, timestamp)
      return
    case 'retried':
      applyException(task, event, keep)
      task.attempts = withRetried(task, keep.intern(event.hostname), timestamp, {
        exception: text(fields['exception'], keep),
        traceback: typeof fields['traceback'] === 'string' ? keep.traceback(fields['traceback']) : null,
      })
      task.retried = later(task.retried, timestamp)
      return
    case 'revoked':
      if (fields['terminated'] === true || fields['expired'] === true) {
        task.extra = mergeExtra(task.extra, fields, keep.maxFieldBytes)
      }
      task.revoked = later(task.revoked, timestamp)
      return
    case 'rejected':
      task.rejected = later(task.rejected, timestamp)
      return
    case null:
      fillArguments(task, fields, keep)
      if (timestamp >= task.timestamp || task.extra === null) {
        task.extra = mergeExtra(task.extra, fields, keep.maxFieldBytes)
      }
  }
}

function applySent(task: TaskRecord, event: ClusterEvent, keep: Keep): void {
  const { fields, timestamp } = event
  const isLatest = task.sent === null || timestamp >= task.sent
  if (isLatest) {
    task.queue = sharedText(fields['queue'], keep) ?? task.queue
    // '' is the name of an exchange: the default one.
    task.exchange = fields['exchange'] === '' ? '' : (sharedText(fields['exchange'], keep) ?? task.exchange)
    task.routingKey = sharedText(fields['routing_key'], keep) ?? task.routingKey
    if (task.client !== event.hostname) task.client = keep.intern(event.hostname)
  }
  // What the worker says of the run it has in hand counts more than what the client says of the next one.
  if (isLatest && task.received === null) {
    task.args = text(fields['args'], keep) ?? task.args
    task.kwargs = text(fields['kwargs'], keep) ?? task.kwargs
    applyPlan(task, fields, keep)
  } else fillArguments(task, fields, keep)
}

function applyReceived(task: TaskRecord, event: ClusterEvent, keep: Keep): void {
  const { fields, timestamp } = event
  const retries = fields['retries']
  const isMore = typeof retries === 'number' && task.retries !== null && retries > task.retries
  if (task.received !== null && timestamp < task.received && !isMore) {
    fillArguments(task, fields, keep)
    return
  }
  if (typeof retries === 'number' && retries > (task.retries ?? 0)) task.attempts = withNextReceived(task)
  // Its `shadow` is told by the worker only (wire.md B2), and is how Flower names it.
  if (fields['name'] !== task.name) task.name = sharedText(fields['name'], keep) ?? task.name
  task.args = text(fields['args'], keep) ?? task.args
  task.kwargs = text(fields['kwargs'], keep) ?? task.kwargs
  applyPlan(task, fields, keep)
}

function applyPlan(task: TaskRecord, fields: ClusterEvent['fields'], keep: Keep): void {
  const { retries, eta, expires } = fields
  if (typeof retries === 'number' && Number.isSafeInteger(retries) && retries >= 0) task.retries = retries
  if (eta !== undefined) task.eta = text(eta, keep)
  if (expires !== undefined) task.expires = text(expires, keep)
}

/** Any event may bring what the first ones, which were missed, would have told. */
function fillArguments(task: TaskRecord, fields: ClusterEvent['fields'], keep: Keep): void {
  if (task.args === null) task.args = text(fields['args'], keep)
  if (task.kwargs === null) task.kwargs = text(fields['kwargs'], keep)
}

function applyException(task: TaskRecord, event: ClusterEvent, keep: Keep): void {
  const { fields, timestamp } = event
  const isLatest = timestamp >= (task.failed ?? 0) && timestamp >= (task.retried ?? 0)
  if (isLatest || task.exception === null) task.exception = text(fields['exception'], keep) ?? task.exception
  if (isLatest || task.traceback === null) task.traceback = text(fields['traceback'], keep) ?? task.traceback
  task.runtime = task.runtime ?? seconds(fields['runtime'])
  fillArguments(task, fields, keep)
}

function later(known: number | null, timestamp: number): number {
  return known !== null && known > timestamp ? known : timestamp
}

function text(value: unknown, keep: Keep): string | null {
  if (typeof value === 'string') return keep.clip(value)
  // A number where a text belongs (eta as epoch seconds) is still worth showing.
  return typeof value === 'number' || typeof value === 'bigint' ? String(value) : null
}

function sharedText(value: unknown, keep: Keep): string | null {
  return typeof value === 'string' && value !== '' ? keep.intern(value) : null
}

function seconds(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : null
}

/** The root of most tasks is the task itself: then it is the same string. */
function linkedId(value: unknown, task: TaskRecord): string | null {
  if (typeof value !== 'string' || value === '' || value.length > 255) return null
  return value === task.uuid ? task.uuid : value
}
