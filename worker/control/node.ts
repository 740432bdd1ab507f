/** What remote control may see and touch of a worker. */
import type { Broker } from '../../lib/broker/broker.ts'
import type { Celery } from '../../lib/client/celery.ts'
import type { ResultStore } from '../../lib/results/results.ts'
import type { Runtime } from '../../lib/runtime/runtime.ts'
import type { Books } from '../books.ts'
import type { Consumer } from '../consumer.ts'
import type { Events } from '../events.ts'
import type { Executor } from '../executor.ts'
import type { Gossip } from '../gossip.ts'
import type { Heartbeat } from '../heartbeat.ts'
import type { TimeLimits } from '../policy.ts'
import type { Pool } from '../pools/pool.ts'
import type { RateLimits } from '../rate-limits.ts'
import type { Revoked } from '../revoked.ts'
import type { StateDb } from '../state-db.ts'

/** What remote control needs of it. */
export interface NodeAutoscaler {
  readonly max: number
  readonly min: number
  /** New bounds, null = as it was; those that hold now. */
  update(max: number | null, min: number | null): { readonly max: number; readonly min: number }
  /** The `autoscaler` part of inspect stats: max, min, current, qty. */
  stats(): Readonly<Record<string, unknown>>
}

export interface Node {
  readonly hostname: string
  readonly version: string
  readonly app: Celery
  readonly broker: Broker
  readonly results: ResultStore | null
  readonly runtime: Runtime
  readonly books: Books
  readonly consumer: Consumer
  readonly events: Events
  readonly executor: Executor
  readonly heartbeat: Heartbeat
  /** Null with --without-gossip. */
  readonly gossip: Gossip | null
  readonly pool: Pool
  /** Null without --autoscale. */
  readonly autoscaler: NodeAutoscaler | null
  readonly rateLimits: RateLimits
  readonly timeLimits: TimeLimits
  readonly revoked: Revoked
  /** Null without --statedb. */
  readonly stateDb: StateDb | null
  /** Monotonic. */
  readonly startedMs: number
  /** Started with -E: disable_events changes nothing (wire.md D5). */
  readonly eventsPinned: boolean
  /** Warm shutdown, in the background. */
  shutdown(): void
}
