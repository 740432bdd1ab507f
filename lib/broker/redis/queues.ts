/** Looking at queues from outside: lengths, names, unacknowledged messages, a peek, a purge (wire.md A1). */
import type { Redis } from 'ioredis'
import { UmbelError } from '../../errors.ts'
import type { Runtime } from '../../runtime/runtime.ts'
import type { PeekedMessage, QueueLength, Queues, Unacked } from '../broker.ts'
import { isTaskExchange, isTaskQueue } from '../task-queues.ts'
import { done } from './bindings.ts'
import { createHeads } from './heads.ts'
import type { RedisKeys } from './keys.ts'
import type { RedisLinks } from './links.ts'
import { peekUnacked } from './peek-unacked.ts'
import { readRefusal } from './refusal.ts'
import type { ScriptUse } from './script-use.ts'
import { createSetAside } from './set-aside.ts'

/** Queues asked about in one pipeline: ten thousand at once would hold the event loop. */
const QUEUES_PER_PIPELINE = 500
const SCAN_COUNT = 1_000
/** A database may hold millions of keys: scanning for binding tables takes at most this share of the time. */
const SCAN_SHARE = 0.02
/** The end of an `unacked` entry: exchange and routing key. */
const ENTRY_TAIL = /,\s*("(?:[^"\\]|\\.)*")\s*,\s*("(?:[^"\\]|\\.)*")\s*\]$/
const TAIL_CHARACTERS = 2_048

export function createQueues(links: RedisLinks, keys: RedisKeys, scriptUse: ScriptUse, runtime: Runtime): Queues {
  const names = cachedScan(links, keys, runtime)
  return {
    names,

    async lengths(queues) {
      const all: QueueLength[] = []
      for (let at = 0; at < queues.length; at += QUEUES_PER_PIPELINE) {
        const some = queues.slice(at, at + QUEUES_PER_PIPELINE)
        all.push(...(await links.run('command', '', (redis) => lengthsOf(redis, keys, some))))
      }
      return all
    },

    unacked: (limit) => links.run('command', keys.unacked, (redis) => countUnacked(redis, keys, limit)),
    peek: (queue, offset, limit) =>
      links.run('command', keys.list(queue, 0), (redis) => peek(redis, keys.lists(queue), offset, limit)),

    peekUnacked: (queue, limit, scanLimit) =>
      links.run('command', keys.unacked, (redis) => peekUnacked(redis, keys, queue, limit, scanLimit)),
    refusal: () => links.run('command', keys.probe, (redis) => readRefusal(redis, keys.probe)),

    heads: createHeads(links, keys),
    ...createSetAside(links, keys, scriptUse),

    remove: (queue, raw) =>
      links.run('command', keys.list(queue, 0), async (redis) => {
        // The right end of a list is its head: -1 begins there.
        for (const list of keys.lists(queue)) if ((await redis.lrem(list, -1, raw)) > 0) return true
        return false
      }),

    async purge(queue) {
      return links.run('command', keys.list(queue, 0), async (redis) => {
        const both = redis.pipeline() // a MULTI is refused when memory has run out, just when a purge is wanted
        for (const list of keys.lists(queue)) both.llen(list).del(list)
        const replies = await done(both.exec())
        return replies.reduce<number>((sum, reply, at) => sum + (at % 2 === 0 ? Number(reply) : 0), 0)
      })
    },
  }
}

async function lengthsOf(redis: Redis, keys: RedisKeys, queues: readonly string[]): Promise<readonly QueueLength[]> {
  const pipeline = redis.pipeline()
  for (const queue of queues) for (const list of keys.lists(queue)) pipeline.llen(list)
  const replies = (await pipeline.exec()) ?? []
  return Promise.all(queues.map((name, at) => lengthOf(redis, keys, name, replies.slice(at * keys.steps.length))))
}

async function lengthOf(
  redis: Redis,
  keys: RedisKeys,
  name: string,
  replies: readonly (readonly [Error | null, unknown])[],
): Promise<QueueLength> {
  const byPriority: { step: number; waiting: number }[] = []
  let waiting = 0
  for (const [at, step] of keys.steps.entries()) {
    const [error, length] = replies[at] ?? [null, 0]
    if (error !== null) {
      if (!error.message.includes('WRONGTYPE')) throw error
      const key = keys.lists(name)[at] ?? name
      const problem = new UmbelError('broker/wrong-type', { key, found: await redis.type(key), wanted: 'list' })
      return { name, waiting: 0, byPriority: [], error: problem.message }
    }
    byPriority.push({ step, waiting: Number(length) })
    waiting += Number(length)
  }
  return { name, waiting, byPriority, error: null }
}

async function countUnacked(redis: Redis, keys: RedisKeys, limit: number): Promise<Unacked> {
  const total = await redis.hlen(keys.unacked)
  const byQueue: Record<string, number> = Object.create(null)
  const seen = new Set<string>()
  let cursor = '0'
  do {
    const [next, rows] = await redis.hscan(keys.unacked, cursor, 'COUNT', Math.min(500, Math.max(limit, 1)))
    for (let at = 0; at + 1 < rows.length && seen.size < limit; at += 2) {
      const [tag = '', entry = ''] = rows.slice(at, at + 2)
      if (seen.has(tag)) continue // HSCAN may show a field twice
      seen.add(tag)
      const queue = queueOfEntry(entry)
      byQueue[queue] = (byQueue[queue] ?? 0) + 1
    }
    cursor = next
  } while (cursor !== '0' && seen.size < limit)
  return { total: Math.max(total, seen.size), scanned: seen.size, byQueue: { ...byQueue } }
}

/** With the anonymous exchange, which Celery uses, the routing key is the queue. */
function queueOfEntry(entry: string): string {
  const [, , routingKey = '""'] = ENTRY_TAIL.exec(entry.slice(-TAIL_CHARACTERS)) ?? []
  try {
    return String(JSON.parse(routingKey)) || '(unknown)'
  } catch {
    return '(unknown)'
  }
}

/** The right end of a list is its head; the first priority step comes first. */
async function peek(
  redis: Redis,
  lists: readonly string[],
  offset: number,
  limit: number,
): Promise<readonly PeekedMessage[]> {
  const found: PeekedMessage[] = []
  let skip = Math.max(0, offset)
  for (const list of lists) {
    if (found.length >= limit) break
    const length = await redis.llen(list)
    if (skip < length) {
      const count = Math.min(limit - found.length, length - skip)
      const raws = await redis.lrange(list, -(skip + count), -(skip + 1))
      for (const raw of raws.reverse()) found.push({ position: offset + found.length, raw })
    }
    skip = Math.max(0, skip - length)
  }
  return found
}

/** Queue names from all binding tables. Asked often, so an answer serves as long as the scan was dear. */
function cachedScan(links: RedisLinks, keys: RedisKeys, runtime: Runtime): () => Promise<readonly string[]> {
  let last: Promise<readonly string[]> | null = null
  let untilMs = 0
  return () => {
    const startMs = runtime.clock.monotonicMs()
    if (last !== null && startMs < untilMs) return last
    untilMs = Number.POSITIVE_INFINITY
    last = links.run('command', keys.binding(''), (redis) => scanNames(redis, keys))
    last.then(
      () => {
        const tookMs = runtime.clock.monotonicMs() - startMs
        untilMs = startMs + tookMs / SCAN_SHARE
      },
      () => {
        untilMs = 0
      },
    )
    return last
  }
}

async function scanNames(redis: Redis, keys: RedisKeys): Promise<readonly string[]> {
  const start = keys.binding('')
  const exchanges = new Set<string>()
  let cursor = '0'
  do {
    const [next, found] = await redis.scan(cursor, 'MATCH', `${escapeGlob(start)}*`, 'COUNT', SCAN_COUNT)
    for (const key of found) if (isTaskExchange(key.slice(start.length))) exchanges.add(key.slice(start.length))
    cursor = next
  } while (cursor !== '0')

  const pipeline = redis.pipeline()
  for (const exchange of exchanges) pipeline.smembers(keys.binding(exchange))
  const names = new Set<string>()
  for (const [at, [error, members]] of ((await pipeline.exec()) ?? []).entries()) {
    if (error !== null || !Array.isArray(members)) continue // a key of another type is no binding table
    const exchange = [...exchanges][at] ?? ''
    for (const member of members) {
      const queue = keys.splitMember(String(member))?.[2]
      if (queue !== undefined && isTaskQueue(queue, exchange)) names.add(queue)
    }
  }
  return [...names].sort()
}

/** Makes a text mean itself in SCAN and PSUBSCRIBE. */
export function escapeGlob(text: string): string {
  return text.replace(/[\\*?[\]]/g, '\\$&')
}
