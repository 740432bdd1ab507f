import type { Runtime } from '../../runtime/runtime.ts'
import type { Restorer } from './restore.ts'
import type { RedisTransportOptions } from './transport-options.ts'

/**
 * Gives back, again and again, what dead programs held (BRK-3). Only who consumes task queues does that: a dashboard
 * that waits for replies need not know the workers' visibility timeout, and must not restore by a shorter one.
 */
export function keepSweeping(
  restorer: Restorer,
  options: RedisTransportOptions,
  runtime: Runtime,
  closed: AbortSignal,
): { start(): void } {
  let started = false

  async function loop(): Promise<void> {
    const everyMs = sweepEveryMs(options)
    while (!closed.aborted) {
      try {
        const count = await restorer.sweep()
        if (count > 0) runtime.log.info('Messages that nobody acknowledged in time were given back.', { count })
      } catch {
        // The status of the connection says what is wrong; the next turn tries again.
      }
      await runtime.clock.sleep(everyMs, closed)
    }
  }

  return {
    start() {
      if (started) return
      started = true
      void loop()
    },
  }
}

/** kombu scans on every `throttle`th of its calls; and a short timeout would wait long for a scan every 100 s. */
function sweepEveryMs(options: RedisTransportOptions): number {
  const interval = options.unacked_restore_interval > 0 ? options.unacked_restore_interval : 10
  const everySeconds = interval * Math.max(1, options.unacked_restore_throttle)
  return Math.max(0.5, Math.min(everySeconds, options.visibility_timeout / 2)) * 1000
}
