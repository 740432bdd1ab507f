import type { Clock } from '../../lib/runtime/clock.ts'

export interface Pause {
  wait(ms: number): Promise<void>
  /** Ends the wait, or the next one when nobody waits. */
  end(): void
}

/** A sleep that others may end. */
export function createPause(clock: Clock): Pause {
  let waiting: AbortController | null = null
  let isEnded = false
  return {
    async wait(ms) {
      if (isEnded) {
        isEnded = false
        // Others have their turn also where the pause is always ended before it begins.
        await new Promise(setImmediate)
        return
      }
      waiting = new AbortController()
      await clock.sleep(ms, waiting.signal)
      waiting = null
      isEnded = false
    },
    end() {
      isEnded = true
      waiting?.abort()
    },
  }
}
