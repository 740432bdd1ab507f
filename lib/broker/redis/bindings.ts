/** Which queues an exchange leads to, and how long that lasts (wire.md A5). */
import type { Redis } from 'ioredis'
import type { Runtime } from '../../runtime/runtime.ts'
import type { Bindings, BoundExchangeType } from '../broker.ts'
import { topicMatches } from '../topic.ts'
import type { RedisKeys } from './keys.ts'
import type { RedisLinks } from './links.ts'

/** kombu's own rule: a table lives for twice its queue's time, and an hour at least, after the last renewal. */
const LIFE_FACTOR = 2
const SHORTEST_LIFE_MS = 3_600_000
/** Bindings of ours that are kept alive. More than that is a leak of the caller; the oldest is then left to expire. */
const MOST_BINDINGS = 1_000

interface Bound {
  readonly exchange: string
  readonly member: string
  readonly lifeMs: number | null
}

export interface RedisBindings extends Bindings {
  /** Without a type, for messages whose sender is not known: exact keys, else topic patterns. */
  route(exchange: string, routingKey: string, type?: BoundExchangeType): Promise<readonly string[]>
}

export function createBindings(
  links: RedisLinks,
  keys: RedisKeys,
  runtime: Runtime,
  closed: AbortSignal,
): RedisBindings {
  const own = new Map<string, Bound>()

  async function table(exchange: string): Promise<readonly (readonly [string, string, string])[]> {
    const members = await links.run('command', keys.binding(exchange), (redis) =>
      redis.smembers(keys.binding(exchange)),
    )
    return members.map(keys.splitMember).filter((parts) => parts !== null)
  }

  async function renewAll(): Promise<void> {
    for (const bound of own.values()) {
      await links.run('command', keys.binding(bound.exchange), (redis) => write(redis, keys, bound))
    }
  }

  /** A third of the shortest life; and after a connection came back, for the server may have come back empty. */
  async function keepAlive(): Promise<void> {
    while (!closed.aborted) {
      await runtime.clock.sleep(SHORTEST_LIFE_MS / 3, closed)
      if (!closed.aborted) await renewAll().catch(() => {}) // the next turn, or the reconnect, does it
    }
  }
  links.onStatus(({ state }) => {
    if (state === 'ready' && own.size > 0) renewAll().catch(() => {})
  })
  let keeping = false

  return {
    async bind(exchange, routingKey, queue, expiresMs, type = 'direct') {
      const lifeMs = expiresMs === null ? null : Math.max(expiresMs * LIFE_FACTOR, SHORTEST_LIFE_MS)
      const pattern = type === 'topic' ? kombuPattern(routingKey) : ''
      const bound = { exchange, member: keys.bindingMember(routingKey, queue, pattern), lifeMs }
      await links.run('command', keys.binding(exchange), (redis) => write(redis, keys, bound))
      const name = `${exchange}\n${bound.member}`
      own.delete(name)
      own.set(name, bound)
      const [oldest] = own.keys()
      if (own.size > MOST_BINDINGS && oldest !== undefined) own.delete(oldest)
      if (!keeping) void keepAlive()
      keeping = true
    },

    async unbind(exchange, routingKey, queue) {
      const members = ['', kombuPattern(routingKey)].map((pattern) => keys.bindingMember(routingKey, queue, pattern))
      for (const member of members) own.delete(`${exchange}\n${member}`)
      await links.run('command', keys.binding(exchange), (redis) =>
        done(
          redis
            .multi()
            .srem(keys.binding(exchange), ...members)
            .srem(keys.bindingPermanent(exchange), ...members)
            .exec(),
        ),
      )
    },

    async queuesFor(exchange, routingKey) {
      const rows = await table(exchange)
      return [...new Set(rows.filter(([key]) => key === routingKey).map(([, , queue]) => queue))]
    },

    async route(exchange, routingKey, type) {
      if (exchange === '') return [routingKey]
      const rows = await table(exchange)
      const exact = rows.filter(([key]) => key === routingKey)
      const isExact = type === 'direct' || (type === undefined && exact.length > 0)
      const found = isExact ? exact : rows.filter(([key, pattern]) => pattern !== '' && topicMatches(key, routingKey))
      return [...new Set(found.map(([, , queue]) => queue))]
    },
  }
}

/** The regular expression that kombu stores with a topic binding, character for character. */
export function kombuPattern(routingKey: string): string {
  const words = routingKey.split('.').map((word) => {
    if (word === '*') return '[^\\.]+'
    if (word === '#') return '.*?'
    return word.replace(/[^\p{L}\p{N}#*]/gu, '\\$&')
  })
  return `^${words.join('\\.')}$`
}

/** Adds one binding, or renews it. The server's clock counts, for several programs write the deadline. */
async function write(redis: Redis, keys: RedisKeys, { exchange, member, lifeMs }: Bound): Promise<void> {
  if (lifeMs === null) {
    await done(redis.multi().sadd(keys.binding(exchange), member).sadd(keys.bindingPermanent(exchange), member).exec())
    return
  }
  const [seconds = 0, micros = 0] = await redis.time()
  const deadlineMs = Number(seconds) * 1000 + Math.floor(Number(micros) / 1000) + lifeMs
  await redis.sadd(keys.binding(exchange), member)
  await redis.zadd(keys.bindingDeadlines, 'GT', deadlineMs, exchange)
}

/** The first error inside a transaction, thrown. */
export async function done(
  replies: Promise<[error: Error | null, result: unknown][] | null>,
): Promise<readonly unknown[]> {
  const all = (await replies) ?? []
  for (const [error] of all) if (error !== null) throw error
  return all.map(([, result]) => result)
}
