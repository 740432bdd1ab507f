/** The entries of a schedule in memory, and what each operation does to them: what memory and file have in common. */
import { nearestWord } from '../errors/nearest-word.ts'
import { UmbelError } from '../errors.ts'
import {
  CLOCK_TOLERANCE_MS,
  type EntryState,
  type Run,
  type RunNote,
  type ScheduleEntry,
  type StoredEntry,
} from './schedule-store.ts'

export interface BookRecord {
  entry: ScheduleEntry
  /** Changed in place at each run: a new object for each would be garbage that has become old. */
  readonly state: Changing<EntryState>
  /** What the code last said of `enabled`; null where the code says nothing. An operator's word holds until it changes. */
  codeEnabled: boolean | null
  /** Newest last. */
  notes: Changing<RunNote>[]
}

type Changing<T> = { -readonly [key in keyof T]: T[key] }

export type NotedRun = Pick<Run, 'name' | 'slotMs' | 'nowMs' | 'why'> & { readonly taskId: string | null }

export interface ScheduleBook {
  readonly records: Map<string, BookRecord>
  stored(): readonly StoredEntry[]
  /** SST-3. True when anything changed. */
  adopt(entries: readonly ScheduleEntry[], nowMs: number): boolean
  /** SST-5. Null: taken. Else the record as it was before, for `takeBack`. */
  note(run: NotedRun): BeforeRun | null
  /** It was not sent after all. */
  takeBack(run: NotedRun, before: BeforeRun): void
  put(entry: ScheduleEntry, mode: 'add' | 'replace', nowMs: number): void
  remove(name: string): void
  setEnabled(name: string, enabled: boolean): void
  hold(name: string, untilMs: number | null, by: string | null): void
  skip(name: string, slotMs: number, nowMs: number): void
  runNow(name: string, nowMs: number): void
  /** Newest first. */
  runs(name: string, limit: number): readonly RunNote[]
}

export type BeforeRun = Pick<EntryState, 'lastRunMs' | 'totalRunCount'> & { readonly enabled: boolean }

/** All entries together keep about so many notes, each at most so many. */
const MOST_NOTES = 50_000
const MOST_NOTES_EACH = 50

export const NEW_STATE: EntryState = {
  lastRunMs: null,
  totalRunCount: 0,
  skippedMs: null,
  heldUntilMs: null,
  heldBy: null,
  runNowMs: null,
}

export function createScheduleBook(records = new Map<string, BookRecord>()): ScheduleBook {
  function known(name: string): BookRecord {
    const record = records.get(name)
    if (record !== undefined) return record
    throw new UmbelError('schedule/unknown', { name, nearest: nearestWord(name, records.keys()) })
  }

  function remember(record: BookRecord, note: RunNote): void {
    const { notes } = record
    const last = notes.at(-1)
    const most = Math.min(Math.max(Math.floor(MOST_NOTES / records.size), 1), MOST_NOTES_EACH)
    // A run that is tried again and again is one.
    const isAgain = last?.why === 'failed' && last.slotMs === note.slotMs
    if (last !== undefined && (isAgain || (most === 1 && notes.length === 1))) Object.assign(last, note)
    else if (last === undefined) record.notes = [note]
    else notes.push(note)
    if (notes.length > most) notes.splice(0, notes.length - most)
  }

  function add(entry: ScheduleEntry, nowMs: number): void {
    const codeEnabled = entry.origin === 'code' ? entry.enabled : null
    records.set(entry.name, { entry, state: { ...NEW_STATE, lastRunMs: nowMs }, codeEnabled, notes: [] })
  }

  return {
    records,
    stored: () => Array.from(records.values(), ({ entry, state }) => ({ entry, state: { ...state } })),
    adopt(entries, nowMs) {
      let changed = false
      const names = new Set<string>()
      for (const entry of entries) {
        names.add(entry.name)
        const record = records.get(entry.name)
        if (record === undefined) add(entry, nowMs)
        else if (!takeOver(record, entry)) continue
        changed = true
      }
      for (const [name, { entry }] of records) {
        if (entry.origin !== 'code' || names.has(name)) continue
        records.delete(name)
        changed = true
      }
      return changed
    },
    note(run) {
      const { slotMs, nowMs, why, taskId } = run
      const record = known(run.name)
      const { entry, state } = record
      if (why === 'hand' ? state.runNowMs !== slotMs : wasRun(state, slotMs, nowMs)) return null
      const totalRunCount = state.totalRunCount + 1
      const before = { lastRunMs: state.lastRunMs, totalRunCount: state.totalRunCount, enabled: entry.enabled }
      state.totalRunCount = totalRunCount
      if (why === 'hand') state.runNowMs = null
      else {
        state.lastRunMs = slotMs
        state.skippedMs = null
      }
      if (entry.oneOff) record.entry = { ...entry, enabled: false }
      remember(record, { slotMs, sentMs: nowMs, taskId, why })
      return before
    },
    takeBack(run, { lastRunMs, totalRunCount, enabled }) {
      const record = records.get(run.name)
      if (record === undefined) return
      const { state } = record
      if (run.why === 'hand') Object.assign(state, { totalRunCount, runNowMs: state.runNowMs ?? run.slotMs })
      else if (state.lastRunMs === run.slotMs) Object.assign(state, { totalRunCount, lastRunMs })
      if (record.entry.oneOff) record.entry = { ...record.entry, enabled }
      const last = record.notes.at(-1)
      if (last?.slotMs === run.slotMs) last.why = 'failed'
    },
    put(entry, mode, nowMs) {
      const record = records.get(entry.name)
      if (record === undefined) return add(entry, nowMs)
      if (mode === 'add') throw new UmbelError('schedule/exists', { name: entry.name })
      // What was skipped was a time of the schedule as it was.
      const isOther = JSON.stringify(record.entry.schedule) !== JSON.stringify(entry.schedule)
      if (isOther) record.state.skippedMs = null
      record.entry = entry
    },
    remove(name) {
      known(name)
      records.delete(name)
    },
    setEnabled(name, enabled) {
      const record = known(name)
      record.entry = { ...record.entry, enabled }
    },
    hold(name, untilMs, by) {
      const record = known(name)
      Object.assign(record.state, { heldUntilMs: untilMs, heldBy: untilMs === null ? null : by })
    },
    skip(name, slotMs, nowMs) {
      const record = known(name)
      if (wasRun(record.state, slotMs, nowMs)) return
      record.state.skippedMs = slotMs
      remember(record, { slotMs, sentMs: nowMs, taskId: null, why: 'skipped' })
    },
    runNow(name, nowMs) {
      const record = known(name)
      record.state.runNowMs = nowMs
    },
    runs: (name, limit) =>
      (records.get(name)?.notes ?? [])
        .slice(-limit)
        .reverse()
        .map((note) => ({ ...note })),
  }
}

/** That slot, or a later one, was sent or skipped; what lies far ahead was noted before the clock was set back. */
function wasRun({ lastRunMs, skippedMs }: EntryState, slotMs: number, nowMs: number): boolean {
  if (skippedMs !== null && slotMs <= skippedMs) return true
  return lastRunMs !== null && lastRunMs >= slotMs && lastRunMs <= nowMs + CLOCK_TOLERANCE_MS
}

/** The definition is the code's; runs, holds and the operator's "off" stay. False: it was so already. */
function takeOver(record: BookRecord, entry: ScheduleEntry): boolean {
  const { enabled } = record.codeEnabled === entry.enabled ? record.entry : entry
  record.codeEnabled = entry.enabled
  const wanted = entry.enabled === enabled ? entry : { ...entry, enabled }
  const isSame = textOf(wanted) === textOf(record.entry)
  record.entry = wanted // also when it is the same: one of the two is enough to keep
  return !isSame
}

function textOf({ name, task, schedule, args, kwargs, options, enabled, ...rest }: ScheduleEntry): string {
  const { origin, description, startMs, expiresMs, oneOff } = rest
  return JSON.stringify([
    ...[name, task, schedule, args, kwargs, options, enabled],
    ...[origin, description, startMs, expiresMs, oneOff],
  ])
}
