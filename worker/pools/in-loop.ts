/**
 * Pools that run tasks in the worker's own event loop. `async`: several at a time, for work that waits (HTTP,
 * databases), the counterpart of Celery's gevent pool. `solo`: one at a time.
 *
 * They cannot end a body that waits without looking at its AbortSignal: revoke(terminate) and the hard time limit end
 * the task and free the slot, and the abandoned body may go on until its next await fails. One that computes without
 * ever waiting is interrupted at the limit that its task declares; until then the whole worker waits for it.
 */
import type { TaskOptions } from '../../lib/client/task-options.ts'
import type { Clock } from '../../lib/runtime/clock.ts'
import type { Outcome } from '../outcome.ts'
import { type RunParts, runTask } from '../run-task.ts'
import type { Job, Pool, PoolSupport } from './pool.ts'
import { StopReason, softLimitReason } from './stop-reason.ts'
import { StopSource } from './stop-source.ts'

export interface InLoopParts {
  readonly run: RunParts
  readonly clock: Clock
  readonly pid: number
}

interface Slot {
  readonly job: Job
  readonly stop: StopSource
  /** Aborts when the job ends; null where there are no limits to watch. */
  readonly ended: AbortController | null
  /** Its outcome is told; handlers may still hold the slot. */
  told: boolean
}

export function createAsyncPool(size: number, parts: InLoopParts): Pool {
  const supports = { kill: false, grow: true, children: false }
  return createInLoopPool(
    { name: 'async', implementation: 'umbel.worker.pools.async:AsyncPool', supports },
    size,
    parts,
  )
}

export function createSoloPool(parts: InLoopParts): Pool {
  const supports = { kill: false, grow: false, children: false }
  return createInLoopPool({ name: 'solo', implementation: 'umbel.worker.pools.solo:SoloPool', supports }, 1, parts)
}

/** A limit of the task itself, not one that all tasks have by the settings. */
function declaresLimit({ softTimeLimit, timeLimit }: TaskOptions): boolean {
  return softTimeLimit !== undefined || timeLimit !== undefined
}

interface Kind {
  readonly name: string
  readonly implementation: string
  readonly supports: PoolSupport
}

function createInLoopPool({ name, implementation, supports }: Kind, size: number, parts: InLoopParts): Pool {
  const { clock, pid, run } = parts
  // By task id would lose one of two runs of the same id, which Celery allows.
  const slots = new Set<Slot>()
  const listeners: (() => void)[] = []
  let limit = size

  function free(): void {
    for (const listener of listeners) listener()
  }

  /** POL-1: the first outcome counts. */
  function end(slot: Slot, outcome: Outcome): void {
    if (slot.told) {
      void outcome.hooks?.(null)
      return
    }
    slot.told = true
    slot.ended?.abort()
    const { hooks } = outcome
    if (hooks === undefined) {
      slots.delete(slot)
      slot.job.ended(outcome)
      free()
      return
    }
    slot.job.ended({
      ...outcome,
      async hooks(at) {
        await hooks(at)
        if (slots.delete(slot)) free()
      },
    })
  }

  async function watchLimits(slot: Slot, ended: AbortSignal): Promise<void> {
    const { softLimitMs, hardLimitMs } = slot.job
    if (softLimitMs !== null) {
      await clock.sleep(softLimitMs, ended)
      if (ended.aborted) return
      const { task, id } = slot.job.hand.message
      run.runtime.log.warning(`Soft time limit (${softLimitMs / 1000}s) exceeded for ${task}[${id}]`)
      slot.stop.stop(softLimitReason())
    }
    if (hardLimitMs === null) return
    await clock.sleep(hardLimitMs - (softLimitMs ?? 0), ended)
    if (ended.aborted) return
    slot.stop.stop(new StopReason('hard-limit', hardLimitMs / 1000))
    end(slot, { type: 'timed-out', limitSeconds: hardLimitMs / 1000 })
  }

  return {
    name,
    supports,
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
    run(job) {
      const limited = job.softLimitMs !== null || job.hardLimitMs !== null
      const slot: Slot = { job, stop: new StopSource(), ended: limited ? new AbortController() : null, told: false }
      slots.add(slot)
      job.started(pid)
      const { softLimitMs, hardLimitMs, hand } = job
      const interrupts = limited && (name === 'solo' || declaresLimit(hand.task.options))
      const outcome = runTask(hand, slot.stop, { softLimitMs, hardLimitMs, interrupts }, run)
      if (slot.ended !== null) void watchLimits(slot, slot.ended.signal)
      if (outcome instanceof Promise) void outcome.then((value) => end(slot, value))
      else end(slot, outcome)
    },
    terminate(id, signum) {
      const found = [...slots].filter(({ job, told }) => !told && job.hand.message.id === id)
      for (const slot of found) {
        slot.stop.stop(new StopReason('terminated', signum))
        end(slot, { type: 'terminated', signum })
      }
      return found.length > 0
    },
    grow(more) {
      if (!supports.grow) return
      limit += more
      free()
    },
    shrink(fewer) {
      if (supports.grow) limit = Math.max(1, limit - fewer)
    },
    cancelAll() {
      for (const slot of [...slots]) {
        slot.stop.stop(new StopReason('cancelled', 0))
        end(slot, { type: 'cancelled' })
      }
    },
    restart() {},
    async start() {
      await run.signals.workerProcessInit.send({ sender: run.hostname })
    },
    async stop() {
      this.cancelAll()
    },
    stats: () => ({
      implementation,
      'max-concurrency': limit,
      processes: [pid],
      'max-tasks-per-child': name === 'solo' ? null : 'N/A',
      'put-guarded-by-semaphore': true,
      timeouts: name === 'solo' ? [] : [0, 0],
      ...(name === 'solo' ? {} : { 'free-threads': Math.max(0, limit - slots.size), 'running-threads': slots.size }),
    }),
  }
}
