/**
 * Where a schedule is kept: a file, Redis in RedBeat's layout, Django's tables, or memory. Beat sends by it; the
 * dashboard and `umbel schedule` read and edit it. Several programs may hold the same store.
 *
 *  SST-1  What was saved is loaded as it was saved, also after a crash during the next save.
 *  SST-2  An entry that cannot be read is told in `broken`, with the reason; it never hides or stops the others. A
 *         store that cannot be read as a whole is set aside where that is possible (a file), reported and begun anew;
 *         where it is not (Redis down), the call fails with an UmbelError and may be made again.
 *  SST-3  `adopt` takes over what the code says: new names are added, names that came from code and are gone are
 *         dropped, names that stay keep their runs and what an operator did to them (enabled, held). Entries that
 *         were made elsewhere are not touched, unless the code now has an entry of that name: then it is the code's.
 *  SST-4  `version` differs after any change of definitions or of what operators want (put, remove, setEnabled, hold,
 *         skip, runNow), whoever made it; runs alone do not change it.
 *  SST-5  A slot (an entry at the time when it was due) is sent once: `send` answers `taken` when the slot, or a later
 *         one, was sent or skipped before. A noted slot more than CLOCK_TOLERANCE_MS after the run's `nowMs` counts for nothing:
 *         its clock was set back since. A run by hand is sent once for each asking (`runNowMs` is then null again),
 *         else `taken`. In a store that shares the broker's Redis the message and the note are one step; in the
 *         others the note comes first and is taken back when sending failed, which `send` throws (the run is not
 *         lost, it is late); it counts as pending until then, and what a beat that was killed leaves pending is due
 *         again. `send` may be called many times at once, for different entries. An entry that is
 *         `oneOff` is disabled in the same step.
 *  SST-6  With a lease only its holder sends: `send` answers `lease-lost` without sending when the lease is not, or no
 *         longer, the caller's. A holder stops by itself one second before its lease ends.
 */
import type { Envelope } from '../protocol/envelope.ts'
import type { Schedule } from '../schedules/schedule.ts'

export const SCHEDULE_STORE_KINDS = ['memory', 'file', 'redis', 'django'] as const
export type ScheduleStoreKind = (typeof SCHEDULE_STORE_KINDS)[number]

/** A noted run that lies further in the future was noted by a clock that was set back since (SST-5). */
export const CLOCK_TOLERANCE_MS = 5_000

/** What is sent, and when. Times are wall clocks in milliseconds. */
export interface ScheduleEntry {
  /** Unique in its store. */
  readonly name: string
  readonly task: string
  readonly schedule: Schedule
  /** JSON data; kombu's typed objects (`{__type__, __value__}`) stand for dates and their kind. */
  readonly args: readonly unknown[]
  readonly kwargs: Readonly<Record<string, unknown>>
  /** Options of apply_async in Celery's names: queue, exchange, routing_key, priority, expires, headers... */
  readonly options: Readonly<Record<string, unknown>>
  readonly enabled: boolean
  /** `code`: from beat_schedule; an edit lasts until the application says otherwise. `store`: made here. */
  readonly origin: 'code' | 'store'
  readonly description: string | null
  /** Not before, not after; null = always. */
  readonly startMs: number | null
  readonly expiresMs: number | null
  /** Runs once, then is disabled. */
  readonly oneOff: boolean
}

/** What happened to an entry so far, and what an operator wants of its next runs. */
export interface EntryState {
  /**
   * When it was due for its last run (the slot), from which the next is counted, so that nothing drifts; for one that
   * never ran, when it was first seen (counting starts there), or null. Runs by hand do not move it. It lies ahead of
   * the clock only up to `skippedMs`; further ahead, the clock was set back, and beat counts from now.
   */
  readonly lastRunMs: number | null
  readonly totalRunCount: number
  /** Runs that are due at this time or before are not sent: an operator skipped the next one. Null = none. */
  readonly skippedMs: number | null
  /** Not before this; Infinity = until somebody says so; null = not held. */
  readonly heldUntilMs: number | null
  readonly heldBy: string | null
  /** A run now, besides the schedule's own: asked for at this time. */
  readonly runNowMs: number | null
}

export interface StoredEntry {
  readonly entry: ScheduleEntry
  readonly state: EntryState
}

export interface BrokenEntry {
  readonly name: string
  /** A sentence for a person: the field, the value, what was expected. */
  readonly reason: string
}

export interface LoadedSchedule {
  readonly version: string
  readonly entries: readonly StoredEntry[]
  readonly broken: readonly BrokenEntry[]
}

/** One run that is due. */
export interface Run {
  readonly name: string
  /** When it was due; what counts as "the same run". */
  readonly slotMs: number
  readonly nowMs: number
  /** The state of the entry after this run. */
  readonly totalRunCount: number
  /** When it is due next; null = never again. */
  readonly nextMs: number | null
  /** `hand`: somebody said "run now"; the schedule's own times do not move. */
  readonly why: 'due' | 'hand'
}

/** A message that is ready to go. */
export interface OutgoingRun {
  readonly taskId: string
  /** The one queue that it goes to; null when an exchange leads to none or several, which only `publish` knows. */
  readonly queue: string | null
  readonly envelope: Envelope
  /** Puts it into its queue by the broker. A store that does so itself, in one step with its note, does not call it. */
  publish(): Promise<void>
}

export type SendOutcome = 'sent' | 'taken' | 'lease-lost'

export interface Sending {
  readonly run: Run
  readonly message: OutgoingRun
}

/** What `send` gives, or what it throws. */
export type SendEnd = SendOutcome | Error

/** What was sent, newest first. */
export interface RunNote {
  readonly slotMs: number
  readonly sentMs: number
  readonly taskId: string | null
  readonly why: 'due' | 'hand' | 'skipped' | 'failed'
}

export interface Lease {
  /** Tells this holder's turn from any other, also from an earlier turn of its own. */
  readonly token: string
  /** Monotonic clock of this process: the holder acts only before this (one second less than the lease lasts). */
  readonly actUntilMs: number
}

export interface Leases {
  /** Null: somebody else holds it. */
  acquire(holder: string): Promise<Lease | null>
  /** The lease with a later end, or null when it was lost. */
  renew(lease: Lease): Promise<Lease | null>
  /** Gives it back at once, so that another need not wait. */
  release(lease: Lease): Promise<void>
}

/** A beat that works on this store, as it last said itself. */
export interface BeatPresence {
  /** `celerybeat@host`, or what is known of a foreign holder. */
  readonly node: string
  readonly pid: number | null
  readonly software: 'umbel' | 'redbeat' | 'django' | 'unknown'
  /** Wall clock; null when it tells nothing but holds the lease. */
  readonly lastTickMs: number | null
  readonly leads: boolean
  /** Wall clock of the end of its lease; null without a lease. */
  readonly leaseEndsMs: number | null
}

export interface StoreSupport {
  /** Several beats may run on it; one at a time sends. */
  readonly lease: boolean
  readonly edit: boolean
  /** Message and note in one step (SST-5). */
  readonly oneStep: boolean
}

export interface ScheduleStore {
  readonly kind: ScheduleStoreKind
  /** For banners and pages: a path, or a URL with its password masked. */
  readonly place: string
  readonly supports: StoreSupport
  /** Null where `supports.lease` is false. */
  readonly leases: Leases | null
  open(): Promise<void>
  close(): Promise<void>

  load(): Promise<LoadedSchedule>
  /** Cheap; asked at every tick (SST-4). */
  version(): Promise<string>
  adopt(entries: readonly ScheduleEntry[], nowMs: number): Promise<void>
  /**
   * Called again and again by a beat that waits for the lease, with what it would adopt: what can be read and compared
   * now need not be when its turn comes. Changes nothing.
   */
  standBy?(entries: readonly ScheduleEntry[]): Promise<void>

  /** Only beat calls these. */
  send(run: Run, message: OutgoingRun, lease: Lease | null): Promise<SendOutcome>
  /** The same for many, of different entries, with less work for each: ends in the order of `all`. Never rejects. */
  sendAll?(all: readonly Sending[], lease: Lease | null): Promise<readonly SendEnd[]>
  /** Writes what may still be in memory (Celery's sync). */
  sync(): Promise<void>
  /** Says that this beat is alive; a few times a minute. */
  report(presence: BeatPresence): Promise<void>

  /** Every beat that reported within the last minute or holds the lease. */
  beats(): Promise<readonly BeatPresence[]>
  /** At most `limit`, newest first; empty where a store keeps none. */
  runs(name: string, limit: number): Promise<readonly RunNote[]>

  /**
   * Adds, or replaces the definition of, an entry; its runs stay. One that was not there counts from now on.
   * `schedule/exists` when `mode` is add and it is there.
   */
  put(entry: ScheduleEntry, mode: 'add' | 'replace'): Promise<void>
  /** The following throw `schedule/unknown` for a name that is not there. */
  remove(name: string): Promise<void>
  setEnabled(name: string, enabled: boolean): Promise<void>
  /** Null ends a hold. */
  hold(name: string, untilMs: number | null, by: string | null): Promise<void>
  /** The next run, due at `slotMs`, is not sent (`skippedMs`); noted among the runs. */
  skip(name: string, slotMs: number): Promise<void>
  runNow(name: string, nowMs: number): Promise<void>
}
