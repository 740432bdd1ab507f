/**
 * Turns the event loop instead of letting it sleep while an answer is due in less time than falling asleep and being
 * woken takes: with a server on the same machine that is more than half of a round trip. Everything else of the
 * process goes on meanwhile. Stops by itself where it would not pay: answers that take longer, a single core.
 */
import { availableParallelism } from 'node:os'
import type { Clock } from './clock.ts'

/** Sleeping costs about 0.1 ms. A server that is further away than this is waited for asleep. */
const LONGEST_MS = 0.3
/** How much the last answer weighs in the average. */
const WEIGHT = 0.1

export interface BusyWait {
  /** A question was sent; call what this returns when it is answered. */
  begin(): () => void
}

export function createBusyWait(clock: Clock, cores = availableParallelism()): BusyWait {
  let averageMs = 0
  let open = 0
  let untilMs = 0
  let turning = false

  function turn(): void {
    turning = open > 0 && clock.monotonicMs() < untilMs
    if (turning) setImmediate(turn)
  }

  return {
    begin() {
      const startMs = clock.monotonicMs()
      open++
      if (cores > 1 && averageMs < LONGEST_MS) {
        untilMs = startMs + LONGEST_MS
        if (!turning) setImmediate(turn)
        turning = true
      }
      return () => {
        open--
        averageMs += (clock.monotonicMs() - startMs - averageMs) * WEIGHT
      }
    },
  }
}
