/** When children may be started: at once, and ever more slowly while they end before they are ready. */
import { backoffMs } from '../../lib/runtime/backoff.ts'
import type { Runtime } from '../../lib/runtime/runtime.ts'

export interface Respawn {
  may(): boolean
  ready(): void
  /** Why the child that is about to end could not start; without it only its exit is known. */
  because(reason: string): void
  /** `isAsked`: by a signal that asks for its end. Where the whole group got it, ours comes too, and nothing is told. */
  failed(exit: string, isAsked?: boolean): void
  stop(): void
}

const PAUSE = { firstMs: 500, maxMs: 30_000, jitter: 0.1 }

export function createRespawn(runtime: Runtime, again: () => void): Respawn {
  const stopped = new AbortController()
  let failures = 0
  let waiting = false
  let reason: string | null = null

  async function pause(ms: number): Promise<boolean> {
    waiting = true
    await runtime.clock.sleep(ms, stopped.signal)
    waiting = false
    return !stopped.signal.aborted
  }

  function tell(why: string, next: string): void {
    runtime.log.error(`A child of the pool could not start: ${why} Next try ${next}.`)
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
    failed(exit, isAsked = false) {
      if (waiting) return // one of several that were started together
      const ms = backoffMs(failures, PAUSE, runtime.random)
      failures++
      const why = reason ?? exit
      reason = null
      if (!isAsked) tell(why, `in ${(ms / 1000).toFixed(1)} s`)
      void pause(ms).then((goesOn) => {
        if (!goesOn) return
        if (isAsked) tell(why, 'now')
        again()
      })
    },
    stop: () => stopped.abort(),
  }
}
