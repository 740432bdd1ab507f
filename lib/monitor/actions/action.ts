/**
 * A change that a person can make is one row: its name, the role it asks for, its input, and what it does. The wrapper
 * around it (`actions.ts`) checks the role, parses, runs and writes the audit line, so that none of it can be left out.
 */
import type { z } from 'zod'
import type { Broker } from '../../broker/broker.ts'
import type { Sender } from '../../client/send.ts'
import { ACTION_TASKS_MOST, type ActionAnswer } from '../../live/http.ts'
import type { ResultStore, TaskMeta } from '../../results/results.ts'
import type { Runtime } from '../../runtime/runtime.ts'
import type { AlertEditor } from '../alerts/alerts.ts'
import type { CapturedMessages } from '../captured-messages.ts'
import type { Actor, ClusterReader, Inspector, Role } from '../contracts.ts'
import type { Forgotten } from '../forget-worker.ts'
import type { PausedQueues } from '../paused-queues.ts'
import type { Schedules } from '../schedules/schedules.ts'
import type { CommandTracker } from './command-log.ts'
import type { RetryLinkStore } from './retry-links.ts'

/** What actions work with. */
export interface ActionDeps {
  readonly runtime: Runtime
  readonly broker: Broker
  readonly results: ResultStore | null
  readonly cluster: ClusterReader
  readonly inspector: Inspector
  /** Messages that were seen while they waited. */
  readonly captured: CapturedMessages
  /** Lengths are read again after something was put into a queue. */
  readonly queues: { poll(): Promise<void> }
  /** Takes a worker that is gone off the list and ends its alerts. */
  readonly forgetWorker: (name: string) => Promise<Forgotten>
  readonly alerts: { readonly edit: AlertEditor }
  readonly commands: CommandTracker
  readonly paused: PausedQueues
  readonly links: RetryLinkStore
  readonly schedules: Pick<Schedules, 'find' | 'readers' | 'refresh'>
  /** For tasks that a person sends. */
  readonly sender: () => Sender
  /** Takes over what a stored result tells of a task. */
  readonly adopt: (meta: TaskMeta) => void
}

export interface Action<S extends z.ZodType = z.ZodType> {
  readonly name: string
  readonly role: Role
  readonly input: S
  run(input: z.output<S>, deps: ActionDeps, by: Actor): Promise<ActionAnswer>
}

/** Keeps the type of the input from its schema to its use. */
export function action<S extends z.ZodType>(row: Action<S>): Action {
  return row as unknown as Action // run is called only with what row.input has parsed
}

/** Most tasks or workers of one call. */
export const MAX_TARGETS = ACTION_TASKS_MOST
