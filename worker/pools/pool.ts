/**
 * The contract of every pool: where the bodies of tasks run.
 *
 *  POL-1  A job has one start and one end, also when it is terminated, its process dies or the pool stops. The start
 *         comes first, and within `run`.
 *  POL-2  At most `size` jobs run at once; whoever has more waits by `onFree`.
 *  POL-3  `terminate` and the hard time limit end the job at once. Where `supports.kill`, its body ends with it; else it
 *         is asked to, and what it does after that changes nothing.
 *  POL-4  Shrinking never ends a running job: slots that are in use go when they are free.
 *  POL-5  The soft time limit is an error in the body (SoftTimeLimitExceeded), which it may handle.
 *  POL-6  A child that is gone is replaced, its job ends as lost, and the other jobs do not notice.
 *  POL-7  Nothing of a pool outlives its process.
 */
import type { Outcome } from '../outcome.ts'
import type { TaskInHand } from '../task-in-hand.ts'

export interface PoolSupport {
  /** A running body can be ended against its will. False: it is asked, by its AbortSignal. */
  readonly kill: boolean
  readonly grow: boolean
  /** Children that can be counted, limited and restarted. */
  readonly children: boolean
}

export interface Job {
  readonly hand: TaskInHand
  /** Null = none. */
  readonly softLimitMs: number | null
  readonly hardLimitMs: number | null
  /** The body starts now; `pid` is the process that has it. */
  started(pid: number): void
  /** Called once, perhaps within `run`. */
  ended(outcome: Outcome): void
}

export interface Pool {
  readonly name: string
  readonly supports: PoolSupport
  /** Slots that there are to be. */
  readonly size: number
  readonly running: number
  /** Slots that could take a job now. Fewer than `size - running` while children start. */
  readonly free: number
  /** Called whenever a slot has become free. */
  onFree(listener: () => void): void
  /** Not to be called when `free` is 0. */
  run(job: Job): void
  /** Ends every job of this task; false when there is none. */
  terminate(id: string, signum: number): boolean
  grow(slots: number): void
  /** Never below one. */
  shrink(slots: number): void
  /** Ends all running jobs with the outcome `cancelled`. */
  cancelAll(): void
  /** New children for the old ones, which finish what they run. Nothing where `supports.children` is false. */
  restart(): void
  /** Resolves at once: children come up in the background, and `onFree` tells of them. */
  start(): Promise<void>
  /** Ends the children. What still runs ends as cancelled. */
  stop(): Promise<void>
  /** The `pool` part of inspect stats, with the keys that Flower reads. */
  stats(): Readonly<Record<string, unknown>>
}
