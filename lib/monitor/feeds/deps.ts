/** What feeds read. Made by `monitor.ts`. */
import type { History } from '../../history/history.ts'
import type { FailureGroupView, StatusView } from '../../live/views.ts'
import type { ResultStore, TaskMeta } from '../../results/results.ts'
import type { Runtime } from '../../runtime/runtime.ts'
import type { Alerts, ClusterReader, CommandLog, RetryLinks } from '../contracts.ts'
import type { InspectorService } from '../inspector.ts'
import type { Pace } from '../pace.ts'
import type { QueuePoller } from '../queue-poller.ts'
import type { TaskRecord } from '../records.ts'
import type { MonitorSettings } from '../settings.ts'

export interface FeedDeps {
  readonly runtime: Runtime
  readonly settings: MonitorSettings
  readonly cluster: ClusterReader
  readonly inspector: Pick<InspectorService, 'answers' | 'inspecting' | 'onAnswers' | 'watch'>
  readonly queues: Pick<QueuePoller, 'latest' | 'onRound' | 'waitingSinceMs'>
  readonly pace: Pick<Pace, 'donePerMinute' | 'idleSinceMs'>
  readonly rates: FeedRates
  readonly history: History
  readonly results: ResultStore | null
  readonly alerts: Pick<Alerts, 'view' | 'forQueue' | 'firing' | 'onChange'>
  readonly commands: CommandLog
  readonly links: RetryLinks
  /** The search text of the task list, ready to match. */
  search(q: string): TaskSearch
  status(): StatusView
  /** A stored result of a task that no event told of: it becomes a task of the list. */
  adopt(meta: TaskMeta): void
}

export interface TaskSearch {
  /** Everything in the text but the state. */
  matches(task: TaskRecord, nowMs: number): boolean
  matchesState(state: string): boolean
  readonly problems: readonly string[]
  /** What matches now may not match later, and the other way round. */
  readonly followsTime: boolean
}

/** Numbers over the stream of events. */
export interface FeedRates {
  /** Messages that workers took from a queue, per second; null where events do not tell. */
  takenPerSecond(queue: string, nowMs: number): number | null
  /** How long successful runs of this task took lately. */
  usualRuntime(task: string): { readonly medianMs: number; readonly p95Ms: number } | null
  /** Over the last minute. */
  figures(nowMs: number): {
    readonly donePerSecond: number | null
    readonly failedShare: number | null
    readonly waitP95Ms: number | null
    readonly runP95Ms: number | null
  }
  /** Failures since `fromMs` by cause, most first. */
  failureGroups(fromMs: number, most: number): readonly FailureGroupView[]
}
