import type { WorkerRowView, WorkerState } from '../../lib/live/views.ts'
import { shortWorker } from '../ui/format.ts'

export type WorkerRow = {
  readonly name: string
  readonly shortName: string
  readonly state: WorkerState
  readonly active: number | null
  readonly concurrency: number | null
  readonly now: WorkerRowView['now']
  readonly donePerMinute: number
  /** Of all that ended there since Umbel watches; null when nothing did. */
  readonly failedShare: number | null
  readonly failed: number
  /** "0.42 0.38 0.31" */
  readonly load: string | null
  readonly queues: readonly string[]
  readonly pool: string | null
  readonly software: string | null
  readonly memoryBytes: number | null
  readonly upSinceMs: number | null
  readonly lastSeenMs: number | null
  /** Set when its clock is off by more than a person should overlook, in ms. */
  readonly skewMs: number | null
}

/** ux.md 3: clocks that differ by more are marked on the worker. */
const SKEW_WORTH_SAYING_MS = 5_000
const ORDER: Readonly<Record<WorkerState, number>> = {
  'not-taking': 0,
  draining: 1,
  busy: 2,
  online: 2,
  offline: 3,
}

export function toWorkerRow(worker: WorkerRowView): WorkerRow {
  const ended = worker.succeeded + worker.failed
  return {
    name: worker.name,
    shortName: shortWorker(worker.name),
    state: worker.state,
    active: worker.active,
    concurrency: worker.concurrency,
    now: worker.state === 'offline' ? null : worker.now,
    donePerMinute: worker.donePerMinute,
    failedShare: ended === 0 ? null : worker.failed / ended,
    failed: worker.failed,
    load: worker.load === null ? null : worker.load.map((value) => value.toFixed(2)).join(' '),
    queues: worker.queues,
    pool: worker.pool,
    software: worker.software,
    memoryBytes: worker.memoryBytes,
    upSinceMs: worker.upSinceMs,
    lastSeenMs: worker.lastSeenMs,
    skewMs: worker.skewMs !== null && Math.abs(worker.skewMs) > SKEW_WORTH_SAYING_MS ? worker.skewMs : null,
  }
}

/** What needs a look first, the gone last, else by name: an order that does not change with the load. */
export function byNeed(a: WorkerRow, b: WorkerRow): number {
  return ORDER[a.state] - ORDER[b.state] || a.name.localeCompare(b.name, undefined, { numeric: true })
}

export type WorkersSummary = { readonly state: WorkerState; readonly count: number }

/** How many are in each state, for the line over the table; states with none are left out. */
export function countStates(workers: readonly WorkerRowView[]): readonly WorkersSummary[] {
  const states: readonly WorkerState[] = ['online', 'busy', 'not-taking', 'draining', 'offline']
  return states
    .map((state) => ({ state, count: workers.filter((worker) => worker.state === state).length }))
    .filter((summary) => summary.count > 0)
}
