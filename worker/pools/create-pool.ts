/** The pool by its name. Only its own code is loaded. */
import type { Celery } from '../../lib/client/celery.ts'
import { UmbelError } from '../../lib/errors.ts'
import type { RunParts } from '../run-task.ts'
import type { Pool } from './pool.ts'
import { poolNameOf, poolNote } from './pool-names.ts'

export interface PoolOptions {
  readonly app: Celery
  /** The file of the app; null when the worker was started from code. */
  readonly appPath: string | null
  readonly concurrency: number
  readonly run: RunParts
  /** Null = no limit. */
  readonly maxTasksPerChild: number | null
  readonly maxMemoryPerChildKb: number | null
  /** A child that is not ready after this time is ended and tried again. */
  readonly aliveTimeoutMs: number
  /** Seconds: soft, hard. For `stats`; each job has its own. */
  readonly timeouts: readonly [number, number]
}

/** Not started yet. Throws option/invalid for a name that no pool has, and for children without a file to load. */
export async function createPool(given: string, options: PoolOptions): Promise<Pool> {
  const name = poolNameOf(given)
  const note = poolNote(given)
  if (note !== null) options.run.runtime.log.warning(note)
  if (name === 'async' || name === 'solo') {
    const { createAsyncPool, createSoloPool } = await import('./in-loop.ts')
    const parts = { run: options.run, clock: options.run.runtime.clock, pid: process.pid }
    return name === 'solo' ? createSoloPool(parts) : createAsyncPool(options.concurrency, parts)
  }
  const { appPath } = options
  if (appPath === null) {
    throw new UmbelError('option/invalid', {
      option: 'worker_pool (-P)',
      value: name,
      expected: `async or solo, for ${name} load the app in children: they need its file (-A FILE, or appPath in code)`,
    })
  }
  const { createChildPool } = await import('./child-pool.ts')
  return createChildPool(name, { ...options, appPath })
}
