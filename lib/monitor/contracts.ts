/**
 * The seams inside the monitor: what its parts ask of each other. `monitor.ts` makes the parts and hands each the ones
 * it needs; nothing else in this room is shared.
 */

import type { WriteRefusal } from '../broker/broker.ts'
import type { WorkerReply } from '../client/control/reply-box.ts'
import type { ActionAnswer, RetryArguments } from '../live/http.ts'
import type { AlertState, AlertsView, CommandView } from '../live/views.ts'
import type { Service } from '../runtime/service.ts'
import type { TaskRecord, WorkerRecord } from './records.ts'

/** The state of the cluster, for reading. Order of `tasks()` is oldest first seen first. */
export interface ClusterReader {
  task(id: string): TaskRecord | undefined
  tasks(): Iterable<TaskRecord>
  readonly taskCount: number
  children(id: string): readonly string[]
  /** Names seen in events since the start. */
  taskNames(): readonly string[]
  worker(name: string): WorkerRecord | undefined
  workers(): Iterable<WorkerRecord>
  /**
   * Called at most a few times a second, after events were applied, with what changed since the last call.
   * Not called per event.
   */
  onChange(listener: (changes: ClusterChanges) => void): () => void
}

export interface ClusterChanges {
  readonly tasks: ReadonlySet<string>
  readonly removedTasks: ReadonlySet<string>
  readonly workers: ReadonlySet<string>
  readonly atMs: number
}

/** Remote control (wire.md D), with replies kept apart by ticket. */
export interface Inspector {
  /**
   * Asks workers and collects answers until `timeoutMs` passes or all of `destination` answered. Never rejects because
   * nobody answers; rejects with `broker/unreachable` when the question could not be sent.
   */
  ask(command: string, args: object, options?: AskOptions): Promise<readonly WorkerReply[]>
  /** Sends without asking for a reply. */
  tell(command: string, args: object, destination?: readonly string[]): Promise<void>
  /** What each worker answered last, by inspect command. */
  answers(worker: string): WorkerAnswers
  /** Asks all workers (or one) everything again; at most one such round at a time per target. */
  refresh(worker?: string): Promise<void>
  inspecting(worker: string): boolean
  onAnswers(listener: (worker: string) => void): () => void
}

export interface AskOptions {
  readonly destination?: readonly string[]
  readonly timeoutMs?: number
  readonly onReply?: (reply: WorkerReply) => void
  /** Answers of beats instead of those of workers. */
  readonly beatsOnly?: boolean
}

export const INSPECT_COMMANDS = [
  'stats',
  'active_queues',
  'registered',
  'scheduled',
  'active',
  'reserved',
  'revoked',
  'conf',
] as const
export type InspectCommand = (typeof INSPECT_COMMANDS)[number]
export type WorkerAnswers = { readonly [C in InspectCommand]?: { readonly atMs: number; readonly value: unknown } }

export interface QueueReading {
  readonly name: string
  readonly waiting: number | null
  readonly unacked: number | null
  readonly byPriority: readonly { readonly step: number; readonly waiting: number }[]
  readonly error: string | null
}

/** Since when the oldest message of a queue waits (ux.md 2.5). */
export interface OldestMessage {
  readonly sinceMs: number
  /** `told` by the event of its sending; `reckoned` from lengths and what was taken; `at-least`: it may be older. */
  readonly how: 'told' | 'reckoned' | 'at-least'
}

export interface QueueAges {
  /** Null when nothing waits, or nobody can tell. Asked for, the next rounds also look whose message is at the head. */
  oldest(queue: string): OldestMessage | null
}

/** The queue poller's last round. */
export interface QueueReadings {
  latest(): {
    readonly atMs: number | null
    readonly rows: readonly QueueReading[]
    readonly error: string | null
    readonly unackedTotal: number | null
    /** Unreadable messages that were set aside, by queue. */
    readonly setAside?: Readonly<Record<string, number>>
    /** Why the broker takes no message though it answers. */
    readonly refusal?: WriteRefusal | null
  }
  /** After every round, also a failed one. */
  onRound(listener: () => void): () => void
}

export const ROLES = ['viewer', 'operator', 'admin'] as const
export type Role = (typeof ROLES)[number]
/** What somebody is shown of tasks (sight.ts). */
export type Sight = 'all' | 'no-arguments'

export interface Actor {
  readonly user: string | null
  readonly role: Role
  /** Left out: all. */
  readonly sight?: Sight
  /** Names of actions that they may do beyond their role. */
  readonly grants?: readonly string[]
  /** For the audit: the machine that asked, and how they came in (`basic`, `session`, `token:<name>`). */
  readonly from?: string | null
  readonly via?: string
}

/** Every change a person can make. There is no second door. */
export interface Actions {
  /** Checks the role, parses the input, does it, writes the audit line. Throws UmbelError. */
  run(by: Actor, name: string, input: unknown): Promise<ActionAnswer>
  readonly names: readonly string[]
  retryArguments(id: string): Promise<RetryArguments>
}

export interface CommandLog {
  /** Newest first, at most 2,000. */
  list(): readonly CommandView[]
  forTask(id: string): readonly CommandView[]
  forWorker(name: string): readonly CommandView[]
  /** When a worker was last told to end; null when it was not, or could not be told. */
  shutDownMs(worker: string): number | null
  onChange(listener: () => void): () => void
}

/** Links between a task and the tasks that Retry made of it; they survive a restart. */
export interface RetryLinks {
  retryOf(id: string): string | null
  retriedAs(id: string): readonly string[]
}

export interface Alerts extends Service {
  view(): AlertsView
  /** Firing and not silenced. */
  readonly firing: number
  /** The tightest queue-length rule that covers this queue, and the worst state of its alerts. */
  forQueue(queue: string): { readonly limit: number | null; readonly state: AlertState }
  onChange(listener: () => void): () => void
}

/** The value feeds: what one topic shows, shared by all who watch it. */
export interface Feeds {
  /** Throws `topic/unknown`. The first watcher of a topic starts its work, the last one ends it. */
  watch(topic: string, watcher: FeedWatcher, sight?: Sight): FeedWatch
  /** Watchers and topics, for metrics. */
  readonly size: { readonly topics: number; readonly watchers: number }
}

export interface FeedWatcher {
  snapshot(seq: number, view: unknown): void
  /** False = this reader is slow: it gets no more diffs until it takes a snapshot again by `resync`. */
  diff(seq: number, change: unknown): boolean
}

export interface FeedWatch {
  resync(): void
  stop(): void
}
