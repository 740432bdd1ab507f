/** One entry that is watched: its definition, what its store says of it, and the book of its runs. */
import type { ScheduleRowView } from '../../live/schedule-views.ts'
import type { ScheduleStoreKind, StoredEntry } from '../../schedule-store/schedule-store.ts'
import { nextFireMs, zoneOfSchedule } from '../../schedules/schedule.ts'
import type { QuietQueues } from './quiet-queues.ts'
import { RunBook } from './run-book.ts'

/** A store tells of a run at once, or when its beat saves (Celery's sync: every 3 minutes, worker-beat.md 5.3). */
const OVERDUE_AFTER_MS: Readonly<Record<ScheduleStoreKind, number>> = {
  memory: 10_000,
  file: 10_000,
  redis: 10_000,
  django: 240_000,
}
/** Where beat itself tells of its runs by events (task_send_sent_event), it does so at once. */
const OVERDUE_SEEN_MS = 10_000
/** The queues are read every few seconds: what they prove is known a little after it is so. */
const PROOFS_MS = [13_000, 20_000, 60_000]

export class TrackedEntry {
  readonly id: string
  readonly source: string
  readonly name: string
  readonly zone: string
  readonly kind: ScheduleStoreKind
  stored: StoredEntry
  readonly book: RunBook
  /** Since when it is seen to be switched on as it is now: what was due before is not judged. */
  sinceMs: number
  /** Wall clock of the last reading: what its store knew then is all that is known. */
  asOfMs: number
  /** Wall clock at which it is to be judged again although nothing was heard. */
  edgeMs = 0
  /** A reading of this time, or a later one, has it judged again. */
  dueEdgeMs = 0
  dirty = true
  /** As the page shows it; null until it was made. */
  row: ScheduleRowView | null = null
  /** What the store had counted when its notes were read last. */
  notesOf = ''
  /** Wall clock of that. */
  notesReadMs = 0
  /** False until the tasks that are kept were looked through for its runs. */
  searched = false
  /** When a run was last seen that a second beat must have sent; null = never. */
  secondBeatMs: number | null = null
  readonly #emptyMs: QuietQueues['emptyMs']
  /** The run that was due then was not sent: nothing of it waited long after. */
  #unsentMs: number | null = null
  #next: { readonly stored: StoredEntry; readonly lastDueMs: number; readonly nextMs: number | null } | null = null

  constructor(
    source: string,
    kind: ScheduleStoreKind,
    stored: StoredEntry,
    otherwise: { readonly zone: string; readonly nowMs: number; readonly emptyMs?: QuietQueues['emptyMs'] },
  ) {
    this.source = source
    this.kind = kind
    this.name = stored.entry.name
    this.id = `${source}/${this.name}`
    this.stored = stored
    this.zone = zoneOfSchedule(stored.entry.schedule, otherwise.zone)
    this.#emptyMs = otherwise.emptyMs ?? (() => null)
    this.sinceMs = otherwise.nowMs
    this.asOfMs = otherwise.nowMs
    this.book = new RunBook(stored.entry.schedule, this.zone, otherwise.nowMs)
  }

  /** From when the next run is counted. */
  get lastDueMs(): number {
    const { lastRunMs } = this.stored.state
    const run = this.book.runs.findLast(({ why, noted }) => why === 'due' && !noted)
    // Where the store keeps no notes its beat counts from when it sent (Python's).
    return Math.max(lastRunMs ?? this.sinceMs, run?.sentMs ?? 0)
  }

  /** When it is due next, also when that time has passed; null: never, or not until somebody says so. */
  get nextMs(): number | null {
    const { lastDueMs } = this
    // Asked each second of ten thousand entries; the calendar answers slowly.
    if (this.#next?.stored !== this.stored || this.#next.lastDueMs !== lastDueMs) {
      this.#next = { stored: this.stored, lastDueMs, nextMs: this.#nextAfter(lastDueMs) }
    }
    return this.#next.nextMs
  }

  #nextAfter(lastDueMs: number): number | null {
    const { entry, state } = this.stored
    if (!entry.enabled || state.heldUntilMs === Number.POSITIVE_INFINITY) return null
    // What an operator skipped is not sent; the run after it is the next.
    const next = nextFireMs(entry.schedule, Math.max(lastDueMs, state.skippedMs ?? 0), this.zone)
    if (next === null) return null
    const at = Math.round(Math.max(next, state.heldUntilMs ?? 0, entry.startMs ?? 0))
    return entry.expiresMs !== null && at > entry.expiresMs ? null : at
  }

  /** When nothing of this entry waited in a queue, last before this; null when nobody can tell. */
  emptyMs(beforeMs?: number): number | null {
    const { queue } = this.stored.entry.options
    return this.#emptyMs(typeof queue === 'string' && queue !== '' ? queue : null, beforeMs)
  }

  /** A run that is later than this is overdue. */
  get toleranceMs(): number {
    const mostMs = OVERDUE_AFTER_MS[this.kind]
    return mostMs > OVERDUE_SEEN_MS && (this.book.isToldAtOnce || this.#isUnsent()) ? OVERDUE_SEEN_MS : mostMs
  }

  /** When its row may differ because a run that is due did not come, in ms after that. */
  get judgedAfterMs(): readonly number[] {
    const { toleranceMs } = this
    return toleranceMs > OVERDUE_SEEN_MS ? [...PROOFS_MS, toleranceMs] : [toleranceMs]
  }

  #isUnsent(): boolean {
    const { nextMs } = this
    if (nextMs === null || !this.book.isSeenByWorkers) return false
    const emptyMs = this.emptyMs()
    if (emptyMs !== null && emptyMs - nextMs > OVERDUE_SEEN_MS) this.#unsentMs = nextMs
    return this.#unsentMs === nextMs
  }

  /** Something about it changes by the passing of time alone. */
  hasEdge(nowMs: number): boolean {
    return this.edgeMs <= nowMs || this.dueEdgeMs <= this.asOfMs
  }

  isHeld(nowMs: number): boolean {
    const { heldUntilMs } = this.stored.state
    return heldUntilMs !== null && heldUntilMs > nowMs
  }
}
