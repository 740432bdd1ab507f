/** Long work in short turns, so that pages and events do not wait for a schedule of ten thousand entries. */
import type { Clock } from '../../runtime/clock.ts'

const TURN_MS = 10

export interface Turns {
  /** Lets others have their turn when this one has lasted long enough; else goes on at once. */
  rest(): Promise<void> | undefined
}

/** For one piece of work: its first turn begins now. */
export function createTurns(clock: Clock): Turns {
  let sinceMs = clock.monotonicMs()
  return {
    rest() {
      const nowMs = clock.monotonicMs()
      if (nowMs - sinceMs < TURN_MS) return undefined
      return clock.sleep(1).then(() => {
        sinceMs = clock.monotonicMs()
      })
    },
  }
}
