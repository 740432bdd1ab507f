/** Tells a wall clock that was set from time that passes. */
import type { Clock } from '../../lib/runtime/clock.ts'
import { CLOCK_TOLERANCE_MS } from '../../lib/schedule-store/schedule-store.ts'

/** By how much the clock has jumped since the last look; 0 for what a clock is set by all the time. */
export function createClockWatch(clock: Clock): () => number {
  let aheadMs = clock.nowMs() - clock.monotonicMs()
  return () => {
    const nowMs = clock.nowMs() - clock.monotonicMs()
    const byMs = nowMs - aheadMs
    if (Math.abs(byMs) < CLOCK_TOLERANCE_MS) {
      // A clock that is led back to the right time slowly never comes to a jump.
      aheadMs += byMs / SLEW_LOOKS
      return 0
    }
    aheadMs = nowMs
    return byMs
  }
}

/** Looks in which a small difference becomes the usual one. */
const SLEW_LOOKS = 10
