/**
 * What each topic shows, as plain JSON: the one description of the screen that the server fills and the browser draws.
 * Times are milliseconds since 1970 (`…Ms`), durations milliseconds too; null means unknown, never 0.
 * These are `type`s, not interfaces, so that they are assignable to Json.
 */

import type { ActiveQueueView, Fact, InspectedTaskView, SettingFact, WorkerState } from './inspected-views.ts'
import type { ChangesView, MarkView } from './overview-view.ts'
import type { OldestView, PausedView, QueueSettingsView } from './queue-views.ts'

export type {
  ActiveQueueView,
  Fact,
  InspectedTaskView,
  SettingFact,
  WorkerState,
} from './inspected-views.ts'
export type { ChangesView, MarkView } from './overview-view.ts'
export type { GapView, ProblemView, StatusView } from './status-view.ts'

/** Celery's state names (PENDING, RECEIVED, STARTED, RETRY, SUCCESS, FAILURE, REVOKED, REJECTED), LOST, or a custom one. */
export type TaskRowView = {
  readonly id: string
  readonly name: string | null
  readonly state: string
  /** Python text as the event had it, clipped to 300 characters. */
  readonly args: string | null
  readonly kwargs: string | null
  readonly queue: string | null
  readonly worker: string | null
  readonly sentMs: number | null
  readonly receivedMs: number | null
  readonly startedMs: number | null
  /** When it reached a final state. */
  readonly finishedMs: number | null
  readonly etaMs: number | null
  readonly retries: number
  readonly runtimeMs: number | null
  /** From sent (else received) to started. */
  readonly waitMs: number | null
  /** Clipped to 300 characters. */
  readonly result: string | null
  readonly exception: string | null
  /** 0..1, from a custom event or state that told it. */
  readonly progress: number | null
  /** The task this one repeats, when it was started by Retry. */
  readonly retryOf: string | null
}

export type StateCounts = { readonly [state: string]: number }

export type TasksView = {
  readonly rows: readonly TaskRowView[]
  /** Tasks that match, of which `rows` are the first. */
  readonly matched: number
  /** Tasks kept in memory. */
  readonly total: number
  /** Per state, of those that match everything in the query but its state. */
  readonly counts: StateCounts
  /** When the oldest kept task was first seen. */
  readonly oldestMs: number | null
  /** Sentences about parts of the query that were not understood; then nothing matches. */
  readonly problems: readonly string[]
  /** All tasks are looked at for the first time: what is found comes when this is false. */
  readonly searching: boolean
}

export type TimelineEntryView = {
  /** `sent`, `received`, `started`, `succeeded`, … or a custom event's own word. */
  readonly what: string
  readonly atMs: number
  readonly by: string | null
  readonly detail: string | null
}

/** One run of a task that was retried. */
export type AttemptView = {
  /** From 1. */
  readonly number: number
  /** RETRY for one that ended in a retry; of the last one the state of the task. */
  readonly state: string
  readonly worker: string | null
  readonly startedMs: number | null
  readonly endedMs: number | null
  /** From received, or from its ETA when that is later, to started. */
  readonly waitMs: number | null
  readonly runMs: number | null
  /** When it was to run at the earliest. */
  readonly etaMs: number | null
  readonly exception: string | null
  /** The end of it; null of the last run, whose traceback is the task's, and of runs long ago. */
  readonly traceback: string | null
}

/** A value of a task (its arguments, its result) with where it comes from and whether it is whole. */
export type ValueView = {
  readonly text: string | null
  readonly source: 'message' | 'result' | 'event' | null
  readonly whole: boolean
}

export type TaskView = {
  /** Null when no task of this id is known. */
  readonly task: TaskRowView | null
  readonly args: ValueView
  readonly kwargs: ValueView
  readonly result: ValueView
  readonly exception: string | null
  readonly traceback: string | null
  readonly timeline: readonly TimelineEntryView[]
  /** The runs of a task that was retried, oldest first; empty for one that never was. */
  readonly attempts: readonly AttemptView[]
  readonly exchange: string | null
  readonly routingKey: string | null
  readonly client: string | null
  readonly expiresMs: number | null
  readonly rootId: string | null
  readonly parentId: string | null
  readonly groupId: string | null
  readonly children: readonly string[]
  readonly retriedAs: readonly string[]
  /** How many failed like it, itself among them; null when none other did, or it did not fail. */
  readonly like: number | null
  /** What happened to it, in a sentence for a person ("Waiting for 14 s: no worker serves queue high"), or null. */
  readonly why: string | null
  /** True when this application stores results and they can be read. */
  readonly hasResults: boolean
  readonly commands: readonly CommandView[]
}

export type WorkerRowView = {
  readonly name: string
  readonly state: WorkerState
  readonly active: number | null
  readonly concurrency: number | null
  readonly pool: string | null
  readonly queues: readonly string[]
  readonly processed: number | null
  readonly succeeded: number
  readonly failed: number
  /** Finished tasks per minute, over the last minute. */
  readonly donePerMinute: number
  readonly load: readonly number[] | null
  readonly pid: number | null
  /** The most that its main process has needed since it started. */
  readonly memoryBytes: number | null
  readonly software: string | null
  readonly upSinceMs: number | null
  readonly lastSeenMs: number | null
  /** Its clock against ours; null when it can't be told. */
  readonly skewMs: number | null
  /** The longest running task there. */
  readonly now: { readonly id: string; readonly task: string | null; readonly startedMs: number | null } | null
}

export type WorkersView = {
  readonly rows: readonly WorkerRowView[]
  readonly online: number
  readonly slotsBusy: number
  readonly slotsTotal: number | null
}

export type WorkerView = {
  readonly worker: WorkerRowView | null
  readonly running: readonly InspectedTaskView[]
  readonly reserved: readonly InspectedTaskView[]
  readonly scheduled: readonly InspectedTaskView[]
  readonly revoked: readonly string[]
  readonly registered: readonly string[]
  /** How many of each it told; the lists hold the first 2,000. */
  readonly held: { readonly [list in 'running' | 'reserved' | 'scheduled' | 'revoked']: number }
  readonly activeQueues: readonly ActiveQueueView[]
  /** Tasks that it has run since it started, by name. */
  readonly processedByTask: { readonly [task: string]: number }
  readonly poolFacts: readonly Fact[]
  readonly brokerFacts: readonly Fact[]
  readonly systemFacts: readonly Fact[]
  /** What it told besides, under its own names. */
  readonly otherFacts: readonly Fact[]
  readonly configuration: readonly SettingFact[]
  /** Pool size cannot be changed (autoscale, solo) → why; null when it can. */
  readonly poolFixed: string | null
  /** When the last inspect answered; null = not yet. */
  readonly inspectedMs: number | null
  readonly inspecting: boolean
  readonly commands: readonly CommandView[]
}

export type QueueRowView = {
  readonly name: string
  /** Null when it could not be read. */
  readonly waiting: number | null
  /** Taken but not yet acknowledged. */
  readonly unacked: number | null
  readonly byPriority: readonly { readonly step: number; readonly waiting: number }[]
  readonly inPerSecond: number | null
  readonly outPerSecond: number | null
  /** `empty` | `draining` (with `emptyInMs`) | `growing` | `never` (nobody takes) | `steady` | `unknown` */
  readonly trend: 'empty' | 'draining' | 'growing' | 'never' | 'steady' | 'unknown'
  readonly emptyInMs: number | null
  readonly workers: readonly string[]
  /** Depth over the last minutes, oldest first. */
  readonly spark: readonly (number | null)[]
  /** The tightest depth rule that covers it. */
  readonly limit: number | null
  readonly alert: AlertState
  readonly error: string | null
  /** Null when nothing waits, or nobody can tell. */
  readonly oldest: OldestView | null
  /** Null when nobody paused it. */
  readonly paused: PausedView | null
}

export type QueuesView = {
  readonly rows: readonly QueueRowView[]
  readonly asOfMs: number | null
  readonly unackedTotal: number | null
}

/** Points of a chart: `[startMs, value, value…]` in the order of `series`; null = no data in that bucket. */
export type ChartView = {
  readonly series: readonly string[]
  readonly bucketMs: number
  readonly points: readonly (readonly (number | null)[])[]
}

export type QueueView = {
  readonly queue: QueueRowView | null
  /** `waiting`, `unacked` */
  readonly depth: ChartView
  /** `in`, `out`, per second */
  readonly flow: ChartView
  /** `oldest`: how long the oldest message has waited, ms */
  readonly age: ChartView
  /** Its alerts, and what was done to it and its workers; within the range, oldest first. */
  readonly marks: readonly MarkView[]
  readonly consumers: readonly WorkerRowView[]
  /** Messages that they take ahead, together; null while not all told. */
  readonly prefetch: number | null
  readonly settings: QueueSettingsView
  /** Unreadable messages that consumers of this queue set aside. */
  readonly setAside: number
}

export type AttentionView = {
  readonly id: string
  readonly level: 'bad' | 'warn'
  readonly text: string
  readonly sinceMs: number | null
  readonly href: string | null
  /** What else than looking can be done at once; null: nothing. */
  readonly deed: AttentionDeedView | null
}

export type AttentionDeedView =
  /** Nobody is told of this rule for a while. */
  | { readonly kind: 'silence'; readonly rule: string }
  /** Do the tasks that this search finds again. */
  | { readonly kind: 'retry'; readonly q: string }

export type FailureGroupView = {
  readonly id: string
  readonly task: string | null
  readonly exception: string
  readonly count: number
  readonly lastMs: number
  readonly firstMs: number
}

export type OverviewView = {
  readonly attention: readonly AttentionView[]
  readonly lastProblemMs: number | null
  readonly figures: {
    readonly donePerSecond: number | null
    readonly failedShare: number | null
    readonly waiting: number | null
    readonly workersOnline: number
    readonly workersTotal: number
    readonly waitP95Ms: number | null
    readonly runP95Ms: number | null
  }
  readonly changes: ChangesView
  /** Within the range, oldest first. */
  readonly marks: readonly MarkView[]
  /** `succeeded`, `failed`, `retried`, per second */
  readonly throughput: ChartView
  /** `online` workers */
  readonly presence: ChartView
  /** One series a queue, the six deepest, `other` last when there are more */
  readonly depth: ChartView
  /** `wait`, `run`: p95 in ms */
  readonly latency: ChartView
  readonly queues: readonly QueueRowView[]
  readonly queuesTotal: number
  readonly workers: readonly WorkerRowView[]
  readonly failures: readonly FailureGroupView[]
}

export type AlertState = 'ok' | 'pending' | 'firing' | 'resolved' | 'nodata'

export type RuleKind =
  | 'queue-length'
  | 'oldest-message'
  | 'worker-offline'
  | 'failure-rate'
  | 'beat-missed'
  | 'beat-down'
  | 'two-beats'
  | 'no-data'

export type RuleView = {
  readonly name: string
  readonly kind: RuleKind
  /** The rule as a sentence. */
  readonly sentence: string
  /** `file` rules are shown but changed in the file; `page` rules can be edited. */
  readonly source: 'file' | 'page' | 'built-in'
  readonly state: AlertState
  readonly silencedUntilMs: number | null
  readonly channels: readonly string[]
  /** The rule's own fields, for the form (lib/monitor/alerts/rule.ts). */
  readonly settings: { readonly [field: string]: string | number | boolean | null | readonly string[] }
}

export type AlertView = {
  /** rule + subject, stable over restarts */
  readonly id: string
  readonly rule: string
  /** The queue, worker or task it is about. */
  readonly subject: string
  readonly state: AlertState
  readonly text: string
  readonly value: number | null
  readonly limit: number | null
  readonly sinceMs: number
  readonly resolvedMs: number | null
  readonly silenced: boolean
  /** What became of its notifications, newest first. */
  readonly notifications: readonly NotificationView[]
}

export type NotificationView = {
  readonly id: string
  readonly channel: string
  readonly about: 'firing' | 'resolved' | 'test'
  readonly state: 'queued' | 'sent' | 'retrying' | 'failed'
  readonly attempts: number
  readonly atMs: number
  readonly error: string | null
}

export type ChannelView = {
  readonly name: string
  readonly kind: 'webhook' | 'slack' | 'email'
  /** Where to, without secrets. */
  readonly target: string
  readonly source: 'file' | 'page'
  readonly last: NotificationView | null
}

export type AlertsView = {
  readonly active: readonly AlertView[]
  readonly rules: readonly RuleView[]
  readonly channels: readonly ChannelView[]
  /** Ended episodes, newest first, at most 200. */
  readonly history: readonly AlertView[]
  readonly evaluatedMs: number | null
}

export type CommandState = 'sent' | 'answered' | 'confirmed' | 'no-answer' | 'failed'

/** A change somebody asked for, followed to its effect. */
export type CommandView = {
  readonly id: string
  readonly action: string
  readonly who: string
  readonly atMs: number
  /** "Revoke emails.send_receipt 8c1f2a3b" */
  readonly summary: string
  readonly targets: readonly string[]
  readonly state: CommandState
  readonly answered: number
  /** How many workers should answer; null when nobody knows. */
  readonly of: number | null
  /** "11 of 12 answered. Task ended." */
  readonly text: string
  readonly taskId: string | null
  readonly newTaskId: string | null
  /** Of an order about all tasks of one name. */
  readonly taskName?: string
  readonly endedMs: number | null
}

export type CommandsView = { readonly commands: readonly CommandView[] }
