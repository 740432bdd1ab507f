/** What a worker can be told at its start: Celery's options, by our names and units (client-cli.md B). */
import type { Broker } from '../lib/broker/broker.ts'
import type { Celery } from '../lib/client/celery.ts'
import type { ResultStore } from '../lib/results/results.ts'
import type { Runtime } from '../lib/runtime/runtime.ts'

/** What is left out is as the settings of the app say, or as Celery does it. */
export interface WorkerOptions {
  readonly app: Celery
  readonly broker: Broker
  readonly results: ResultStore | null
  readonly runtime: Runtime
  /** The file of the app, for pools that load it in threads and processes of their own. */
  readonly appPath?: string

  /** `name@host`; %h, %n and %d are filled in. `celery@%h` when left out. */
  readonly hostname?: string
  /** Names or aliases (-Q); those of task_queues, or the default queue, when left out. */
  readonly queues?: readonly string[]
  /** Taken out of them (-X). */
  readonly excludeQueues?: readonly string[]
  /** Empty the queues before anything is taken (--purge). */
  readonly purge?: boolean

  /** Name of the pool (-P): async, threads, processes, solo. */
  readonly pool?: string
  readonly concurrency?: number | 'auto'
  /** --autoscale */
  readonly autoscale?: { readonly max: number; readonly min: number }
  readonly maxTasksPerChild?: number
  readonly maxMemoryPerChildKb?: number
  /** Seconds; for tasks without limits of their own. */
  readonly timeLimit?: number
  readonly softTimeLimit?: number

  /** Messages held per slot; 0 = no limit. */
  readonly prefetchMultiplier?: number
  /** Take a message only when a slot is free. */
  readonly disablePrefetch?: boolean
  /** -O. Both do the same here, as in Celery since 4.0: a slot gets a task only when it is free. */
  readonly optimization?: 'default' | 'fair'

  /** Publish events of tasks from the start (-E). */
  readonly taskEvents?: boolean
  readonly heartbeatIntervalMs?: number
  readonly withoutGossip?: boolean
  readonly withoutMingle?: boolean
  readonly withoutHeartbeat?: boolean
  /** File in which revoked ids outlive this process (-S). %h, %n, %d and %p are filled in. */
  readonly statedb?: string
}

/**
 * warm: running tasks finish, what was taken and not started goes back. soft: running tasks have as long as
 * worker_soft_shutdown_timeout says, then as cold. cold: running tasks are stopped as well. A harder stop hastens a
 * softer one (worker-beat.md 1.3).
 */
export type StopHow = 'warm' | 'soft' | 'cold'
