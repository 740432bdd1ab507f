/**
 * The contract of every pool: where the bodies of tasks run.
 *
 *  POL-1  A job gets exactly one outcome, also when it is terminated or the pool stops.
 *  POL-2  At most `size` jobs run at once; whoever submits more waits by `onFree`.
 *  POL-3  `terminate` and the time limits free the slot at once where `supports` says so; what the body does after that changes
 *         nothing.
 *  POL-4  Shrinking never ends a running job: slots that are in use go when they are free.
 */
import type { Outcome } from '../outcome.ts'

export interface PoolSupport {
  /** A running body can be ended against its will. False: it is asked, by its AbortSignal. */
  readonly kill: boolean
  readonly grow: boolean
}

export interface Job {
  readonly id: string
  /** Runs the body. `signal` aborts when the task should stop. */
  readonly run: (signal: AbortSignal) => Promise<Outcome>
  /** Null = none. */
  readonly softLimitMs: number | null
  readonly hardLimitMs: number | null
}

export interface Pool {
  readonly name: string
  readonly supports: PoolSupport
  readonly size: number
  readonly running: number
  readonly free: number
  /** The process in which jobs run, as events and inspect show it. */
  readonly pid: number
  /** Called whenever a slot has become free. */
  onFree(listener: () => void): void
  run(job: Job): Promise<Outcome>
  /** False when no such job runs. */
  terminate(id: string, signum: number): boolean
  grow(slots: number): void
  /** Never below one. */
  shrink(slots: number): void
  /** Ends all running jobs with the outcome `cancelled`. */
  cancelAll(): void
  /** The `pool` part of inspect stats, with the keys that Flower reads. */
  stats(): Readonly<Record<string, unknown>>
}
