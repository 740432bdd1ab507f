/** The monitor's own clockwork: hands out what changed ten times a second, and notices workers that fell silent. */
import { every } from '../runtime/every.ts'
import type { Runtime } from '../runtime/runtime.ts'
import type { Service } from '../runtime/service.ts'
import type { Cluster } from './cluster.ts'

const FLUSH_MS = 100
const EXPIRE_MS = 1_000
/** After a gap workers get this long to be heard again before silence counts against them. */
const GRACE_MS = 10_000

export interface PulseSources {
  isListening(): boolean
  /** Until when silence says something: a broker that does not answer passes on no heartbeats either. */
  heardUntilMs(nowMs: number): number
  /** Is called after what changed was handed out. */
  tend(): void
}

export function createPulse(runtime: Runtime, cluster: Cluster, sources: PulseSources): Service {
  const { clock } = runtime
  const ended = new AbortController()
  let loop: Promise<void> | null = null
  let expiredMs = Number.NEGATIVE_INFINITY
  let listeningSinceMs: number | null = null

  function beat(): void {
    const monotonicMs = clock.monotonicMs()
    if (monotonicMs - expiredMs >= EXPIRE_MS) {
      expiredMs = monotonicMs
      listeningSinceMs = sources.isListening() ? (listeningSinceMs ?? monotonicMs) : null
      if (listeningSinceMs !== null && monotonicMs - listeningSinceMs >= GRACE_MS) {
        cluster.expireWorkers(sources.heardUntilMs(clock.nowMs()))
      }
    }
    cluster.flush(clock.nowMs())
    sources.tend()
  }

  return {
    name: 'pulse',
    async start() {
      loop = every(runtime, { name: 'pulse', everyMs: FLUSH_MS, atOnce: true }, ended.signal, beat)
    },
    async stop() {
      ended.abort()
      await loop
    },
  }
}
