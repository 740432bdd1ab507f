/** What remote control may see and touch of a worker. */
import type { Broker } from '../../lib/broker/broker.ts'
import type { Celery } from '../../lib/client/celery.ts'
import type { ResultStore } from '../../lib/results/results.ts'
import type { Runtime } from '../../lib/runtime/runtime.ts'
import type { Books } from '../books.ts'
import type { Consumer } from '../consumer.ts'
import type { Events } from '../events.ts'
import type { Executor } from '../executor.ts'
import type { Heartbeat } from '../heartbeat.ts'
import type { TimeLimits } from '../policy.ts'
import type { Pool } from '../pools/pool.ts'
import type { RateLimits } from '../rate-limits.ts'
import type { Revoked } from '../revoked.ts'

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
  readonly pool: Pool
  readonly rateLimits: RateLimits
  readonly timeLimits: TimeLimits
  readonly revoked: Revoked
  /** Monotonic. */
  readonly startedMs: number
  /** Started with -E: disable_events answers and changes nothing (wire.md D5). */
  readonly eventsPinned: boolean
  /** Warm shutdown, in the background. */
  shutdown(): void
}
