/** Taking messages: one script, or plain commands where the server forbids scripts. */
import type { Redis } from 'ioredis'
import { parseEnvelope } from '../../protocol/message.ts'
import { POISON_REASONS, type PoisonReason } from '../broker.ts'
import { readEntry, writeEntry } from '../raw-message.ts'
import { done } from './bindings.ts'
import type { RedisKeys } from './keys.ts'
import { scripts } from './scripts.ts'
import { noteSetAside, QUARANTINE_LIMIT } from './set-aside.ts'

/** Bytes of messages in one reply, so that neither side holds too much at once. */
const REPLY_BYTES = 4_000_000
const MOST_AT_ONCE = 200
/** Characters that are read together; what is read and not taken was read in vain. */
const LOT_CHARACTERS = 262_144
/** How often the plain way tries again when somebody else touched the queue meanwhile. */
const PLAIN_TRIES = 10

export interface Taken {
  readonly tag: string
  readonly queue: string
  readonly raw: string
}

export interface TakeReply {
  readonly taken: readonly Taken[]
  readonly poison: readonly { readonly queue: string; readonly reason: PoisonReason; readonly head: string }[]
  readonly errors: readonly { readonly queue: string; readonly message: string }[]
  /** How many had a tag that was in use. */
  readonly twins: number
}

export interface TakeRequest {
  readonly queues: readonly string[]
  readonly limit: number
  /** See `take.lua`: one for taking turns, many for strict order. */
  readonly each: number
  readonly score: string
  readonly largest: number
  /** Messages that the script may read together before it has seen how large they are. */
  readonly lot: number
}

export async function takeByScript(redis: Redis, keys: RedisKeys, request: TakeRequest): Promise<TakeReply> {
  const { queues, score, largest, each } = request
  const reply = await scripts.take.run(
    redis,
    {
      unackedIndex: keys.unackedIndex,
      unacked: keys.unacked,
      quarantines: queues.map(keys.quarantine),
      notes: queues.map(keys.quarantineNotes),
      lists: listsOf(keys, queues),
    },
    {
      queueCount: queues.length,
      limit: Math.min(request.limit, MOST_AT_ONCE),
      room: REPLY_BYTES,
      each,
      score,
      largest,
      kept: QUARANTINE_LIMIT,
      lot: request.lot,
      names: queues,
    },
  )
  return readReply(Array.isArray(reply) ? reply : [], queues)
}

/** For the next take, by what this one brought. */
export function lotAfter({ taken }: TakeReply): number {
  const largest = taken.reduce((most, { raw }) => Math.max(most, raw.length), 1)
  return taken.length === 0 ? 1 : Math.max(1, Math.floor(LOT_CHARACTERS / largest))
}

/** Steps outer, queues inner (wire.md A3). */
function listsOf(keys: RedisKeys, queues: readonly string[]): readonly string[] {
  const lists = queues.map(keys.lists)
  return keys.steps.flatMap((_, step) => lists.map((list) => list[step] ?? ''))
}

function readReply(flat: readonly unknown[], queues: readonly string[]): TakeReply {
  const reply = {
    taken: [] as Taken[],
    poison: [] as TakeReply['poison'][number][],
    errors: [] as TakeReply['errors'][number][],
    twins: 0,
  }
  for (let at = 0; at + 3 < flat.length; at += 4) {
    const kind = flat[at]
    const queue = queues[Number(flat[at + 1])] ?? ''
    const tag = String(flat[at + 2])
    const text = String(flat[at + 3])
    if (kind === 'error') reply.errors.push({ queue, message: text })
    else if (kind === 'poison') reply.poison.push({ queue, reason: reasonOf(tag), head: text })
    else reply.taken.push({ tag, queue, raw: text })
    if (kind === 'twin') reply.twins++
  }
  return reply
}

function reasonOf(text: string): PoisonReason {
  return POISON_REASONS.find((reason) => reason === text) ?? 'not-json'
}

/**
 * The same with WATCH and MULTI, one message at a time. `redis` must serve nobody else meanwhile, for a WATCH belongs
 * to the connection.
 */
export async function takePlainly(redis: Redis, keys: RedisKeys, request: TakeRequest): Promise<TakeReply> {
  const none: TakeReply = { taken: [], poison: [], errors: [], twins: 0 }
  const lists = listsOf(keys, request.queues)
  for (let tries = 0; tries < PLAIN_TRIES; tries++) {
    const peeked = (await redis.pipeline(lists.map((list) => ['lindex', list, '-1'])).exec()) ?? []
    const at = peeked.findIndex(([error, raw]) => error === null && typeof raw === 'string')
    const list = lists[at]
    if (list === undefined) return none
    const queue = request.queues[at % request.queues.length] ?? ''
    await redis.watch(list)
    const bytes = await redis.lindexBuffer(list, -1)
    if (bytes === null) {
      await redis.unwatch()
      continue
    }
    const raw = bytes.toString()
    const read = parseEnvelope(raw, request.largest, queue)
    if (!read.ok) {
      const aside = redis
        .multi()
        .rpoplpush(list, keys.quarantine(queue))
        .ltrim(keys.quarantine(queue), 0, QUARANTINE_LIMIT - 1)
      if ((await aside.exec()) === null) continue
      await noteSetAside(redis, keys, queue, { raw: bytes, reason: read.why, second: request.score })
      return { ...none, poison: [{ queue, reason: read.why, head: raw.slice(0, 1024) }] }
    }
    const { delivery_tag: wanted, delivery_info: info } = read.value.properties
    const twin = (await redis.hexists(keys.unacked, wanted)) === 1
    const tag = twin ? `${wanted}#${request.score}` : wanted
    const entry = writeEntry({ raw, exchange: info.exchange, routingKey: info.routing_key })
    // A transaction goes on after a command that fails; these two must be right before the message is removed.
    await redis.zadd(keys.unackedIndex, request.score, tag)
    await redis.hset(keys.unacked, tag, entry)
    if ((await redis.multi().rpop(list).exec()) === null) {
      await done(redis.multi().zrem(keys.unackedIndex, tag).hdel(keys.unacked, tag).exec())
      continue
    }
    return { ...none, taken: [{ tag, queue, raw }], twins: twin ? 1 : 0 }
  }
  return none
}

export interface FoundTake extends Taken {
  readonly score: string
}

/**
 * What takes brought whose answers were lost with the connection: the score of each is its own. All of them in two
 * round trips, for a line on which answers are lost does not carry many.
 */
export async function findTaken(
  redis: Redis,
  keys: RedisKeys,
  scores: readonly string[],
  queues: readonly string[],
): Promise<readonly FoundTake[]> {
  const asked = redis.pipeline(scores.map((score) => ['zrangebyscore', keys.unackedIndex, score, score]))
  const answers = await done(asked.exec())
  const found = scores.flatMap((score, at) => [answers[at]].flat().map((tag) => ({ score, tag: String(tag) })))
  if (found.length === 0) return []
  const entries = await redis.hmget(keys.unacked, ...found.map(({ tag }) => tag))
  return found.flatMap(({ score, tag }, at) => {
    const entry = readEntry(entries[at] ?? '')
    if (entry === null) return []
    const queue = entry.exchange === '' || queues.length > 1 ? entry.routingKey : (queues[0] ?? entry.routingKey)
    return [{ score, tag, queue, raw: entry.raw }]
  })
}
