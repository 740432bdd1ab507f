/** One entry that is watched: its definition, what its store says of it, and the book of its runs. */
import type { ScheduleRowView } from '../../live/schedule-views.ts'
import type { ScheduleStoreKind, StoredEntry } from '../../schedule-store/schedule-store.ts'
import { nextFireMs, zoneOfSchedule } from '../../schedules/schedule.ts'
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
  #next: { readonly stored: StoredEntry; readonly lastDueMs: number; readonly nextMs: number | null } | null = null

  constructor(
    source: string,
    kind: ScheduleStoreKind,
    stored: StoredEntry,
    otherwise: { readonly zone: string; readonly nowMs: number },
  ) {
    this.source = source
    this.kind = kind
    this.name = stored.entry.name
    this.id = `${source}/${this.name}`
    this.stored = stored
    this.zone = zoneOfSchedule(stored.entry.schedule, otherwise.zone)
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

  /** A run that is later than this is overdue. */
  get toleranceMs(): number {
    return this.book.isToldAtOnce ? Math.min(OVERDUE_SEEN_MS, OVERDUE_AFTER_MS[this.kind]) : OVERDUE_AFTER_MS[this.kind]
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
