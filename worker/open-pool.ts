/** The pool of a worker, as its options and the settings of its app say. */
import { availableParallelism } from 'node:os'
import type { Sender } from '../lib/client/send.ts'
import type { RunParts } from './bound-task.ts'
import type { Events } from './events.ts'
import { createPool } from './pools/create-pool.ts'
import type { Pool } from './pools/pool.ts'
import type { Settler } from './settle.ts'
import type { WorkerOptions } from './worker-options.ts'

export interface OpenPoolParts {
  readonly hostname: string
  readonly sender: Sender
  readonly settler: Settler
  readonly events: Events
}

export interface OpenPool {
  readonly pool: Pool
  /** What running a task takes, for those that end without their body. */
  readonly run: RunParts
}

/** Python's children are copies of a process that has loaded the app; ours load it, and it may be large. */
const LOAD_MS = 60_000

/** Not started yet. Throws option/invalid. */
export async function openPool(
  options: WorkerOptions,
  { hostname, sender, settler, events }: OpenPoolParts,
): Promise<OpenPool> {
  const { app, runtime } = options
  const { conf } = app
  const run: RunParts = {
    hostname,
    runtime,
    signals: app.signals,
    sender,
    storeState: settler.storeState,
    sendRetry: settler.sendRetry,
    sendEvent: (task, type, fields) => events.sendCustom(type, { uuid: task.message.id, ...fields }),
  }
  const pool = await createPool(options.pool ?? conf.worker_pool ?? 'async', {
    app,
    appPath: options.appPath ?? null,
    concurrency: slotsOf(options),
    run,
    maxTasksPerChild: options.maxTasksPerChild ?? conf.worker_max_tasks_per_child,
    maxMemoryPerChildKb: options.maxMemoryPerChildKb ?? conf.worker_max_memory_per_child,
    aliveTimeoutMs: app.given.has('worker_proc_alive_timeout') ? conf.worker_proc_alive_timeout * 1000 : LOAD_MS,
    timeouts: [options.softTimeLimit ?? conf.task_soft_time_limit ?? 0, options.timeLimit ?? conf.task_time_limit ?? 0],
  })
  return { pool, run }
}

/** Null, 0 and `auto`: as many as this process may use processors, its cgroup's share included. */
export function slotsOf({ app, concurrency, autoscale }: WorkerOptions): number {
  if (autoscale !== undefined) return Math.max(1, Math.min(autoscale.min, autoscale.max))
  const slots = concurrency ?? app.compiled.concurrency ?? 'auto'
  return slots === 'auto' || slots === 0 ? availableParallelism() : slots
}
