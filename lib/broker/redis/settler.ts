import { backoffMs } from '../../runtime/backoff.ts'
import type { Runtime } from '../../runtime/runtime.ts'
import { done } from './bindings.ts'
import type { RedisKeys } from './keys.ts'
import type { RedisLinks } from './links.ts'

/** Acknowledgements that could not be sent and are tried again; beyond, the oldest are left to the visibility timeout. */
const MOST_OPEN = 100_000
const RETRY = { firstMs: 20, maxMs: 1_000, jitter: 0.5 }
/** Tags in one command. */
const MOST_AT_ONCE = 1_000

export interface Settler {
  /**
   * Makes the broker forget a message. Rejects when the broker cannot be reached in time; the acknowledgement is then
   * kept and sent when it is back, so a caller need not call again.
   */
  settle(tag: string): Promise<void>
  /** True while an acknowledgement waits to be sent. */
  has(tag: string): boolean
  /** Sends what waits. */
  flush(): Promise<void>
}

/** Acknowledgements of one turn of the event loop travel together. */
export function createSettler(links: RedisLinks, keys: RedisKeys, runtime: Runtime, closed: AbortSignal): Settler {
  const open = new Set<string>()
  let batch: Promise<void> | null = null
  let retrying = false

  async function flush(): Promise<void> {
    const tags = [...open]
    for (let at = 0; at < tags.length; at += MOST_AT_ONCE) {
      const some = tags.slice(at, at + MOST_AT_ONCE)
      await links.run('command', keys.unacked, (redis) =>
        done(
          redis
            .multi()
            .zrem(keys.unackedIndex, ...some)
            .hdel(keys.unacked, ...some)
            .exec(),
        ),
      )
      for (const tag of some) open.delete(tag)
    }
  }

  async function retry(): Promise<void> {
    if (retrying) return
    retrying = true
    for (let attempt = 0; open.size > 0 && !closed.aborted; attempt++) {
      await runtime.clock.sleep(backoffMs(attempt, RETRY, runtime.random), closed)
      await flush().catch(() => {}) // the connection's status says what is wrong
    }
    retrying = false
  }

  return {
    flush,
    has: (tag) => open.has(tag),
    settle(tag) {
      open.add(tag)
      const [oldest] = open
      if (open.size > MOST_OPEN && oldest !== undefined) open.delete(oldest)
      batch ??= new Promise<void>((resolve) => setImmediate(resolve)).then(() => {
        batch = null
        return flush()
      })
      const sent = batch
      sent.catch(() => retry())
      return sent
    },
  }
}
