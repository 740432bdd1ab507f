/**
 * Runs tasks in the event loop: for work that waits (HTTP, databases), the counterpart of Celery's gevent pool.
 * It cannot stop a body that does not look at its AbortSignal: revoke(terminate) and the hard time limit end the task
 * and free the slot, and the abandoned body may go on until its next await fails.
 */
import type { Clock } from '../../lib/runtime/clock.ts'
import type { Outcome } from '../outcome.ts'
import type { Job, Pool } from './pool.ts'
import { StopReason } from './stop-reason.ts'

interface Slot {
  readonly abort: AbortController
  readonly settle: (outcome: Outcome) => void
}

export function createAsyncPool(size: number, clock: Clock, pid: number): Pool {
  const slots = new Map<string, Slot>()
  const listeners: (() => void)[] = []
  let limit = size

  function start(job: Job, settle: (outcome: Outcome) => void): void {
    const abort = new AbortController()
    const ended = new AbortController() // ends the timers of the limits
    const slot: Slot = {
      abort,
      settle(outcome) {
        if (slots.get(job.id) !== slot) return // POL-1: the first outcome counts
        slots.delete(job.id)
        ended.abort()
        settle(outcome)
        for (const listener of listeners) listener()
      },
    }
    slots.set(job.id, slot)
    void job.run(abort.signal).then((outcome) => slot.settle(outcome))
    void watchLimits(job, slot, ended.signal)
  }

  async function watchLimits(job: Job, slot: Slot, ended: AbortSignal): Promise<void> {
    const { softLimitMs, hardLimitMs } = job
    if (softLimitMs !== null) {
      await clock.sleep(softLimitMs, ended)
      if (ended.aborted) return
      slot.abort.abort(new StopReason('soft-limit', softLimitMs / 1000))
    }
    if (hardLimitMs === null) return
    await clock.sleep(hardLimitMs - (softLimitMs ?? 0), ended)
    if (ended.aborted) return
    slot.abort.abort(new StopReason('hard-limit', hardLimitMs / 1000))
    slot.settle({ type: 'timed-out', limitSeconds: hardLimitMs / 1000 })
  }

  return {
    name: 'async',
    supports: { kill: false, grow: true },
    pid,
    get size() {
      return limit
    },
    get running() {
      return slots.size
    },
    get free() {
      return Math.max(0, limit - slots.size)
    },
    onFree: (listener) => void listeners.push(listener),
    run: (job) => new Promise<Outcome>((resolve) => start(job, resolve)),
    terminate(id, signum) {
      const slot = slots.get(id)
      if (slot === undefined) return false
      slot.abort.abort(new StopReason('terminated', signum))
      slot.settle({ type: 'terminated', signum })
      return true
    },
    grow(more) {
      limit += more
      for (const listener of listeners) listener()
    },
    shrink(fewer) {
      limit = Math.max(1, limit - fewer)
    },
    cancelAll() {
      for (const slot of [...slots.values()]) {
        slot.abort.abort(new StopReason('cancelled', 0))
        slot.settle({ type: 'cancelled' })
      }
    },
    stats: () => ({
      implementation: 'umbel.worker.pools.async:AsyncPool',
      'max-concurrency': limit,
      processes: [pid],
      'max-tasks-per-child': 'N/A',
      'put-guarded-by-semaphore': true,
      timeouts: [0, 0],
      'free-slots': Math.max(0, limit - slots.size),
      'running-slots': slots.size,
    }),
  }
}
