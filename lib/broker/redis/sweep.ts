import type { Runtime } from '../../runtime/runtime.ts'
import type { RedisLinks } from './links.ts'
import type { Restorer } from './restore.ts'
import type { RedisTransportOptions } from './transport-options.ts'

/** Of the visibility timeout: a shorter outage lets nobody's renewal run out. */
const OUTAGE_SHARE = 1 / 3
/** As long as a connection may take to come back, and some more. */
const GRACE_MS = 4_000

/**
 * Gives back, again and again, what dead programs held (BRK-3). Only who consumes task queues does that: a dashboard
 * that waits for replies need not know the workers' visibility timeout, and must not restore by a shorter one.
 */
export function keepSweeping(
  restorer: Restorer,
  links: Pick<RedisLinks, 'onStatus'>,
  options: RedisTransportOptions,
  runtime: Runtime,
  closed: AbortSignal,
): { start(): void } {
  const { clock } = runtime
  let started = false
  let lostMs: number | null = null
  let quietUntilMs = Number.NEGATIVE_INFINITY

  /** After an outage everybody's messages look left behind: who holds them is given the time to say so. */
  links.onStatus(({ state }) => {
    const nowMs = clock.monotonicMs()
    if (state === 'reconnecting') lostMs ??= nowMs
    if (state !== 'ready' || lostMs === null) return
    if (nowMs - lostMs > OUTAGE_SHARE * options.visibility_timeout * 1000) quietUntilMs = nowMs + GRACE_MS
    lostMs = null
  })

  async function loop(): Promise<void> {
    const everyMs = sweepEveryMs(options)
    while (!closed.aborted) {
      if (quietUntilMs > clock.monotonicMs()) await clock.sleep(quietUntilMs - clock.monotonicMs(), closed)
      try {
        const count = await restorer.sweep()
        if (count > 0) runtime.log.info('Messages that nobody acknowledged in time were given back.', { count })
      } catch {
        // The status of the connection says what is wrong; the next turn tries again.
      }
      await clock.sleep(everyMs, closed)
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
