/**
 * Keeps up what one store says, in the background: its version is asked often, its entries are loaded when that
 * changed and, since runs change no version, now and then besides; notes of runs are read for the entries that ran.
 * A store that cannot be read says why; what was known of it stays.
 */
import { messageOf } from '../../errors.ts'
import type { Runtime } from '../../runtime/runtime.ts'
import type {
  BeatPresence,
  BrokenEntry,
  ScheduleEntry,
  ScheduleStoreKind,
  StoredEntry,
} from '../../schedule-store/schedule-store.ts'
import { zoneOfSchedule } from '../../schedules/schedule.ts'
import { leaderOf } from './beat-state.ts'
import type { KeptRuns } from './kept-runs.ts'
import type { QuietQueues } from './quiet-queues.ts'
import { NOTE_DELAY_MS, RUNS_KEPT } from './run-book.ts'
import type { ScheduleSource } from './schedule-source.ts'
import { TrackedEntry } from './tracked-entry.ts'
import { createTurns } from './turns.ts'

/** Loading takes at most this share of the time. */
const LOAD_SHARE = 0.05
/** Entries whose notes are read in one round; the rest follow in the next ones. */
const NOTES_A_ROUND = 200
const NOTES_AT_ONCE = 20
const STUCK_MS = 4_000
const LOAD_STUCK_MS = 30_000
const SAME_RUN_MS = 2_000
/** Where Python's beats count their runs. */
const COUNTED: ReadonlySet<ScheduleStoreKind> = new Set(['redis', 'django'])
export const ENTRIES_MOST = 20_000

export interface SourceReader {
  readonly source: ScheduleSource
  readonly entries: ReadonlyMap<string, TrackedEntry>
  /** The same by name, in order. */
  readonly inOrder: readonly TrackedEntry[]
  readonly broken: readonly BrokenEntry[]
  readonly beats: readonly BeatPresence[]
  /** Why it cannot be read now; null when it can, or was not tried yet. */
  readonly error: string | null
  /** True once it was read. */
  readonly known: boolean
  /** A beat was seen to report here since the start. */
  readonly sawBeat: boolean
  /** When they were asked for last, wall clock: what a beat is, it was then. */
  readonly beatsAtMs: number
  /** The beat that sends writes down its runs, as ours does; else they are told by their tasks and by counts. */
  readonly keepsNotes: boolean
  /** Grows when entries come, go or are begun anew, or notes begin. */
  readonly structure: number
  /** Changes with every load that told something new about entries, broken ones or beats. */
  readonly revision: number
  /** One round; rounds never overlap. Never rejects. */
  read(): Promise<void>
  /** The next round loads in any case: something was just changed by hand. */
  forceLoad(): void
  /** Its connections are being closed: what fails from now on is no news. */
  end(): void
}

export function createSourceReader(
  source: ScheduleSource,
  runtime: Runtime,
  appZone: () => string,
  { kept, emptyMs }: { readonly kept: Pick<KeptRuns, 'runsOf'>; readonly emptyMs: QuietQueues['emptyMs'] },
): SourceReader {
  const { store } = source
  const { clock } = runtime
  const entries = new Map<string, TrackedEntry>()
  let opened = !source.owned
  let broken: readonly BrokenEntry[] = []
  let beats: readonly BeatPresence[] = []
  let error: string | null = null
  let isEnding = false
  let known = false
  let beatsAtMs = clock.nowMs()
  // Null: nobody said so yet.
  let keepsNotes: boolean | null = null
  let sawBeat = false
  let isLoading = false
  let revision = 0
  let structure = 0
  let inOrder: readonly TrackedEntry[] | null = null
  let version: string | null = null
  let zone = ''
  let loadDueMs = Number.NEGATIVE_INFINITY
  let running: Promise<void> | null = null

  async function round(): Promise<void> {
    if (!opened) {
      await store.open()
      opened = true
    }
    const said = await store.version()
    if (said !== version || zone !== appZone() || clock.monotonicMs() >= loadDueMs) {
      isLoading = true
      await load().finally(() => {
        isLoading = false
      })
    }
    const now = await store.beats()
    beatsAtMs = clock.nowMs()
    sawBeat ||= now.length > 0
    const leader = leaderOf(now, beatsAtMs)
    if (leader !== null) heedNotes(leader.software === 'umbel')
    if (JSON.stringify(now) !== JSON.stringify(beats)) {
      beats = now
      revision++
    }
    await readNotes()
    if (error !== null) revision++
    error = null
    known = true
  }

  async function load(): Promise<void> {
    const startedMs = clock.monotonicMs()
    const asOfMs = clock.nowMs()
    const loaded = await store.load()
    const mayDiffer = loaded.version !== version || zone !== appZone()
    version = loaded.version
    zone = appZone()
    if (JSON.stringify(loaded.broken) !== JSON.stringify(broken)) {
      broken = loaded.broken
      revision++
    }
    const turns = createTurns(clock)
    const names = new Set<string>()
    for (const stored of loaded.entries.slice(0, ENTRIES_MOST)) {
      await turns.rest()
      names.add(stored.entry.name)
      take(stored, mayDiffer)
    }
    for (const name of entries.keys()) {
      if (names.has(name)) continue
      entries.delete(name)
      restructured()
    }
    for (const tracked of entries.values()) tracked.asOfMs = asOfMs
    const endedMs = clock.monotonicMs()
    loadDueMs = endedMs + Math.max(1_500, (endedMs - startedMs) / LOAD_SHARE)
  }

  function take(stored: StoredEntry, mayDiffer: boolean): void {
    const nowMs = clock.nowMs()
    const tracked = entries.get(stored.entry.name)
    if (tracked === undefined || (mayDiffer && !sameTimes(tracked, stored, zone))) {
      const begun = new TrackedEntry(source.name, store.kind, stored, { zone, nowMs, emptyMs })
      begun.book.restore(kept.runsOf(begun.id, runsAreOf(stored.entry)))
      entries.set(stored.entry.name, begun)
      restructured()
      return
    }
    const before = tracked.stored
    if (!mayDiffer && sameState(before, stored)) return
    const ran = stored.state.totalRunCount - before.state.totalRunCount
    if (keepsNotes !== true && ran > 0 && COUNTED.has(store.kind) && stored.state.lastRunMs !== null) {
      tracked.book.sawSent(stored.state.lastRunMs, ran)
    }
    // What is due while it is switched off, or held, is not missed.
    const wasOff = !before.entry.enabled || before.state.heldUntilMs !== null
    if (wasOff || !stored.entry.enabled || stored.state.heldUntilMs !== null) tracked.sinceMs = nowMs
    tracked.stored = mayDiffer ? stored : { entry: before.entry, state: stored.state }
    tracked.dirty = true
    revision++
  }

  function fail(why: string): void {
    if (error === null && !isEnding)
      runtime.log.warning('A schedule cannot be read', { place: store.place, reason: why })
    if (error !== why) revision++
    error = why
  }

  /** A server that is away may be waited for by its store; the page is not to wait with it. A long reading is none. */
  async function tellStuck(signal: AbortSignal): Promise<void> {
    await clock.sleep(STUCK_MS, signal)
    if (!signal.aborted && isLoading) await clock.sleep(LOAD_STUCK_MS, signal)
    if (!signal.aborted) fail(`it has not answered for ${(isLoading ? LOAD_STUCK_MS : STUCK_MS) / 1_000} s`)
  }

  function heedNotes(areKept: boolean): void {
    if (keepsNotes === areKept) return
    keepsNotes = areKept
    restructured()
  }

  function restructured(): void {
    inOrder = null
    structure++
    revision++
  }

  async function readNotes(): Promise<void> {
    const turns = createTurns(clock)
    const wanted: TrackedEntry[] = []
    for (const tracked of entries.values()) {
      if ((waitsForNotes(tracked) || countOf(tracked) !== tracked.notesOf) && wanted.push(tracked) >= NOTES_A_ROUND)
        break
    }
    for (let at = 0; at < wanted.length; at += NOTES_AT_ONCE) {
      await Promise.all(wanted.slice(at, at + NOTES_AT_ONCE).map(readNotesOf))
      await turns.rest()
    }
  }

  async function readNotesOf(tracked: TrackedEntry): Promise<void> {
    const count = countOf(tracked)
    const askedMs = clock.nowMs()
    const notes = await store.runs(tracked.name, RUNS_KEPT)
    tracked.notesOf = count
    tracked.notesReadMs = askedMs
    const noted = notes.find(({ why }) => why === 'due')
    if (noted !== undefined && leaderOf(beats, beatsAtMs) === null) {
      const isNewest = (tracked.stored.state.lastRunMs ?? 0) <= Math.max(noted.slotMs, noted.sentMs) + SAME_RUN_MS
      // A beat that notes nothing has gone on with a schedule of ours, or nobody has.
      if (!isNewest || keepsNotes === null) heedNotes(isNewest)
    }
    if (!tracked.book.note(notes)) return
    tracked.dirty = true
    revision++
  }

  return {
    source,
    entries,
    get inOrder() {
      inOrder ??= [...entries.values()].sort(byName)
      return inOrder
    },
    get structure() {
      return structure
    },
    get broken() {
      return broken
    },
    get beats() {
      return beats
    },
    get error() {
      return error
    },
    get known() {
      return known
    },
    get sawBeat() {
      return sawBeat
    },
    get beatsAtMs() {
      return beatsAtMs
    },
    get keepsNotes() {
      return keepsNotes === true
    },
    get revision() {
      return revision
    },
    end() {
      isEnding = true
    },
    forceLoad() {
      loadDueMs = Number.NEGATIVE_INFINITY
    },
    read() {
      if (running !== null) return running
      const ended = new AbortController()
      running = round()
        .catch((reason: unknown) => fail(messageOf(reason)))
        .finally(() => {
          running = null
          ended.abort()
        })
      void tellStuck(ended.signal)
      return running
    },
  }
}

function byName(a: TrackedEntry, b: TrackedEntry): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0
}

/** A task was seen that a note may explain yet. */
function waitsForNotes({ book, notesReadMs }: TrackedEntry): boolean {
  return book.newestStrayMs !== null && notesReadMs < book.newestStrayMs + 1.2 * NOTE_DELAY_MS
}

function countOf({ stored }: TrackedEntry): string {
  const { lastRunMs, totalRunCount, runNowMs, skippedMs } = stored.state
  return `${lastRunMs} ${totalRunCount} ${runNowMs} ${skippedMs}`
}

/** An entry that does something else, or at other times, has other runs. */
export function runsAreOf({ task, schedule }: ScheduleEntry): string {
  return JSON.stringify([task, schedule])
}

/** What the book of runs was begun with: another schedule begins another one. */
function sameTimes(tracked: TrackedEntry, stored: StoredEntry, zone: string): boolean {
  const same = runsAreOf(tracked.stored.entry) === runsAreOf(stored.entry)
  return same && zoneOfSchedule(stored.entry.schedule, zone) === tracked.zone
}

function sameState({ state: a }: StoredEntry, { state: b }: StoredEntry): boolean {
  return (
    a.lastRunMs === b.lastRunMs &&
    a.totalRunCount === b.totalRunCount &&
    a.heldUntilMs === b.heldUntilMs &&
    a.heldBy === b.heldBy &&
    a.runNowMs === b.runNowMs
  )
}
