/** When children may be started: at once, and ever more slowly while they end before they are ready. */
import { backoffMs } from '../../lib/runtime/backoff.ts'
import type { Runtime } from '../../lib/runtime/runtime.ts'

export interface Respawn {
  may(): boolean
  ready(): void
  /** Why the child that is about to end could not start; without it only its exit is known. */
  because(reason: string): void
  failed(exit: string): void
  stop(): void
}

const PAUSE = { firstMs: 500, maxMs: 30_000, jitter: 0.1 }

export function createRespawn(runtime: Runtime, again: () => void): Respawn {
  const stopped = new AbortController()
  let failures = 0
  let waiting = false
  let reason: string | null = null

  async function pause(ms: number): Promise<void> {
    waiting = true
    await runtime.clock.sleep(ms, stopped.signal)
    waiting = false
    if (!stopped.signal.aborted) again()
  }

  return {
    may: () => !waiting && !stopped.signal.aborted,
    ready() {
      failures = 0
      reason = null
    },
    because(why) {
      reason = why
    },
    failed(exit) {
      if (waiting) return // one of several that were started together
      const ms = backoffMs(failures, PAUSE, runtime.random)
      failures++
      const seconds = (ms / 1000).toFixed(1)
      runtime.log.error(`A child of the pool could not start: ${reason ?? exit} Next try in ${seconds} s.`)
      reason = null
      void pause(ms)
    },
    stop: () => stopped.abort(),
  }
}
