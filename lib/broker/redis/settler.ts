import { backoffMs } from '../../runtime/backoff.ts'
import type { Runtime } from '../../runtime/runtime.ts'
import type { EarlyAcks } from './early-acks.ts'
import type { RedisKeys } from './keys.ts'
import type { RedisLinks } from './links.ts'

/** Acknowledgements that could not be sent and are tried again; beyond, the oldest are left to the visibility timeout. */
const MOST_FAILED = 100_000
/** Every try waits for the connection. */
const RETRY = { firstMs: 20, maxMs: 250, jitter: 0.5 }
/** Tags in one command. */
const MOST_AT_ONCE = 1_000

export interface Settler {
  /**
   * Makes the broker forget a message. Rejects when the broker cannot be reached in time; the acknowledgement is then
   * kept and sent when it is back, so a caller need not call again.
   */
  settle(tag: string): Promise<void>
  /** True until the broker has confirmed. */
  has(tag: string): boolean
  /** Tags whose acknowledgement failed and is tried again. */
  pending(): Iterable<string>
  /** Sends what is not yet confirmed. */
  flush(): Promise<void>
}

export interface SettlerParts {
  readonly links: RedisLinks
  readonly keys: RedisKeys
  readonly runtime: Runtime
  readonly earlyAcks: Pick<EarlyAcks, 'keep' | 'confirmed'>
}

interface Batch {
  readonly tags: string[]
  readonly sent: Promise<void>
}

/** Acknowledgements of one turn of the event loop travel together. */
export function createSettler({ links, keys, runtime, earlyAcks }: SettlerParts, closed: AbortSignal): Settler {
  const open = new Set<string>()
  const failed = new Set<string>()
  let batch: Batch | null = null
  let retrying = false

  /**
   * Not in a MULTI: a server out of memory refuses all that is queued in one. A tag that is left in the index without
   * its message means nothing to anybody.
   */
  async function send(tags: readonly string[]): Promise<void> {
    await links.run('command', keys.unacked, async (redis) => {
      const all = redis.pipeline()
      for (const tag of tags) earlyAcks.keep(tag, all)
      const replies = await all
        .hdel(keys.unacked, ...tags)
        .zrem(keys.unackedIndex, ...tags)
        .exec()
      // A server out of memory keeps nothing in mind and forgets all the same.
      throwFirst(replies?.slice(-2) ?? [])
    })
    for (const tag of tags) earlyAcks.confirmed(tag)
  }

  function startBatch(): Batch {
    const tags: string[] = []
    const sent = new Promise<void>((resolve) => setImmediate(resolve)).then(async () => {
      batch = null
      try {
        for (let at = 0; at < tags.length; at += MOST_AT_ONCE) await send(tags.slice(at, at + MOST_AT_ONCE))
        for (const tag of tags) open.delete(tag)
      } catch (error) {
        for (const tag of tags) failed.add(tag)
        for (const tag of failed) {
          if (failed.size <= MOST_FAILED) break
          failed.delete(tag)
          open.delete(tag)
          earlyAcks.confirmed(tag)
        }
        void retry()
        throw error
      }
    })
    return { tags, sent }
  }

  async function flush(): Promise<void> {
    await batch?.sent
    while (failed.size > 0) {
      const some = [...failed].slice(0, MOST_AT_ONCE)
      await send(some)
      for (const tag of some) {
        failed.delete(tag)
        open.delete(tag)
      }
    }
  }

  async function retry(): Promise<void> {
    if (retrying) return
    retrying = true
    for (let attempt = 0; failed.size > 0 && !closed.aborted; attempt++) {
      await runtime.clock.sleep(backoffMs(attempt, RETRY, runtime.random), closed)
      await flush().catch(() => {}) // the connection's status says what is wrong
    }
    retrying = false
  }

  return {
    flush,
    has: (tag) => open.has(tag),
    pending: () => failed,
    settle(tag) {
      batch ??= startBatch()
      open.add(tag)
      batch.tags.push(tag)
      return batch.sent
    },
  }
}

function throwFirst(replies: readonly (readonly [Error | null, unknown])[]): void {
  for (const [error] of replies) if (error !== null) throw error
}
