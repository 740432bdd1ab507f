/**
 * What Umbel knows of schedules: every source is read in the background, runs are found among the tasks, rows are made
 * anew for the entries that changed, in short turns. Pages, actions, alerts and metrics read what is ready here.
 */
import { UmbelError } from '../../errors.ts'
import type {
  BeatView,
  ScheduleCalendar,
  ScheduleForm,
  SchedulePreview,
  SchedulesView,
  ScheduleView,
} from '../../live/schedule-views.ts'
import { every } from '../../runtime/every.ts'
import type { Runtime } from '../../runtime/runtime.ts'
import type { Service } from '../../runtime/service.ts'
import type { ClusterReader } from '../contracts.ts'
import type { InspectorService } from '../inspector.ts'
import type { BeatMarks } from './beat-marks.ts'
import { inferredParts } from './inferred-rows.ts'
import { createRegisteredTasks } from './registered-tasks.ts'
import { scheduleCalendar } from './schedule-calendar.ts'
import { schedulePreview } from './schedule-preview.ts'
import { brokenRow, RECENT_RUNS, scheduleRow } from './schedule-row.ts'
import { type ScheduleSource, splitEntryId } from './schedule-source.ts'
import { emptySchedule, inferredView, scheduleView } from './schedule-view.ts'
import { createSourceReader, type SourceReader } from './source-reader.ts'
import { sourceView } from './source-view.ts'
import { createTaskLinks } from './task-links.ts'
import type { TrackedEntry } from './tracked-entry.ts'
import { createTurns } from './turns.ts'
import { workersZone } from './workers-zone.ts'

export interface Schedules extends Service {
  /** The page as it was last made. Parts that did not change are the same objects. */
  view(): SchedulesView
  entry(id: string): ScheduleView
  /** Somebody looks, or an alert rule asks: sources are read more often until the function returned is called. */
  watch(): () => void
  onChange(listener: () => void): () => void
  /** A place that is shown already is not shown twice. The function returned takes it away again. */
  add(source: ScheduleSource): () => Promise<void>
  /** Throws `schedule/unknown`. `broken` entries are found as well: they have no `tracked`. */
  find(id: string): { readonly reader: SourceReader; readonly name: string; readonly tracked: TrackedEntry | null }
  readers(): readonly SourceReader[]
  /** What a form would do; `text` gives its fields. */
  preview(text: (field: keyof ScheduleForm) => string | null): SchedulePreview
  calendar(hours: number): Promise<ScheduleCalendar>
  /** Reads a source now, after a person changed it. */
  refresh(reader: SourceReader): Promise<void>
}

export interface SchedulesDeps {
  readonly runtime: Runtime
  readonly cluster: ClusterReader
  readonly inspector: Pick<InspectorService, 'answers' | 'onAnswers' | 'known'>
  readonly sources: readonly ScheduleSource[]
  /** Periodic tasks and beats that are known from messages alone; left out where nobody looks at messages. */
  readonly seen?: { readonly marks: BeatMarks; beats(nowMs: number): readonly BeatView[] }
}

const TICK_MS = 1_000
const READ_WATCHED_MS = 2_000
const READ_ELSE_MS = 10_000
/** Runs shown in the rows of all entries together, and of each at least. */
const RECENT_ALL = 30_000
const RECENT_LEAST = 3

export function createSchedules(deps: SchedulesDeps): Schedules {
  const { runtime, cluster, inspector, seen } = deps
  const { clock } = runtime
  const readers = new Map<string, SourceReader>()
  const readAtMs = new Map<SourceReader, number>()
  const listeners = new Set<() => void>()
  const links = createTaskLinks()
  const registered = createRegisteredTasks(inspector, cluster)
  const ended = new AbortController()
  const unlisten: (() => void)[] = []
  let rows = new Map<string, SchedulesView['rows'][number]>()
  let shown: SchedulesView = { sources: [], rows: [] }
  let watchers = 0
  let built = ''
  let begun = ''
  let dirty = false
  let registeredSeen = -1
  let making: Promise<void> = Promise.resolve()
  let loop: Promise<void> = Promise.resolve()

  const zone = () => workersZone(inspector)
  for (const source of deps.sources) addReader(source)

  function addReader(source: ScheduleSource): SourceReader {
    const reader = createSourceReader(source, runtime, () => source.zone ?? zone())
    readers.set(source.name, reader)
    return reader
  }

  /** Sources that are waited for do not hold up the others: what is ready is shown. */
  function readSources(): void {
    const everyMs = watchers > 0 ? READ_WATCHED_MS : READ_ELSE_MS
    const nowMs = clock.monotonicMs()
    for (const reader of readers.values()) {
      if (nowMs - (readAtMs.get(reader) ?? Number.NEGATIVE_INFINITY) < everyMs) continue
      readAtMs.set(reader, nowMs)
      const before = reader.revision
      void reader.read().then(() => {
        if (reader.revision !== before && !ended.signal.aborted) make()
      })
    }
  }

  /** One at a time: the next one begins when the last has ended. */
  function make(): Promise<void> {
    making = making.then(remake, remake)
    return making
  }

  async function remake(): Promise<void> {
    const revisions = revisionsNow()
    const isNew = revisions !== built
    const turns = createTurns(clock)
    const nowMs = clock.nowMs()
    if (isNew) {
      built = revisions
      const structures = [...readers.values()].map((each) => `${each.source.name} ${each.structure}`).join()
      if (structures !== begun) {
        begun = structures
        links.begin(candidates())
        await links.search(cluster, turns)
      }
    }
    const second = links.findSecondBeats(nowMs)
    const known = registered.revision
    const all = known !== registeredSeen
    registeredSeen = known
    const next = new Map<string, SchedulesView['rows'][number]>()
    let changed = isNew || second
    for (const reader of readers.values()) {
      if (!isShown(reader)) continue
      const editable = reader.source.store.supports.edit
      const facts = { editable, editLasts: EDIT_LASTS, isRegistered: registered.has, recentMost: recentMost() }
      for (const tracked of reader.inOrder) {
        const before = rows.get(tracked.id)
        if (before === undefined || all || tracked.dirty || tracked.edgeMs <= clock.nowMs()) {
          tracked.dirty = false
          tracked.book.complete((id) => cluster.task(id))
          next.set(tracked.id, scheduleRow(tracked, { ...facts, nowMs: clock.nowMs() }))
          changed = true
          await turns.rest()
        } else next.set(tracked.id, before)
      }
      for (const each of reader.broken) {
        const row = brokenRow(reader.source.name, each)
        next.set(row.id, rows.get(row.id)?.warnings[0] === each.reason ? (rows.get(row.id) ?? row) : row)
      }
    }
    const sources = [...readers.values()].filter(isShown).map((reader) => sourceView(reader, clock.nowMs()))
    if (seen !== undefined) {
      seen.marks.search(cluster, clock.nowMs())
      const inferred = inferredParts(
        seen.marks,
        seen.beats(clock.nowMs()),
        { sources, tasks: knownTasks() },
        clock.nowMs(),
      )
      for (const row of inferred.rows) {
        const before = rows.get(row.id)
        const same = before !== undefined && JSON.stringify(before) === JSON.stringify(row)
        changed ||= !same
        next.set(row.id, same ? before : row)
      }
      if (inferred.source !== null) sources.push(inferred.source)
    }
    changed ||= next.size !== rows.size
    if (!changed && JSON.stringify(sources) === JSON.stringify(shown.sources)) return
    rows = next
    shown = { sources, rows: [...next.values()] }
    for (const listener of listeners) listener()
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
    for (const { tracked } of candidates()) tasks.add(tracked.stored.entry.task)
    return tasks
  }

  const tick = () => {
    readSources()
    const nowMs = clock.nowMs()
    if (dirty || revisionsNow() !== built || registered.revision !== registeredSeen || hasEdge(nowMs)) {
      dirty = false
      return make()
    }
    return undefined
  }
  const hasEdge = (nowMs: number) => {
    for (const { tracked } of candidates())
      if (tracked.edgeMs <= nowMs || isRecent(tracked.book.newestStrayMs, nowMs)) return true
    return (seen?.marks.entries.size ?? 0) > 0 || shown.sources.some(({ beats }) => beats.length > 0)
  }

  function find(id: string) {
    const parts = splitEntryId(id)
    const reader = parts === null ? undefined : readers.get(parts.source)
    const tracked = parts === null ? undefined : reader?.entries.get(parts.name)
    const isThere = tracked !== undefined || reader?.broken.some(({ name }) => name === parts?.name) === true
    if (parts === null || reader === undefined || !isThere) {
      throw new UmbelError('schedule/unknown', { name: id.slice(0, 300), nearest: null })
    }
    return { reader, name: parts.name, tracked: tracked ?? null }
  }

  return {
    name: 'schedules',
    view: () => shown,
    find,
    readers: () => [...readers.values()],
    preview(text) {
      const source = readers.get(text('source') ?? '')?.source
      return schedulePreview(text, source?.zone ?? zone(), clock.nowMs())
    },
    calendar(hours) {
      const entries = [...readers.values()].flatMap((reader) => [...reader.entries.values()])
      return scheduleCalendar(entries, hours, clock.nowMs(), createTurns(clock))
    },
    entry(id) {
      const row = rows.get(id) ?? null
      const parts = splitEntryId(id)
      const tracked = parts === null ? undefined : readers.get(parts.source)?.entries.get(parts.name)
      if (row !== null && tracked !== undefined) return scheduleView(row, tracked, clock.nowMs())
      const inferred = row?.inferred === true ? seen?.marks.entries.get(row.name) : undefined
      return row === null || inferred === undefined ? emptySchedule(row) : inferredView(row, inferred)
    },
    watch() {
      watchers++
      let over = false
      return () => {
        if (!over) watchers--
        over = true
      }
    },
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    add(source) {
      const { kind, place } = source.store
      const isThere = [...readers.values()].some(
        ({ source: { store } }) => store.kind === kind && store.place === place,
      )
      if (isThere && kind !== 'memory') return async () => {}
      const reader = addReader(source)
      void reader.read().then(make)
      return async () => {
        if (readers.get(source.name) === reader) readers.delete(source.name)
        await make()
      }
    },
    async refresh(reader) {
      reader.forceLoad()
      // A round that is under way may have loaded before the change.
      await reader.read()
      reader.forceLoad()
      await reader.read()
      await make()
    },
    async start() {
      unlisten.push(
        cluster.onChange(({ tasks }) => {
          for (const id of tasks) {
            const task = cluster.task(id)
            if (task === undefined) continue
            if (links.see(task)) dirty = true
            if (seen !== undefined && seen.marks.entries.size > 0) seen.marks.seeTask(task, clock.nowMs())
          }
        }),
        registered.start(),
      )
      loop = every(runtime, { name: 'schedules', everyMs: TICK_MS, atOnce: true }, ended.signal, tick)
    },
    async stop() {
      if (ended.signal.aborted) return
      ended.abort()
      for (const end of unlisten) end()
      await loop
      await making
      for (const { source } of readers.values()) if (source.owned) await source.store.close().catch(() => {})
    },
  }
}

const EDIT_LASTS = 'until the next deploy: the schedule lives in the code of the application'

function isShown({ source, known, entries, broken, beats, error }: SourceReader): boolean {
  if (!source.unasked) return true
  return known && (entries.size > 0 || broken.length > 0 || beats.length > 0 || (error !== null && entries.size > 0))
}

/** A task that nobody explains is judged when the notes were read: soon, or not at all. */
function isRecent(atMs: number | null, nowMs: number): boolean {
  return atMs !== null && nowMs - atMs < 60_000
}
