/** One run of an entry as the book of its runs has it, and what tasks tell of it. Pure. */
import type { RunNote } from '../../schedule-store/schedule-store.ts'
import type { TaskRecord } from '../records.ts'

const SAME_MS = 2_500

export interface BookRun {
  slotMs: number | null
  sentMs: number | null
  /** False when `sentMs` is when a worker first told of it: how late beat was is then not known. */
  isExact: boolean
  taskId: string | null
  why: RunNote['why']
  /** Known from the store, not only from a task. */
  noted: boolean
  /** Another task was sent for the same time. */
  doubled: boolean
  /** Who sent it (`gen123@host`), when events say so. */
  client: string | null
  /** Of its task, as last seen. Wall clocks. */
  state: string | null
  startedMs: number | null
  endedMs: number | null
  runtimeMs: number | null
}

/** A task of the entry's name that is no known run. */
export interface Stray {
  readonly taskId: string
  readonly atMs: number
  readonly client: string | null
}

export function blankRun(
  run: Pick<BookRun, 'slotMs' | 'sentMs' | 'taskId' | 'why' | 'noted'>,
  isExact = true,
): BookRun {
  const unknown = { state: null, startedMs: null, endedMs: null, runtimeMs: null }
  return { ...run, isExact, doubled: false, client: null, ...unknown }
}

/** When a task was sent, or first seen by a worker; wall clock. */
export function seenMs(task: TaskRecord): number | null {
  return inMs(task.sent ?? task.received ?? task.started)
}

export function timeOf(run: BookRun): number {
  return run.sentMs ?? run.slotMs ?? 0
}

export function near(ms: number | null, otherMs: number, withinMs = SAME_MS): boolean {
  return ms !== null && Math.abs(ms - otherMs) <= withinMs
}

/** Takes over what became of the run's task. True when the task tells something that was not known. */
export function fillRun(run: BookRun, task: TaskRecord): boolean {
  const next = {
    client: task.client,
    state: task.state,
    startedMs: inMs(task.started),
    endedMs: inMs(task.succeeded ?? task.failed ?? task.revoked ?? task.rejected),
    runtimeMs: task.runtime === null ? null : task.runtime * 1_000,
  }
  const changed =
    run.state !== next.state ||
    run.client !== next.client ||
    run.startedMs !== next.startedMs ||
    run.endedMs !== next.endedMs ||
    run.runtimeMs !== next.runtimeMs
  if (changed) Object.assign(run, next)
  return changed
}

function inMs(seconds: number | null): number | null {
  return seconds === null ? null : Math.round(seconds * 1_000)
}
