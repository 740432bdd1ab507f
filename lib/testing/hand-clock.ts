import type { Clock } from '../runtime/clock.ts'

export interface HandClock extends Clock {
  /** Moves the time on; whoever slept until then is awake, and has run, when it resolves. */
  advance(ms: number): Promise<void>
}

interface Sleeper {
  readonly untilMs: number
  wake(): void
}

/** A clock that stands still until a test moves it. */
export function createHandClock(startMs = 1_700_000_000_000): HandClock {
  let passedMs = 0
  const sleepers = new Set<Sleeper>()
  return {
    nowMs: () => startMs + passedMs,
    monotonicMs: () => passedMs,
    sleep(ms, signal) {
      if (ms <= 0 || signal?.aborted) return Promise.resolve()
      return new Promise((resolve) => {
        const sleeper = { untilMs: passedMs + ms, wake }
        function wake(): void {
          sleepers.delete(sleeper)
          signal?.removeEventListener('abort', wake)
          resolve()
        }
        sleepers.add(sleeper)
        signal?.addEventListener('abort', wake, { once: true })
      })
    },
    async advance(ms) {
      passedMs += ms
      const due = [...sleepers].filter((sleeper) => sleeper.untilMs <= passedMs)
      for (const sleeper of due.sort((a, b) => a.untilMs - b.untilMs)) sleeper.wake()
      await new Promise((resolve) => setImmediate(resolve))
    },
  }
}
