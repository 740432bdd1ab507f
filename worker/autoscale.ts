/**
 * Grows and shrinks the pool with the work (worker-beat.md 1.9): up at once when more tasks are in hand than there are
 * slots, down only when nothing has come in and nothing has grown for a while.
 */
import { every } from '../lib/runtime/every.ts'
import type { Runtime } from '../lib/runtime/runtime.ts'
import type { Service } from '../lib/runtime/service.ts'
import type { Pool } from './pools/pool.ts'

export interface AutoscaleParts {
  readonly pool: Pool
  readonly runtime: Runtime
  readonly max: number
  readonly min: number
  readonly keepaliveMs: number
  /** Tasks in hand: reserved and running. */
  readonly quantity: () => number
}

export interface Bounds {
  readonly max: number
  readonly min: number
}

export interface Autoscaler extends Bounds, Service {
  /** A task has come that may start at once. */
  onTask(): void
  /** New bounds, null = as it was; those that hold now. */
  update(max: number | null, min: number | null): Bounds
  /** The `autoscaler` part of inspect stats. */
  stats(): Readonly<Record<string, unknown>>
}

const EVERY_MS = 1_000
const DEFAULT_KEEPALIVE_SECONDS = 30

/** AUTOSCALE_KEEPALIVE, in seconds; Celery's 30 when it is no number above 0. */
export function keepaliveMsOf(environment: Readonly<Record<string, string | undefined>>): number {
  const seconds = Number(environment['AUTOSCALE_KEEPALIVE'] ?? DEFAULT_KEEPALIVE_SECONDS)
  return (Number.isFinite(seconds) && seconds > 0 ? seconds : DEFAULT_KEEPALIVE_SECONDS) * 1000
}

/** Bounds in either order; a pool has one slot at least, also with `--autoscale=10,0`. */
export function createAutoscaler(parts: AutoscaleParts): Autoscaler {
  const { pool, runtime, quantity, keepaliveMs } = parts
  const { clock, log } = runtime
  const stopped = new AbortController()
  let { max, min } = ordered(parts.max, parts.min)
  /** When it last grew or a task came; null: neither yet, and then nothing is taken away, as in Celery. */
  let busyMs: number | null = null

  function grow(slots: number): void {
    log.info(`Scaling up ${slots} processes.`)
    pool.grow(slots)
  }

  function shrink(slots: number): void {
    log.info(`Scaling down ${slots} processes.`)
    pool.shrink(slots)
  }

  function scale(): void {
    const most = Math.min(quantity(), max)
    if (most > pool.size) {
      busyMs = clock.monotonicMs()
      grow(most - pool.size)
      return
    }
    const least = Math.max(quantity(), min, 1)
    const isQuiet = busyMs !== null && clock.monotonicMs() - busyMs > keepaliveMs
    if (least < pool.size && isQuiet) shrink(pool.size - least)
  }

  return {
    name: 'autoscale',
    get max() {
      return max
    },
    get min() {
      return min
    },
    onTask() {
      busyMs = clock.monotonicMs()
      if (pool.size < max) scale()
    },
    update(newMax, newMin) {
      ;({ max, min } = ordered(newMax ?? max, newMin ?? min))
      if (pool.size > max) shrink(pool.size - Math.max(1, max))
      if (pool.size < min) grow(min - pool.size)
      return { max, min }
    },
    stats: () => ({ max, min, current: pool.size, qty: quantity() }),
    async start() {
      void every(runtime, { name: 'autoscale', everyMs: EVERY_MS, atOnce: false }, stopped.signal, scale)
    },
    async stop() {
      stopped.abort()
    },
  }
}

function ordered(one: number, other: number): Bounds {
  return { max: Math.max(one, other), min: Math.min(one, other) }
}
