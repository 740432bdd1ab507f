import type { Redis } from 'ioredis'
import type { PeekedUnacked, UnackedMessage } from '../broker.ts'
import { readEntry } from '../raw-message.ts'
import type { RedisKeys } from './keys.ts'

/** Messages may be large: few are read together. */
const READ_TOGETHER = 50

/** What is taken from a queue and not acknowledged (wire.md A4): the index tells since when, the hash what it is. */
export async function peekUnacked(
  redis: Redis,
  keys: RedisKeys,
  queue: string,
  limit: number,
  scanLimit: number,
): Promise<PeekedUnacked> {
  const messages: UnackedMessage[] = []
  let at = 0
  while (at < scanLimit) {
    const wanted = Math.min(READ_TOGETHER, scanLimit - at)
    const scored = await redis.zrange(keys.unackedIndex, String(at), String(at + wanted - 1), 'WITHSCORES')
    if (scored.length === 0) return { messages, isWhole: true }
    const tags = scored.filter((_, i) => i % 2 === 0)
    const entries = await redis.hmget(keys.unacked, ...tags)
    for (const [i, text] of entries.entries()) {
      const entry = text === null ? null : readEntry(text) // null: acknowledged meanwhile
      if (entry === null || entry.routingKey !== queue) continue
      if (messages.length >= limit) return { messages, isWhole: false }
      const seconds = Number(scored[2 * i + 1])
      messages.push({ raw: entry.raw, takenMs: seconds > 0 ? Math.round(seconds * 1000) : null })
    }
    at += tags.length
    if (tags.length < wanted) return { messages, isWhole: true }
  }
  return { messages, isWhole: (await redis.zcard(keys.unackedIndex)) <= scanLimit }
}
