/** What a stored result (wire.md E2) tells about a task whose events were missed. Pure. */

import { exactRepr } from '../protocol/exact-repr.ts'
import { exceptionText } from '../protocol/exception-info.ts'
import { parseIsoTime } from '../protocol/iso-time.ts'
import { FAILURE, isReady, PENDING, RETRY, REVOKED, rankOfState, SUCCESS } from '../protocol/states.ts'
import type { TaskMeta } from '../results/results.ts'
import type { TaskRecord } from './records.ts'
import type { Keep } from './task-reducer.ts'
import { isUntouched } from './task-state.ts'

/** True when something was new. Never moves a task back, and never replaces what an event has told. */
export function applyTaskMeta(task: TaskRecord, meta: TaskMeta, nowMs: number, keep: Keep): boolean {
  const before = { ...task }
  const doneSeconds = (meta.date_done === null ? null : parseIsoTime(meta.date_done)) ?? nowMs
  if (movesForward(task, meta.status)) {
    task.state = keep.intern(meta.status)
    task.timestamp = Math.max(task.timestamp, doneSeconds / 1_000)
    task.source = 'result'
  }
  if (task.state === meta.status) fillOutcome(task, meta, doneSeconds / 1_000, keep)
  fillIdentity(task, meta, keep)
  if (!differs(before, task)) return false
  task.version++
  return true
}

function movesForward(task: TaskRecord, status: string): boolean {
  if (status === task.state || status === PENDING || status === '') return false
  if (isUntouched(task)) return true
  if (task.state === RETRY) return isReady(status)
  // A custom state or RETRY in the store may be older than what the events say; an end can't be.
  if (isReady(status)) return rankOfState(status) < rankOfState(task.state) || !isReady(task.state)
  return status !== RETRY && rankOfState(status) < rankOfState(task.state)
}

function fillOutcome(task: TaskRecord, meta: TaskMeta, doneSeconds: number, keep: Keep): void {
  switch (meta.status) {
    case SUCCESS:
      task.succeeded ??= doneSeconds
      task.result ??= keep.clip(exactRepr(meta.result, keep.maxFieldBytes + 1))
      return
    case FAILURE:
    case RETRY:
      if (meta.status === FAILURE) task.failed ??= doneSeconds
      else task.retried ??= doneSeconds
      task.exception ??= clipOrNull(exceptionText(meta.result), keep)
      task.traceback ??= clipOrNull(meta.traceback, keep)
      return
    case REVOKED:
      task.revoked ??= doneSeconds
      task.exception ??= clipOrNull(exceptionText(meta.result), keep)
  }
}

function fillIdentity(task: TaskRecord, meta: TaskMeta, keep: Keep): void {
  task.name ??= meta.name ? keep.intern(meta.name) : null
  task.worker ??= meta.worker ? keep.intern(meta.worker) : null
  task.queue ??= meta.queue ? keep.intern(meta.queue) : null
  task.parentId ??= meta.parent_id ?? null
  task.retries ??= meta.retries ?? null
  task.args ??= argumentsText(meta.args, '()', keep)
  task.kwargs ??= argumentsText(meta.kwargs, '{}', keep)
}

/** Celery stores `[1, 2]`, events show the same as `(1, 2)`: one form for both. */
function argumentsText(value: unknown, empty: string, keep: Keep): string | null {
  if (value === undefined || value === null) return null
  if (typeof value === 'string') return keep.clip(value)
  const text = exactRepr(value, keep.maxFieldBytes + 1)
  if (text === '[]' || text === '{}') return empty
  if (!Array.isArray(value) || !text.endsWith(']')) return keep.clip(text)
  return keep.clip(`(${text.slice(1, -1)}${value.length === 1 ? ',' : ''})`)
}

function clipOrNull(text: string | null, keep: Keep): string | null {
  return text === null ? null : keep.clip(text)
}

function differs(before: TaskRecord, after: TaskRecord): boolean {
  // Both have the same fields: one is the copy of the other.
  for (const field of Object.keys(before) as (keyof TaskRecord)[]) if (before[field] !== after[field]) return true
  return false
}
