/** From "in our hands" to "running" to "ended": gives requests to the pool, oldest first, as slots become free. */
import { messageOf } from '../lib/errors.ts'
import { quiet } from '../lib/runtime/log.ts'
import type { Runtime } from '../lib/runtime/runtime.ts'
import type { Books } from './books.ts'
import { factsOf, type RunParts } from './bound-task.ts'
import { celeryError } from './celery-error.ts'
import { failureOf } from './failure.ts'
import type { RunHooks } from './hooks.ts'
import { hooksOfLost } from './lost-hooks.ts'
import type { Outcome } from './outcome.ts'
import type { Job, Pool } from './pools/pool.ts'
import type { Input } from './request.ts'
import { resultRepr } from './result-repr.ts'
import { decideRetry } from './retry-plan.ts'
import type { Revoked } from './revoked.ts'
import type { Settler } from './settle.ts'
import { shownName, type TaskInHand } from './task-in-hand.ts'

export interface ExecutorParts {
  /** A task may start as soon as there is a slot. */
  readonly onSubmit?: () => void
  /** task_retry_on_worker_lost */
  readonly retriesOnWorkerLost: boolean
  readonly limitsOf: (hand: TaskInHand) => Pick<Job, 'softLimitMs' | 'hardLimitMs'>
  readonly runtime: Runtime
  readonly hostname: string
  readonly books: Books
  readonly pool: Pool
  readonly revoked: Revoked
  readonly settler: Settler
  readonly run: RunParts
}

export interface Executor {
  submit(hand: TaskInHand): void
  /** Ends what runs under this id; false when nothing does. */
  terminate(id: string, signum: number): boolean
  /** Drops what waits under this id, because it was revoked; false when nothing does. */
  discard(id: string): boolean
  /** Starts nothing more. What waits stays unacknowledged and is given back by the consumer. */
  close(): void
  /** Resolves when nothing runs and all outcomes are written. */
  idle(): Promise<void>
  /** Ends all that runs at once: cold shutdown. */
  cancelAll(): void
}

/** The wait of the message is over; is it still wanted? Null = yes. */
export function unwanted(hand: TaskInHand, nowMs: number, revoked: Revoked): Input | null {
  if (hand.expiresMs !== null && nowMs > hand.expiresMs) return { type: 'expired' }
  return revoked.covers(hand.message) ? { type: 'revoked' } : null
}

export function createExecutor(parts: ExecutorParts): Executor {
  const { runtime, books, pool, revoked, settler, hostname } = parts
  const ready: TaskInHand[] = []
  const waiters: (() => void)[] = []
  let running = 0
  let pumping = false
  let closed = false

  function pump(): void {
    if (pumping) return // a body that is not async ends within its start
    pumping = true
    while (!closed && pool.free > 0 && !settler.full) {
      const hand = ready.shift()
      if (hand === undefined) break
      try {
        begin(hand)
      } catch (error) {
        fault(hand, error)
      }
    }
    pumping = false
  }

  /** An error of ours, before the body: the task fails with it, and the next one starts. */
  function fault(hand: TaskInHand, error: unknown): void {
    runtime.log.error(`Task ${shownName(hand)}[${hand.message.id}] could not be started: ${messageOf(error)}`)
    void settler.advance(hand, { type: 'raised', failure: failureOf(error) })
  }

  function begin(hand: TaskInHand): void {
    const end = unwanted(hand, runtime.clock.nowMs(), revoked)
    if (end !== null) {
      if (end.type === 'expired') revoked.add(hand.message.id)
      runtime.log.info(`Discarding ${end.type} task: ${shownName(hand)}[${hand.message.id}]`)
      void settler.advance(hand, end)
      return
    }
    const { softLimitMs, hardLimitMs } = parts.limitsOf(hand)
    pool.run({
      hand,
      softLimitMs,
      hardLimitMs,
      started(pid) {
        running++
        books.start(hand)
        hand.workerPid = pid
        hand.startedMs = runtime.clock.nowMs()
        hand.startedMonotonicMs = runtime.clock.monotonicMs()
        void settler.advance(hand, { type: 'accepted', pid, hostname })
      },
      ended: (outcome) => finish(hand, outcome),
    })
  }

  function finish(hand: TaskInHand, outcome: Outcome): void {
    const runtimeSeconds = (runtime.clock.monotonicMs() - hand.startedMonotonicMs) / 1000
    report(hand, outcome, runtimeSeconds)
    const hooks = hooksOf(hand, outcome)
    hand.hooks = hooks
    const settled = settler.advance(hand, inputOf(hand, outcome, runtimeSeconds))
    // What was never stored (given back, not kept) calls no handlers, but whoever holds a slot for them waits.
    void settled.then(() => {
      if (hooks !== null) void hooks(null)
      running--
      if (running === 0) for (const tell of waiters.splice(0)) tell()
    })
  }

  /** Where the body ran, or here when that place is gone. */
  function hooksOf(hand: TaskInHand, outcome: Outcome): RunHooks | null {
    if (outcome.hooks !== undefined) return once(outcome.hooks)
    if (hand.request.policy.hooked !== true) return null
    const { type } = outcome
    return type === 'timed-out' || type === 'lost' ? once(hooksOfLost(hand, type, parts.run)) : null
  }

  function inputOf(hand: TaskInHand, outcome: Outcome, runtimeSeconds: number): Input {
    switch (outcome.type) {
      case 'returned':
        return { type: 'returned', value: outcome.value, runtimeSeconds }
      case 'timed-out': {
        const error = celeryError('TimeLimitExceeded', [outcome.limitSeconds], 'billiard.exceptions')
        return { type: 'timed-out', failure: failureOf(error) }
      }
      case 'lost':
        return lostInput(hand, outcome.reason)
      case 'cancelled': {
        const text = 'Worker was stopped before the task ended.'
        return { type: 'cancelled', failure: failureOf(celeryError('WorkerLostError', [text], 'billiard.exceptions')) }
      }
      default:
        return outcome
    }
  }

  /** With retry_on_worker_lost it is a try like others; out of tries the message does not go back either. */
  function lostInput(hand: TaskInHand, reason: string): Input {
    const exc = celeryError('WorkerLostError', [reason], 'billiard.exceptions')
    const { options } = hand.task
    if (!(options.retryOnWorkerLost ?? parts.retriesOnWorkerLost)) return { type: 'lost', failure: failureOf(exc) }
    const decision = decideRetry({ exc }, factsOf(hand, runtime))
    return decision.again ? { type: 'retried', plan: decision.plan } : { type: 'raised', failure: failureOf(exc) }
  }

  function report(hand: TaskInHand, outcome: Outcome, runtimeSeconds: number): void {
    const { log } = runtime
    if (outcome.type === 'returned' && log.info === quiet) return
    const name = `Task ${shownName(hand)}[${hand.message.id}]`
    switch (outcome.type) {
      case 'returned':
        log.info(`${name} succeeded in ${runtimeSeconds}s: ${resultRepr(hand, outcome.value)}`)
        return
      case 'raised':
        if (outcome.expected === true) log.info(`${name} raised expected: ${outcome.failure.repr}`)
        else log.error(`${name} raised unexpected: ${outcome.failure.repr}`, { traceback: outcome.failure.traceback })
        return
      case 'retried':
        log.info(`${name} retry: ${outcome.plan.says ?? outcome.plan.cause.repr}`)
        return
      case 'rejected':
        log.warning(`${name} rejected: ${outcome.failure.repr}`)
        return
      case 'timed-out':
        log.error(`Hard time limit (${outcome.limitSeconds}s) exceeded for ${name.slice(5)}`)
        return
      case 'lost':
        log.error(`Task handler raised error: WorkerLostError('${outcome.reason}') for ${name.slice(5)}`)
        return
      case 'terminated':
        log.info(`${name} terminated by signal ${outcome.signum}`)
        return
      default:
        log.info(`${name} ${outcome.type}`)
    }
  }

  pool.onFree(pump)
  settler.onRoom(pump)

  return {
    submit(hand) {
      ready.push(hand)
      parts.onSubmit?.()
      pump()
    },
    discard(id) {
      const index = ready.findIndex(({ message }) => message.id === id)
      const [hand] = index < 0 ? [] : ready.splice(index, 1)
      if (hand === undefined) return false
      void settler.advance(hand, { type: 'revoked' })
      return true
    },
    terminate: (id, signum) => pool.terminate(id, signum),
    close() {
      closed = true
      ready.length = 0
    },
    async idle() {
      if (running > 0) await new Promise<void>((resolve) => waiters.push(resolve))
    },
    cancelAll: () => pool.cancelAll(),
  }
}

function once(hooks: RunHooks): RunHooks {
  let called = false
  return async (end) => {
    if (called) return
    called = true
    await hooks(end)
  }
}
