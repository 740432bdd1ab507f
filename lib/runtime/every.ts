import { messageOf } from '../errors.ts'
import type { Runtime } from './runtime.ts'

export interface Repeating {
  /** Names the work in the log. */
  readonly name: string
  readonly everyMs: number
  /** False: the first run comes after one period. */
  readonly atOnce: boolean
}

/**
 * Runs `work` again and again until `signal` aborts, never two at a time: a slow run delays the next one. A failure is
 * logged once until a run succeeds again. Resolves when the last run has ended.
 */
export async function every(
  runtime: Runtime,
  how: Repeating,
  signal: AbortSignal,
  work: () => Promise<void> | void,
): Promise<void> {
  if (!how.atOnce) await runtime.clock.sleep(how.everyMs, signal)
  let failing = false
  while (!signal.aborted) {
    const startedMs = runtime.clock.monotonicMs()
    try {
      await work()
      failing = false
    } catch (error) {
      if (!failing) runtime.log.warning(`${how.name} failed; it is tried again`, { reason: messageOf(error) })
      failing = true
    }
    const spentMs = runtime.clock.monotonicMs() - startedMs
    await runtime.clock.sleep(Math.max(how.everyMs - spentMs, how.everyMs / 10), signal)
  }
}
