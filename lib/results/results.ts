/**
 * The contract of every result backend.
 *
 *  RES-1  A state that was stored is read back as it was stored, by Python too (wire.md E).
 *  RES-2  A stored SUCCESS is never overwritten.
 *  RES-3  A missing key is `null`, which Celery calls PENDING.
 *  RES-4  Text that is not a task meta is reported as a meta with the status `UNREADABLE` of protocol/task-meta.ts,
 *         never thrown; a scan leaves it out.
 */
import type { TaskMeta } from '../protocol/task-meta.ts'

export type { TaskMeta } from '../protocol/task-meta.ts'

export interface ResultSupport {
  readonly scan: boolean
  readonly subscribe: boolean
}

export interface ScanOptions {
  /** Most metas to yield. */
  readonly limit: number
  readonly signal: AbortSignal
}

export interface ResultStore {
  readonly url: string
  readonly supports: ResultSupport
  open(): Promise<void>
  close(): Promise<void>
  get(id: string): Promise<TaskMeta | null>
  /** In the order of `ids`; null where nothing is stored. One round trip. */
  getMany(ids: readonly string[]): Promise<readonly (TaskMeta | null)[]>
  /** `expiresMs` null = keep. */
  set(meta: TaskMeta, expiresMs: number | null): Promise<void>
  /** All stored metas in batches, in no order, gently (for filling a list at start). */
  scan(options: ScanOptions): AsyncIterable<readonly TaskMeta[]>
}
