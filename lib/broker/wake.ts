import type { Clock } from '../runtime/clock.ts'

/** A sleep that somebody may end. A wake-up that comes before the sleep is not lost. */
export interface Wake {
  wake(): void
  /** Resolves after `ms`, or when woken. */
  sleep(ms: number): Promise<void>
}

export function createWake(clock: Clock): Wake {
  let sleeper: AbortController | null = null
  let woken = false
  return {
    wake() {
      woken = true
      sleeper?.abort()
    },
    async sleep(ms) {
      if (!woken) {
        sleeper = new AbortController()
        await clock.sleep(ms, sleeper.signal)
        sleeper = null
      }
      woken = false
    },
  }
}
