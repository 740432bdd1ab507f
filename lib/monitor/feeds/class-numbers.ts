/** What is counted of all tasks of one name, in one walk through the tasks that are kept. */
import { type ClassNumbersView, type ClassShareView, TIME_PARTS, type TimePart } from '../../live/class-views.ts'
import { isMoments, momentsOf, type TimeSpan } from '../../live/time-span.ts'
import type { ChartView, FailureGroupView } from '../../live/views.ts'
import type { ClusterReader } from '../contracts.ts'
import { errorClass } from '../error-class.ts'
import type { TaskRecord } from '../records.ts'
import type { TaskColumns } from '../task-columns.ts'
import { endSeconds, holdsSlot, slotTimeMs, timePartsMs } from '../task-runs.ts'
import { createDurationWindow, type DurationWindow } from '../windows.ts'
import { createArgumentSizes } from './argument-sizes.ts'
import { type Buckets, bucketsOf } from './chart.ts'
import { shareOf } from './classes.ts'
import { quantileMs } from './quantile-ms.ts'
import type { Count, SurveyWindow } from './repeated-survey.ts'
import { createRunBins } from './run-bins.ts'

/** Different causes, queues, senders and workers that are told apart; texts come from messages. */
const MOST_KEYS = 500
const MOST_SHOWN = 8
const MINUTE_MS = 60_000

export interface ClassCount {
  readonly numbers: ClassNumbersView
  readonly byWorker: ReadonlyMap<string, WorkerCount>
}

export interface WorkerCount {
  readonly runs: number
  readonly failedShare: number | null
  readonly runP95Ms: number | null
}

/** Exported for its test too. */
export function countClass(
  name: string,
  range: TimeSpan,
  cluster: Pick<ClusterReader, 'task'>,
  { nowMs }: Pick<SurveyWindow, 'nowMs'>,
): Count<ClassCount> {
  const moments = momentsOf(range, nowMs)
  const within = { ...moments, nowMs }
  // As the list does: of a range all that came since it began, be it a moment in the future of our clock.
  const untilMs = isMoments(range) ? moments.toMs : Number.POSITIVE_INFINITY
  const outcomes = createOutcomes(bucketsOf(range, nowMs))
  const parts = createTimeMeans()
  const sizes = createArgumentSizes()
  const bins = createRunBins()
  const failures = new Map<string, { count: number; firstMs: number; lastMs: number }>()
  const queues = new Map<string, ClassShareView>()
  const callers = new Map<string, ClassShareView>()
  const workers = new Map<string, Ended & { runs: number }>()
  const all: Ended = { succeeded: 0, failed: 0, durations: createDurationWindow(1, 1) }
  const waits = createDurationWindow(1, 1)
  let [tasks, running, retries, slotMs, busyMs] = [0, 0, 0, 0, 0]
  let since = Number.POSITIVE_INFINITY

  function fail(task: TaskRecord, atMs: number): void {
    const cause = errorClass(task.exception)
    const known = failures.get(cause) ?? { count: 0, firstMs: atMs, lastMs: atMs }
    known.count++
    known.firstMs = Math.min(known.firstMs, atMs)
    known.lastMs = Math.max(known.lastMs, atMs)
    if (failures.size < MOST_KEYS || failures.has(cause)) failures.set(cause, known)
  }

  function noteEnd(task: TaskRecord, failed: boolean, runMs: number): void {
    const endMs = (endSeconds(task) ?? task.timestamp) * 1_000
    end(all, failed, runMs)
    outcomes.add(endMs, failed, runMs)
    if (failed) fail(task, endMs)
    if (!Number.isNaN(runMs)) bins.add(runMs)
    const { worker } = task
    if (worker === null) return
    const known = workers.get(worker) ?? { runs: 0, succeeded: 0, failed: 0, durations: createDurationWindow(1, 1) }
    known.runs++
    end(known, failed, runMs)
    if (workers.size < MOST_KEYS || workers.has(worker)) workers.set(worker, known)
  }

  return {
    visit(slot, state, columns: TaskColumns) {
      const task = columns.rows[slot]
      if (task === undefined) return
      const spentMs = slotTimeMs(task, state, within)
      busyMs += spentMs
      if (columns.names.text(columns.name[slot] ?? 0) !== name) return
      slotMs += spentMs
      const firstSeen = columns.firstSeen[slot] ?? Number.NaN
      since = Math.min(since, firstSeen)
      if (firstSeen * 1_000 < moments.fromMs || firstSeen * 1_000 >= untilMs) return
      tasks++
      retries += task.retries ?? 0
      if (holdsSlot(task, state)) running++
      addShare(queues, { name: columns.queues.text(columns.queue[slot] ?? 0), kind: 'queue' })
      addShare(callers, callerOf(task, cluster))
      const waitMs = (columns.wait[slot] ?? Number.NaN) * 1_000
      if (!Number.isNaN(waitMs)) waits.add(0, waitMs)
      parts.add(task)
      sizes.add(task)
      if (state === 'SUCCESS' || state === 'FAILURE') {
        noteEnd(task, state === 'FAILURE', (columns.runtime[slot] ?? Number.NaN) * 1_000)
      }
    },
    done() {
      const sinceMs = Number.isFinite(since) ? Math.round(since * 1_000) : null
      const ended = all.succeeded + all.failed
      const lengthMs = Math.min(nowMs, moments.toMs) - Math.max(moments.fromMs, sinceMs ?? moments.fromMs)
      return {
        numbers: {
          ...{ tasks, running, retries, sinceMs, succeeded: all.succeeded, failed: all.failed },
          endedPerMinute: lengthMs < 1_000 ? null : Math.round((ended / lengthMs) * MINUTE_MS * 100) / 100,
          failedShare: failedShareOf(all),
          slotMs: Math.round(slotMs),
          share: busyMs === 0 ? null : shareOf(slotMs, busyMs),
          runP50Ms: quantileMs(all.durations, 0.5),
          runP95Ms: quantileMs(all.durations, 0.95),
          runP99Ms: quantileMs(all.durations, 0.99),
          waitP95Ms: quantileMs(waits, 0.95),
          ...outcomes.charts(sinceMs),
          ...parts.means(),
          bins: bins.view(),
          failures: [...failures]
            .map(([exception, each]): FailureGroupView => ({ id: exception, task: name, exception, ...rounded(each) }))
            .sort((a, b) => b.count - a.count || b.lastMs - a.lastMs)
            .slice(0, MOST_SHOWN),
          queues: largest(queues),
          callers: largest(callers),
          arguments: sizes.view(),
        },
        byWorker: new Map([...workers].map(([worker, each]) => [worker, workerCount(each)])),
      }
    },
  }
}

interface Ended {
  succeeded: number
  failed: number
  readonly durations: DurationWindow
}

function end(tally: Ended, failed: boolean, runMs: number): void {
  if (failed) tally.failed++
  else tally.succeeded++
  if (!Number.isNaN(runMs)) tally.durations.add(0, runMs)
}

function failedShareOf({ succeeded, failed }: Ended): number | null {
  return succeeded + failed === 0 ? null : shareOf(failed, succeeded + failed)
}

function workerCount(tally: Ended & { readonly runs: number }): WorkerCount {
  return { runs: tally.runs, failedShare: failedShareOf(tally), runP95Ms: quantileMs(tally.durations, 0.95) }
}

/** What ended when, and how long it had run. */
function createOutcomes({ firstMs, bucketMs, points }: Buckets) {
  const succeeded = new Uint32Array(points)
  const failed = new Uint32Array(points)
  const durations: (DurationWindow | undefined)[] = []
  return {
    add(endMs: number, isFailure: boolean, runMs: number): void {
      const at = Math.floor((endMs - firstMs) / bucketMs)
      if (!(at >= 0 && at < points)) return
      const counts = isFailure ? failed : succeeded
      counts[at] = (counts[at] ?? 0) + 1
      if (Number.isNaN(runMs)) return
      const known = durations[at] ?? createDurationWindow(1, 1)
      durations[at] = known
      known.add(0, runMs)
    },
    /** Before `sinceMs` nothing is known; after it nothing ended where nothing is counted. */
    charts(sinceMs: number | null): { readonly runs: ChartView; readonly ended: ChartView } {
      const rows = Array.from({ length: points }, (_, i) => firstMs + i * bucketMs)
      const isKnown = (startMs: number) => sinceMs !== null && startMs + bucketMs > sinceMs
      return {
        runs: {
          series: ['p50', 'p95', 'p99'],
          bucketMs,
          points: rows.map((startMs, i) => [startMs, ...[0.5, 0.95, 0.99].map((q) => quantileMs(durations[i], q))]),
        },
        ended: {
          series: ['succeeded', 'failed'],
          bucketMs,
          points: rows.map((startMs, i) =>
            isKnown(startMs) ? [startMs, succeeded[i] ?? 0, failed[i] ?? 0] : [startMs, null, null],
          ),
        },
      }
    },
  }
}

function createTimeMeans() {
  const sums: Record<TimePart, number> = { broker: 0, eta: 0, prefetch: 0, run: 0, 'back-off': 0 }
  let [timed, sent] = [0, 0]
  return {
    add(task: TaskRecord): void {
      const parts = timePartsMs(task)
      if (parts === null) return
      timed++
      if (parts.broker !== null) sent++
      for (const part of TIME_PARTS) sums[part] += parts[part] ?? 0
    },
    means(): Pick<ClassNumbersView, 'timeMs' | 'timed'> {
      const mean = (part: TimePart, of: number) => (of === 0 ? null : Math.round((sums[part] / of) * 10) / 10)
      return {
        timed,
        timeMs: {
          broker: mean('broker', sent),
          eta: mean('eta', timed),
          prefetch: mean('prefetch', timed),
          run: mean('run', timed),
          'back-off': mean('back-off', timed),
        },
      }
    },
  }
}

/** The task that sent it, else the machine of the program that did: `gen4711@web-2` is one process on web-2. */
function callerOf(task: TaskRecord, cluster: Pick<ClusterReader, 'task'>): Omit<ClassShareView, 'count'> {
  const parent = task.parentId === null ? null : (cluster.task(task.parentId)?.name ?? null)
  if (parent !== null) return { name: parent, kind: 'task' }
  const at = task.client?.indexOf('@') ?? -1
  return { name: at < 0 ? task.client : (task.client?.slice(at + 1) ?? null), kind: 'client' }
}

function addShare(shares: Map<string, ClassShareView>, share: Omit<ClassShareView, 'count'>): void {
  const key = `${share.kind} ${share.name ?? ''}`
  const known = shares.get(key)
  if (known !== undefined) shares.set(key, { ...known, count: known.count + 1 })
  else if (shares.size < MOST_KEYS) shares.set(key, { ...share, count: 1 })
}

function largest(shares: ReadonlyMap<string, ClassShareView>): readonly ClassShareView[] {
  return [...shares.values()].sort((a, b) => b.count - a.count).slice(0, MOST_SHOWN)
}

function rounded(each: { readonly count: number; readonly firstMs: number; readonly lastMs: number }) {
  return { count: each.count, firstMs: Math.round(each.firstMs), lastMs: Math.round(each.lastMs) }
}
