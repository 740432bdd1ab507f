/** A task as a row of a list. */
import type { TaskRowView } from '../../live/views.ts'
import { parseIsoTime } from '../../protocol/iso-time.ts'
import type { ClusterReader } from '../contracts.ts'
import type { ShownTask } from '../format-task.ts'
import type { TaskRecord } from '../records.ts'
import { runSeconds } from '../run-time.ts'
import { clip } from './words.ts'

const ROW_TEXT = 300
export const LOST = 'LOST'
const FINAL: ReadonlySet<string> = new Set(['SUCCESS', 'FAILURE', 'REVOKED', 'REJECTED'])

export function isFinal(state: string): boolean {
  return FINAL.has(state)
}

/**
 * A task is lost when a worker had it, that worker is gone, and nothing was heard of it for `lostAfterMs`; a task that
 * waits for its ETA may rightly be silent until then.
 */
export function isLost(task: TaskRecord, cluster: ClusterReader, nowMs: number, lostAfterMs: number): boolean {
  if (task.worker === null || isFinal(task.state) || task.state === 'PENDING') return false
  const heardMs = Math.max(task.timestamp * 1_000, etaMsOf(task) ?? 0)
  return nowMs - heardMs > lostAfterMs && cluster.worker(task.worker)?.online !== true
}

export function toTaskRow(task: TaskRecord, retryOf: string | null, lost: boolean): TaskRowView {
  const startedMs = ms(task.started)
  const waitedFromMs = ms(task.sent ?? task.received)
  const ranSeconds = runSeconds(task)
  return {
    id: task.uuid,
    name: task.name,
    state: lost ? LOST : task.state,
    args: clip(task.args, ROW_TEXT),
    kwargs: clip(task.kwargs, ROW_TEXT),
    queue: task.queue,
    worker: task.worker,
    sentMs: ms(task.sent),
    receivedMs: ms(task.received),
    startedMs,
    finishedMs: finishedMs(task),
    etaMs: etaMsOf(task),
    retries: task.retries ?? 0,
    runtimeMs: ranSeconds === null ? null : ranSeconds * 1_000,
    waitMs: startedMs === null || waitedFromMs === null ? null : Math.max(0, startedMs - waitedFromMs),
    result: clip(task.result, ROW_TEXT),
    exception: task.state === 'SUCCESS' ? null : clip(task.exception, ROW_TEXT), // of a try before the last one
    progress: progressOf(task.extra),
    retryOf,
  }
}

export function etaMsOf(task: TaskRecord): number | null {
  return task.eta === null ? null : parseIsoTime(task.eta)
}

/** When it reached the final state that it is in. */
export function finishedMs(task: TaskRecord): number | null {
  switch (task.state) {
    case 'SUCCESS':
      return ms(task.succeeded)
    case 'FAILURE':
      return ms(task.failed)
    case 'REVOKED':
      return ms(task.revoked)
    case 'REJECTED':
      return ms(task.rejected)
    default:
      return null
  }
}

/** Epoch seconds of an event as milliseconds. */
export function ms(seconds: number | null): number | null {
  return seconds === null ? null : Math.round(seconds * 1_000)
}

/** How far a task says it is, 0..1: the forms that custom events and states commonly have. */
export function progressOf(extra: Readonly<Record<string, unknown>> | null): number | null {
  if (extra === null) return null
  const [of, done] = [number(extra, 'total') ?? number(extra, 'of'), number(extra, 'current') ?? number(extra, 'done')]
  if (of !== null && of > 0 && done !== null) return share(done / of)
  const percent = number(extra, 'percent') ?? number(extra, 'pct')
  if (percent !== null) return share(percent / 100)
  const progress = number(extra, 'progress')
  return progress === null ? null : share(progress > 1 ? progress / 100 : progress)
}

function number(extra: Readonly<Record<string, unknown>>, key: string): number | null {
  const value = Object.hasOwn(extra, key) ? extra[key] : null
  return typeof value === 'number' && Number.isFinite(value) ? value : null
}

function share(value: number): number {
  return Math.min(1, Math.max(0, value))
}

/**
 * Rows by task, made anew only when the record's version, its LOST mark or its link changed: an unchanged row stays
 * the same object, and its diff costs nothing.
 */
export class RowMemo {
  // The record too: a task that was dropped and came back has another one, perhaps of the same version.
  readonly #shown: ShownTask
  readonly #rows = new Map<string, { of: TaskRecord; version: number; lost: boolean; row: TaskRowView }>()

  constructor(shown: ShownTask) {
    this.#shown = shown
  }

  row(task: TaskRecord, retryOf: string | null, lost: boolean): TaskRowView {
    const kept = this.#rows.get(task.uuid)
    const isSame = kept?.of === task && kept.version === task.version && kept.lost === lost
    if (isSame && kept.row.retryOf === retryOf) return kept.row
    const row = toTaskRow(this.#shown(task), retryOf, lost)
    this.#rows.set(task.uuid, { of: task, version: task.version, lost, row })
    return row
  }

  /** Forgets all others, once there are many of them. */
  keepOnly(rows: readonly TaskRowView[]): void {
    if (this.#rows.size <= rows.length * 2 + 100) return
    const shown = new Set(rows.map((row) => row.id))
    for (const id of this.#rows.keys()) if (!shown.has(id)) this.#rows.delete(id)
  }
}
