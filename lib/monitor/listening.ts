/** Listens to events as soon as the broker lets it, without making anybody wait: the page comes up meanwhile. */
import { messageOf } from '../errors.ts'
import { backoffMs } from '../runtime/backoff.ts'
import type { Runtime } from '../runtime/runtime.ts'
import type { Service } from '../runtime/service.ts'

const BACKOFF = { firstMs: 200, maxMs: 5_000, jitter: 0.3 }

/** `ingest` subscribes in its `start`; once subscribed, the broker itself comes back after every interruption. */
export function createListening(runtime: Runtime, ingest: Service): Service {
  const ended = new AbortController()
  let trying: Promise<void> | null = null

  async function keepTrying(): Promise<void> {
    for (let attempt = 0; !ended.signal.aborted; attempt++) {
      try {
        await ingest.start(ended.signal)
        return
      } catch (error) {
        if (attempt === 0) runtime.log.warning('Events cannot be heard yet', { reason: messageOf(error) })
        await runtime.clock.sleep(backoffMs(attempt, BACKOFF, runtime.random), ended.signal)
      }
    }
  }

  return {
    name: 'listening',
    async start() {
      trying = keepTrying()
    },
    async stop() {
      ended.abort()
      await ingest.stop()
      // A subscription that hangs in a broker that is away ends when the broker is closed, after us.
      void trying
    },
  }
}
