/**
 * The contract of every result backend.
 *
 *  RES-1  A state that was stored is read back as it was stored, by Python too (wire.md E).
 *  RES-2  A stored SUCCESS is never overwritten.
 *  RES-3  A missing key is `null`, which Celery calls PENDING.
 *  RES-4  Text that is not a task meta is reported as a meta with the status `UNREADABLE` of protocol/task-meta.ts,
 *         never thrown; a scan leaves it out.
 *  RES-5  A subscriber sees every state that is stored after `subscribe` resolved, at least the last one, also across a
 *         lost connection (it is told the present state once more when the connection is back).
 *  RES-6  The parts of a chord are counted once each; when all are there exactly one caller gets the claim to send the
 *         body, and another one gets it (by a repeated part, or `retake`) when the first dies before `done`
 *         (wire.md E4).
 *  RES-7  A saved group is read back with its members, their parents and the groups among them (wire.md E3).
 *  RES-8  What was deleted is as if it had never been stored.
 */
import type { TaskMeta } from '../protocol/task-meta.ts'

export type { TaskMeta } from '../protocol/task-meta.ts'

export interface ResultSupport {
  readonly scan: boolean
  readonly subscribe: boolean
  /** False: chords are completed by the task celery.chord_unlock, which polls. */
  readonly chords: boolean
}

/** Where a backend that keeps nothing (rpc://) sends a meta: what the task's message asked for. */
export interface ReplyAddress {
  readonly replyTo: string
  readonly correlationId: string
}

/** A GroupResult as it is saved (wire.md E3): ids, each with its own group or parent, as nested tuples. */
export interface SavedGroup {
  readonly id: string
  /** `[[id, parent], children | null]`, Celery's result tuples. */
  readonly results: readonly unknown[]
  readonly parent: unknown
}

export interface ResultSubscription {
  /** More ids for the same listener. */
  add(ids: readonly string[]): Promise<void>
  close(): Promise<void>
}

export interface ChordPart {
  readonly taskId: string
  readonly groupIndex: number | null
  readonly state: string
  /** The value, or the encoded exception. */
  readonly result: unknown
}

/** The right to send the body of a chord, held by one caller at a time. */
export interface ChordClaim {
  /**
   * In the order of the header. With a saved group, one for each of its members: the value of a group among them is the
   * list of its values, or the first failure in it stands for it. Throws `result/missing` when parts are missing.
   */
  parts(): Promise<readonly ChordPart[]>
  /** Before the body is published; false: somebody else has taken over, send nothing. */
  extend(forMs: number): Promise<boolean>
  /** The body is on its way: nothing of this chord is needed any more. */
  done(): Promise<void>
  /** The body cannot run and its failure is stored. */
  failed(): Promise<void>
}

export interface Chords {
  /** How long the first claim of a caller that dies keeps the others from it. */
  readonly claimMs: number
  /** Before the last task of the header is published: how many parts complete it. */
  setSize(groupId: string, size: number): Promise<void>
  /** add_to_chord. */
  addToSize(groupId: string, more: number): Promise<void>
  /** One part has ended and its meta is stored. The claim when it was the last one, else null. */
  addPart(groupId: string, part: ChordPart): Promise<ChordClaim | null>
  /** The claim of a chord whose parts are all there and whose claimer died; null while nothing is wrong. */
  retake(groupId: string): Promise<ChordClaim | null>
  /** Its body is still to be sent. */
  isOpen(groupId: string): Promise<boolean>
}

export interface ScanOptions {
  /** Most metas to yield. */
  readonly limit: number
  readonly signal: AbortSignal
}

export interface ResultStore {
  readonly url: string
  readonly supports: ResultSupport
  /** The queue to which this program's results are sent (rpc://), for `reply_to`; null where results are stored. */
  readonly replyTo: string | null
  open(): Promise<void>
  close(): Promise<void>
  get(id: string): Promise<TaskMeta | null>
  /** In the order of `ids`; null where nothing is stored. One round trip. */
  getMany(ids: readonly string[]): Promise<readonly (TaskMeta | null)[]>
  /** `expiresMs` null = keep. */
  set(meta: TaskMeta, expiresMs: number | null, reply?: ReplyAddress): Promise<void>
  /** Forgets a result. */
  delete(id: string): Promise<void>
  /** Calls back with each state of these tasks as it is stored, beginning with the present one where there is one. */
  subscribe(ids: readonly string[], onMeta: (meta: TaskMeta) => void): Promise<ResultSubscription>
  saveGroup(group: SavedGroup, expiresMs: number | null): Promise<void>
  getGroup(id: string): Promise<SavedGroup | null>
  deleteGroup(id: string): Promise<void>
  /** Null where `supports.chords` is false. */
  readonly chords: Chords | null
  /** Deletes what is older than results are kept, where the backend does not do so by itself. */
  cleanup?(): Promise<void>
  /** All stored metas in batches, in no order, gently (for filling a list at start). */
  scan(options: ScanOptions): AsyncIterable<readonly TaskMeta[]>
}
