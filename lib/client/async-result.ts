/** The result of a task that was sent, wherever it runs. */

import { isReady, PENDING, PROPAGATE_STATES } from '../protocol/states.ts'
import type { ResultStore, TaskMeta } from '../results/results.ts'
import type { Clock } from '../runtime/clock.ts'
import { toError } from './remote-error.ts'

export interface GetOptions {
  /** Seconds; without it, for ever. */
  readonly timeout?: number
  /** Seconds between two looks. */
  readonly interval?: number
  /** False: a failed task gives its error as the value instead of throwing it. */
  readonly propagate?: boolean
}

/** `get` ran out of time. The task may still end. */
export class ResultTimeoutError extends Error {
  override readonly name = 'TimeoutError'
}

/** Where results are, and by which clock to wait for them. */
export interface Source {
  readonly store: ResultStore
  readonly clock: Clock
}

export class AsyncResult<R = unknown> {
  readonly id: string
  readonly #source: () => Promise<Source>

  constructor(id: string, source: () => Promise<Source>) {
    this.id = id
    this.#source = source
  }

  /** Waits until the task has ended. Throws what the task threw, and ResultTimeoutError. */
  async get({ timeout, interval = 0.05, propagate = true }: GetOptions = {}): Promise<R> {
    const { store, clock } = await this.#source()
    const endMs = timeout === undefined ? Number.POSITIVE_INFINITY : clock.monotonicMs() + timeout * 1000
    for (;;) {
      const meta = await store.get(this.id)
      if (meta !== null && isReady(meta.status)) return this.#settle(meta, propagate)
      const leftMs = endMs - clock.monotonicMs()
      if (leftMs <= 0) throw new ResultTimeoutError('The operation timed out.')
      await clock.sleep(Math.min(interval * 1000, leftMs))
    }
  }

  /** What is stored, or null; Celery calls that PENDING. */
  async meta(): Promise<TaskMeta | null> {
    return (await this.#source()).store.get(this.id)
  }

  async state(): Promise<string> {
    return (await this.meta())?.status ?? PENDING
  }

  async ready(): Promise<boolean> {
    return isReady(await this.state())
  }

  #settle(meta: TaskMeta, propagate: boolean): R {
    if (PROPAGATE_STATES.has(meta.status)) {
      const error = toError(meta.result, meta.traceback)
      if (propagate) throw error
      return error as R // asked for: the error in place of the value
    }
    return meta.result as R // what the task returned, by the type it was declared with
  }
}
