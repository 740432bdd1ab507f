/** From "in our hands" to "running" to "ended": gives requests to the pool, oldest first, as slots become free. */
import type { Runtime } from '../lib/runtime/runtime.ts'
import type { Books } from './books.ts'
import { celeryError } from './celery-error.ts'
import { failureOf } from './failure.ts'
import type { Outcome } from './outcome.ts'
import type { Job, Pool } from './pools/pool.ts'
import type { Input } from './request.ts'
import type { Revoked } from './revoked.ts'
import { type RunParts, runTask } from './run-task.ts'
import type { Settler } from './settle.ts'
import { shownName, type TaskInHand } from './task-in-hand.ts'

export interface ExecutorParts {
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
  return revoked.has(hand.message.id) ? { type: 'revoked' } : null
}

export function createExecutor(parts: ExecutorParts): Executor {
  const { runtime, books, pool, revoked, settler, hostname } = parts
  const ready: TaskInHand[] = []
  const running = new Set<Promise<void>>()
  let closed = false

  function pump(): void {
    while (!closed && pool.free > 0 && !settler.full) {
      const hand = ready.shift()
      if (hand === undefined) return
      begin(hand)
    }
  }

  function begin(hand: TaskInHand): void {
    const end = unwanted(hand, runtime.clock.nowMs(), revoked)
    if (end !== null) {
      if (end.type === 'expired') revoked.add(hand.message.id)
      runtime.log.info(`Discarding ${end.type} task: ${shownName(hand)}[${hand.message.id}]`)
      void settler.advance(hand, end)
      return
    }
    books.start(hand)
    hand.startedMs = runtime.clock.nowMs()
    hand.startedMonotonicMs = runtime.clock.monotonicMs()
    void settler.advance(hand, { type: 'accepted', pid: pool.pid, hostname })
    const run = execute(hand).finally(() => running.delete(run))
    running.add(run)
  }

  async function execute(hand: TaskInHand): Promise<void> {
    const limits = parts.limitsOf(hand)
    const outcome = await pool.run({
      id: hand.message.id,
      run: (signal) => runTask(hand, signal, parts.run),
      ...limits,
    })
    const runtimeSeconds = (runtime.clock.monotonicMs() - hand.startedMonotonicMs) / 1000
    report(hand, outcome, runtimeSeconds)
    await settler.advance(hand, inputOf(outcome, runtimeSeconds))
  }

  function report(hand: TaskInHand, outcome: Outcome, runtimeSeconds: number): void {
    const name = `${shownName(hand)}[${hand.message.id}]`
    if (outcome.type === 'raised') runtime.log.error(`Task ${name} raised: ${outcome.failure.repr}`)
    else runtime.log.info(`Task ${name} ${SAYS[outcome.type] ?? outcome.type} in ${runtimeSeconds.toFixed(3)}s`)
  }

  pool.onFree(pump)
  settler.onRoom(pump)

  return {
    submit(hand) {
      ready.push(hand)
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
      while (running.size > 0) await Promise.all(running)
    },
    cancelAll: () => pool.cancelAll(),
  }
}

/** Celery's words, which people search logs for. */
const SAYS: Readonly<Partial<Record<Outcome['type'], string>>> = { returned: 'succeeded', retried: 'retry' }

function inputOf(outcome: Outcome, runtimeSeconds: number): Input {
  switch (outcome.type) {
    case 'returned':
      return { type: 'returned', value: outcome.value, runtimeSeconds }
    case 'timed-out': {
      const error = celeryError('TimeLimitExceeded', [outcome.limitSeconds], 'billiard.exceptions')
      return { type: 'timed-out', failure: failureOf(error) }
    }
    case 'cancelled': {
      const text = 'Worker was stopped before the task ended.'
      return { type: 'cancelled', failure: failureOf(celeryError('WorkerLostError', [text], 'billiard.exceptions')) }
    }
    default:
      return outcome
  }
}
