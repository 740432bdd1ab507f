/**
 * The page of all schedules, made anew where something changed, in short turns: rows of entries that did not change are
 * the same objects as before.
 */
import type { BeatView, SchedulesView } from '../../live/schedule-views.ts'
import type { Runtime } from '../../runtime/runtime.ts'
import type { ClusterReader } from '../contracts.ts'
import type { TaskRecord } from '../records.ts'
import type { BeatMarks } from './beat-marks.ts'
import { inferredParts } from './inferred-rows.ts'
import type { RegisteredTasks } from './registered-tasks.ts'
import { brokenRow, RECENT_RUNS, scheduleRow } from './schedule-row.ts'
import { splitEntryId } from './schedule-source.ts'
import type { SourceReader } from './source-reader.ts'
import { sourceView } from './source-view.ts'
import type { TaskLinks } from './task-links.ts'
import { createTurns } from './turns.ts'

export interface SeenSchedules {
  readonly marks: BeatMarks
  beats(nowMs: number): readonly BeatView[]
  /** A task of a name that no readable schedule has. */
  see?(task: TaskRecord): void
}

export interface RowMakerDeps {
  readonly runtime: Runtime
  readonly cluster: ClusterReader
  readonly readers: ReadonlyMap<string, SourceReader>
  readonly links: TaskLinks
  readonly registered: RegisteredTasks
  readonly seen: SeenSchedules | null
}

export interface RowMaker {
  /** As it was last made. */
  view(): SchedulesView
  row(id: string): Row | undefined
  /** True when the page differs now. One at a time. */
  make(): Promise<boolean>
  /** Something was read, or passed by, that is not in the rows yet. */
  isStale(nowMs: number): boolean
}

type Row = SchedulesView['rows'][number]

/** Runs shown in the rows of all entries together, and of each at least. */
const RECENT_ALL = 20_000
const RECENT_LEAST = 1
/** The clock is looked at after so many rows that were made. */
const MADE_A_LOOK = 16
/** A task that nobody explains is judged when the notes were read: soon, or not at all. */
const JUDGED_MS = 60_000

export function createRowMaker({ runtime, cluster, readers, links, registered, seen }: RowMakerDeps): RowMaker {
  const { clock } = runtime
  /** Broken entries, and those that nobody can read. */
  let others: ReadonlyMap<string, Row> = new Map()
  let tasks: ReadonlySet<string> = new Set()
  let shown: SchedulesView = { sources: [], rows: [] }
  let built = ''
  let begun = ''
  let registeredSeen = -1

  async function make(): Promise<boolean> {
    const turns = createTurns(clock)
    const revisions = revisionsNow()
    let changed = revisions !== built
    built = revisions
    if (changed) {
      const structures = [...readers.values()].map((each) => `${each.source.name} ${each.structure}`).join()
      if (structures !== begun) {
        begun = structures
        tasks = knownTasks()
        await turns.rest()
        links.begin(candidates(), (id) => cluster.task(id))
        await turns.rest()
        await links.search(cluster, turns)
      }
    }
    changed = links.findSecondBeats(clock.nowMs()) || changed
    const known = registered.revision
    const all = known !== registeredSeen
    registeredSeen = known
    const rows: Row[] = []
    const next = new Map<string, Row>()
    for (const reader of readers.values()) {
      if (!isShown(reader)) continue
      changed = (await makeRows(reader, { rows, all, rest: turns.rest })) || changed
      makeBroken(reader, next)
    }
    const sources = [...readers.values()].filter(isShown).map((reader) => sourceView(reader, clock.nowMs()))
    // Until each was read, or could not be, nobody knows what has to be inferred.
    const areRead = [...readers.values()].every(({ known, error }) => known || error !== null)
    if (seen !== null && areRead) changed = makeInferred(seen, next, sources) || changed
    rows.push(...next.values())
    changed ||= rows.length !== shown.rows.length
    if (!changed && JSON.stringify(sources) === JSON.stringify(shown.sources)) return false
    others = next
    shown = { sources, rows }
    return true
  }

  /** Puts them into `rows`. True when one of them differs. */
  async function makeRows(
    reader: SourceReader,
    { rows, all, rest }: { readonly rows: Row[]; readonly all: boolean; rest(): Promise<void> | undefined },
  ): Promise<boolean> {
    const editable = reader.source.store.supports.edit
    const facts = { editable, editLasts: EDIT_LASTS, isRegistered: registered.has, recentMost: recentMost() }
    let changed = false
    let nowMs = clock.nowMs()
    let made = 0
    for (const tracked of reader.inOrder) {
      let row = tracked.row
      if (row === null || all || tracked.dirty || tracked.hasEdge(nowMs)) {
        tracked.dirty = false
        tracked.book.complete((id) => cluster.task(id))
        row = scheduleRow(tracked, { ...facts, nowMs })
        tracked.row = row
        changed = true
        const resting = ++made % MADE_A_LOOK === 0 ? rest() : undefined
        if (resting !== undefined) {
          await resting
          nowMs = clock.nowMs()
        }
      }
      rows.push(row)
    }
    return changed
  }

  function makeBroken(reader: SourceReader, next: Map<string, Row>): void {
    for (const each of reader.broken) {
      const row = brokenRow(reader.source.name, each)
      const before = others.get(row.id)
      next.set(row.id, before?.warnings[0] === each.reason ? before : row)
    }
  }

  function makeInferred(
    { marks, beats }: SeenSchedules,
    next: Map<string, Row>,
    sources: SchedulesView['sources'][number][],
  ): boolean {
    const nowMs = clock.nowMs()
    marks.search(cluster, nowMs)
    const inferred = inferredParts(marks, beats(nowMs), { sources, tasks }, nowMs)
    let changed = false
    for (const row of inferred.rows) {
      const before = others.get(row.id)
      const same = before !== undefined && JSON.stringify(before) === JSON.stringify(row)
      changed ||= !same
      next.set(row.id, same ? before : row)
    }
    if (inferred.source !== null) sources.push(inferred.source)
    return changed
  }

  function revisionsNow(): string {
    return [...readers.values()].map((each) => `${each.source.name} ${each.revision}`).join()
  }

  function* candidates() {
    for (const reader of readers.values()) {
      for (const tracked of reader.entries.values()) yield { tracked, noted: reader.keepsNotes }
    }
  }

  /** A view of ten thousand entries with thirty runs each would be fifty megabytes. */
  function recentMost(): number {
    let entries = 0
    for (const reader of readers.values()) entries += reader.entries.size
    return Math.max(RECENT_LEAST, Math.min(RECENT_RUNS, Math.floor(RECENT_ALL / Math.max(1, entries))))
  }

  /** Tasks of entries that can be read: nothing needs to be inferred of them. */
  function knownTasks(): ReadonlySet<string> {
    const tasks = new Set<string>()
    for (const { entries } of readers.values()) for (const { stored } of entries.values()) tasks.add(stored.entry.task)
    return tasks
  }

  return {
    view: () => shown,
    row(id) {
      const parts = splitEntryId(id)
      const tracked = parts === null ? undefined : readers.get(parts.source)?.entries.get(parts.name)
      return tracked?.row ?? others.get(id)
    },
    make,
    isStale(nowMs) {
      if (revisionsNow() !== built || registered.revision !== registeredSeen) return true
      for (const { entries } of readers.values())
        for (const tracked of entries.values())
          if (tracked.hasEdge(nowMs) || isRecent(tracked.book.newestStrayMs, nowMs)) return true
      return (seen?.marks.entries.size ?? 0) > 0 || shown.sources.some(({ beats }) => beats.length > 0)
    },
  }
}

const EDIT_LASTS =
  'until the next deploy, or until beat starts again: the schedule lives in the code of the application'

function isShown({ source, known, entries, broken, beats, error }: SourceReader): boolean {
  if (!source.unasked) return true
  return known && (entries.size > 0 || broken.length > 0 || beats.length > 0 || (error !== null && entries.size > 0))
}

function isRecent(atMs: number | null, nowMs: number): boolean {
  return atMs !== null && nowMs - atMs < JUDGED_MS
}
