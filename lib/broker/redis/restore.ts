/** Giving messages back: our own, and those of programs that are gone (wire.md A4). */
import { randomUUID } from 'node:crypto'
import type { Redis } from 'ioredis'
import type { Runtime } from '../../runtime/runtime.ts'
import { markRedelivered, priorityOf, readEntry, type UnackedEntry } from '../raw-message.ts'
import type { RedisBindings } from './bindings.ts'
import { done } from './bindings.ts'
import type { RedisKeys } from './keys.ts'
import type { RedisLinks } from './links.ts'
import type { ScriptUse } from './script-use.ts'
import { scripts } from './scripts.ts'
import { QUARANTINE_LIMIT } from './set-aside.ts'
import type { RedisTransportOptions } from './transport-options.ts'

/** Entries looked at in one sweep without `unacked_restore_limit`; the rest has its turn at once after. */
const SWEEP_LIMIT = 1_000
/**
 * Who is killed in a sweep keeps the others from sweeping for this long at most. The mutex only saves work: what is
 * restored is settled by each entry's own step.
 */
const MUTEX_MS = 10_000
/** Entries of other programs that cannot be read are kept here. */
const BROKEN_ENTRIES = 'unacked'

export interface Restorer {
  /**
   * Gives a held message back, with its redelivered flags; `head`: it is the next to be taken. False when somebody
   * else has settled it, or, with `latest`, renewed it after that second.
   */
  restore(tag: string, entry: UnackedEntry, end: 'head' | 'back', latest?: number): Promise<boolean>
  /** Gives back what nobody renewed for the visibility timeout. Returns how many; none when another sweeps. */
  sweep(): Promise<number>
}

export function createRestorer(parts: {
  readonly links: RedisLinks
  readonly keys: RedisKeys
  readonly options: RedisTransportOptions
  readonly bindings: RedisBindings
  readonly scriptUse: ScriptUse
  readonly runtime: Runtime
}): Restorer {
  const { links, keys, options, bindings, scriptUse, runtime } = parts
  const token = randomUUID().replaceAll('-', '')
  /** It was asked for, or its return was, and the answer never came. */
  let mayHoldMutex = false

  async function restore(tag: string, entry: UnackedEntry, end: 'head' | 'back', latest?: number): Promise<boolean> {
    const bound = await bindings.route(entry.exchange, entry.routingKey)
    // Where no queue is bound kombu drops the message; the queue of that name is the better guess.
    const queues = bound.length > 0 ? bound : [entry.routingKey]
    const priority = priorityOf(entry.raw)
    const lists = queues.map((queue) => keys.list(queue, priority))
    const message = markRedelivered(entry.raw)
    const push = end === 'head' ? 'RPUSH' : 'LPUSH'
    return scriptUse.run(
      (redis) =>
        scripts.restore
          .run(
            redis,
            { unackedIndex: keys.unackedIndex, unacked: keys.unacked, lists },
            { tag, message, push, latest: latest ?? '+inf' },
          )
          .then((count) => count === 1),
      (redis) => restorePlainly(redis, keys, tag, { message, lists, push, latest }),
    )
  }

  async function release(): Promise<void> {
    await scriptUse.run(
      (redis) => scripts.release.run(redis, { mutex: keys.unackedMutex }, { token }),
      async (redis) => {
        await redis.watch(keys.unackedMutex)
        if ((await redis.get(keys.unackedMutex)) === token) await redis.multi().del(keys.unackedMutex).exec()
        else await redis.unwatch()
      },
    )
    mayHoldMutex = false
  }

  /** An entry that no program can read would be looked at again for ever. */
  async function setAside(tag: string, entry: string): Promise<void> {
    runtime.log.warning('An entry of unacked cannot be read; it was set aside.', { tag })
    const list = keys.quarantine(BROKEN_ENTRIES)
    await links.run('command', list, async (redis) => {
      await redis.lpush(list, entry)
      await done(
        redis
          .multi()
          .ltrim(list, 0, QUARANTINE_LIMIT - 1)
          .hdel(keys.unacked, tag)
          .zrem(keys.unackedIndex, tag)
          .exec(),
      )
    })
  }

  async function sweepHeld(): Promise<number> {
    const latest = runtime.clock.nowMs() / 1000 - options.visibility_timeout
    const limit = options.unacked_restore_limit ?? SWEEP_LIMIT
    const { tags, entries } = await links.run('command', keys.unackedIndex, async (redis) => {
      const tags = await redis.zrevrangebyscore(keys.unackedIndex, latest, 0, 'LIMIT', 0, limit)
      return { tags, entries: tags.length === 0 ? [] : await redis.hmget(keys.unacked, ...tags) }
    })
    let restored = 0
    for (const [at, tag] of tags.entries()) {
      const text = entries[at] ?? null
      const entry = text === null ? null : readEntry(text)
      if (text !== null && entry === null) await setAside(tag, text)
      else if (await restore(tag, entry ?? { raw: '{}', exchange: '', routingKey: '' }, 'head', latest)) restored++
    }
    return restored
  }

  return {
    restore,
    async sweep() {
      if (mayHoldMutex) await release()
      const expiresMs = Math.min(MUTEX_MS, Math.round(options.unacked_mutex_expire * 1000))
      mayHoldMutex = true
      const locked = await links.run('command', keys.unackedMutex, (redis) =>
        redis.set(keys.unackedMutex, token, 'PX', expiresMs, 'NX'),
      )
      mayHoldMutex = locked !== null
      if (locked === null) return 0
      try {
        return await sweepHeld()
      } finally {
        await release().catch(() => {}) // it expires by itself, and the next sweep tries again
      }
    },
  }
}

async function restorePlainly(
  redis: Redis,
  keys: RedisKeys,
  tag: string,
  move: {
    readonly message: string
    readonly lists: readonly string[]
    readonly push: string
    readonly latest?: number
  },
): Promise<boolean> {
  for (;;) {
    await redis.watch(keys.unacked)
    const held = (await redis.hexists(keys.unacked, tag)) === 1
    const score = Number((await redis.zscore(keys.unackedIndex, tag)) ?? 0)
    if (!held || (move.latest !== undefined && score > move.latest)) {
      await redis.unwatch()
      if (!held) await redis.zrem(keys.unackedIndex, tag)
      return false
    }
    const all = redis.multi()
    for (const list of move.lists) {
      if (move.push === 'RPUSH') all.rpush(list, move.message)
      else all.lpush(list, move.message)
    }
    const replies = await all.hdel(keys.unacked, tag).zrem(keys.unackedIndex, tag).exec()
    if (replies !== null) return true
  }
}
