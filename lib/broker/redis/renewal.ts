/** What is in hand must not come back while it is worked on, however long that takes (BRK-3). */
import type { Runtime } from '../../runtime/runtime.ts'
import type { RedisKeys } from './keys.ts'
import type { RedisLinks } from './links.ts'

const RENEWALS_PER_TIMEOUT = 3
const TAGS_AT_ONCE = 1_000
/** After one that failed; the next turn might come too late. */
const AGAIN_MS = 50

export interface RenewalParts {
  readonly links: RedisLinks
  readonly keys: RedisKeys
  readonly runtime: Runtime
  /** `visibility_timeout` */
  readonly timeoutSeconds: number
  /** Held, or not yet known to the broker as acknowledged. */
  readonly tags: () => readonly string[]
}

export async function keepRenewing(parts: RenewalParts, ended: AbortSignal): Promise<void> {
  const { links, keys, runtime, timeoutSeconds, tags } = parts
  const { clock } = runtime
  const everyMs = (timeoutSeconds * 1000) / RENEWALS_PER_TIMEOUT

  async function renew(some: readonly string[]): Promise<void> {
    const score = String(clock.nowMs() / 1000)
    const members = some.flatMap((tag) => [score, tag])
    await links.run('command', keys.unackedIndex, (redis) => redis.zadd(keys.unackedIndex, 'XX', ...members))
  }

  while (!ended.aborted) {
    await clock.sleep(everyMs, ended)
    const all = tags()
    for (let at = 0; at < all.length && !ended.aborted; ) {
      try {
        await renew(all.slice(at, at + TAGS_AT_ONCE))
        at += TAGS_AT_ONCE
      } catch {
        await clock.sleep(AGAIN_MS, ended) // the status of the connection says what is wrong
      }
    }
  }
}
