/**
 * What Umbel knows of schedules: every source is read in the background, runs are found among the tasks, rows are made
 * anew for the entries that changed, in short turns. Pages, actions, alerts and metrics read what is ready here.
 */
import { UmbelError } from '../../errors.ts'
import type {
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
import { keptEntries, linesToKeep } from './kept-lines.ts'
import { createKeptRuns } from './kept-runs.ts'
import { createQuietQueues, type QuietQueues, type QuietQueuesDeps } from './quiet-queues.ts'
import { createRegisteredTasks } from './registered-tasks.ts'
import { createRowMaker, type SeenSchedules } from './row-maker.ts'
import { scheduleCalendar } from './schedule-calendar.ts'
import { schedulePreview } from './schedule-preview.ts'
import { type ScheduleSource, splitEntryId } from './schedule-source.ts'
import { emptySchedule, inferredView, scheduleView } from './schedule-view.ts'
import { createSourceReader, type SourceReader } from './source-reader.ts'
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
  readonly seen?: SeenSchedules
  /** Left out where nobody reads them. */
  readonly queues?: QuietQueuesDeps['queues']
  /** Where runs are kept over a restart; null, or left out: nowhere. */
  readonly dataDir?: string | null
}

const TICK_MS = 1_000
const READ_WATCHED_MS = 2_000
const READ_ELSE_MS = 10_000
const KEEP_EVERY_MS = 30_000

export function createSchedules(deps: SchedulesDeps): Schedules {
  const { runtime, cluster, inspector, seen } = deps
  const { clock } = runtime
  const readers = new Map<string, SourceReader>()
  const readAtMs = new Map<SourceReader, number>()
  const listeners = new Set<() => void>()
  const links = createTaskLinks()
  const registered = createRegisteredTasks(inspector, cluster)
  const quiet = deps.queues === undefined ? null : createQuietQueues({ ...{ inspector, cluster }, queues: deps.queues })
  const emptyMs: QuietQueues['emptyMs'] = (queue, beforeMs) => quiet?.emptyMs(queue, beforeMs) ?? null
  const kept = createKeptRuns(deps.dataDir ?? null, runtime)
  const ended = new AbortController()
  const unlisten: (() => void)[] = []
  const page = createRowMaker({ runtime, cluster, readers, links, registered, seen: seen ?? null })
  let watchers = 0
  let dirty = false
  let making: Promise<void> = Promise.resolve()
  let loops: Promise<void>[] = []

  const zone = () => workersZone(inspector)
  for (const source of deps.sources) addReader(source)

  function addReader(source: ScheduleSource): SourceReader {
    const reader = createSourceReader(source, runtime, () => source.zone ?? zone(), { kept, emptyMs })
    readers.set(source.name, reader)
    source.tellZone?.(zone)
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
    if (await page.make()) for (const listener of listeners) listener()
  }

  const tick = () => {
    readSources()
    if (!dirty && !page.isStale(clock.nowMs())) return undefined
    dirty = false
    return make()
  }

  const toKeep = () => linesToKeep(readers.values(), seen?.marks ?? null)

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
    view: page.view,
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
      const row = page.row(id) ?? null
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
      await kept.load()
      seen?.marks.restore(keptEntries(kept))
      unlisten.push(
        cluster.onChange(({ tasks }) => {
          for (const id of tasks) {
            const task = cluster.task(id)
            if (task === undefined) continue
            if (links.see(task)) dirty = true
            if (seen === undefined) continue
            if (seen.marks.entries.size > 0) seen.marks.seeTask(task, clock.nowMs())
            if (task.name !== null && !links.knows(task.name)) seen.see?.(task)
          }
        }),
        registered.start(),
        ...(quiet === null ? [] : [quiet.start()]),
      )
      const repeat = (name: string, everyMs: number, atOnce: boolean, work: () => Promise<void> | undefined) =>
        every(runtime, { name, everyMs, atOnce }, ended.signal, work)
      loops = [
        repeat('schedules', TICK_MS, true, tick),
        repeat('runs of schedules', KEEP_EVERY_MS, false, () => kept.save(toKeep)),
      ]
    },
    async stop() {
      if (ended.signal.aborted) return
      ended.abort()
      for (const reader of readers.values()) reader.end()
      for (const end of unlisten) end()
      await Promise.all(loops)
      await making
      await kept.save(toKeep)
      for (const { source } of readers.values()) if (source.owned) await source.store.close().catch(() => {})
    },
  }
}
