/**
 * What a program needs from the world besides the network: time, chance, a log and, in tests, probes.
 * Made once in a composition root and handed down, so that a test can own all of it.
 */
import { type Clock, systemClock } from './clock.ts'
import { type Log, silentLog } from './log.ts'

export interface Runtime {
  readonly clock: Clock
  /** Uniform in [0, 1). */
  readonly random: () => number
  readonly log: Log
  /** Named points where a test may hold or end the program. Undefined outside tests. */
  readonly probe?: (point: string, detail: string) => Promise<void> | void
}

export function createRuntime(parts: Partial<Runtime> = {}): Runtime {
  return { clock: systemClock, random: Math.random, log: silentLog, ...parts }
}
