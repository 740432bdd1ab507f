/** Messages that could not be read and were set aside: kept for a person to look at, put back or delete (BRK-8). */
import { createHash } from 'node:crypto'
import type { Redis } from 'ioredis'
import {
  POISON_REASONS,
  type PoisonReason,
  type Queues,
  SET_ASIDE_HEAD_BYTES,
  SET_ASIDE_MOST,
  type SetAsideMessage,
} from '../broker.ts'
import type { RedisKeys } from './keys.ts'
import type { RedisLinks } from './links.ts'
import type { ScriptUse } from './script-use.ts'
import { scripts } from './scripts.ts'

/** Unreadable messages kept of one queue; the oldest go first. */
export const QUARANTINE_LIMIT = 1_000
/** What an id is made of: the first bytes and the size, for hashing 100 MB would hold the server. */
const HASHED_BYTES = 65_536

type Reading = Pick<Queues, 'setAside' | 'readSetAside' | 'putBack' | 'discard'>
type How = 'put-back' | 'discard'

export function createSetAside(links: RedisLinks, keys: RedisKeys, scriptUse: ScriptUse): Reading {
  const end = (queue: string, ids: readonly string[] | null, how: How): Promise<number> =>
    ids?.length === 0
      ? Promise.resolve(0)
      : scriptUse.run(
          (redis) =>
            scripts.endSetAside
              .run(
                redis,
                { quarantine: keys.quarantine(queue), notes: keys.quarantineNotes(queue), list: keys.list(queue, 0) },
                { ids: ids?.join(' ') ?? '', how },
              )
              .then(Number),
          (redis) => endPlainly(redis, keys, queue, ids, how),
        )
  return {
    setAside: (names) =>
      links.run('command', '', async (redis) => {
        const pipeline = redis.pipeline()
        for (const name of names) pipeline.llen(keys.quarantine(name))
        const replies = (await pipeline.exec()) ?? []
        const counts = names.map((name, at) => [name, Number(replies[at]?.[1] ?? 0)] as const)
        return Object.fromEntries(counts.filter(([, count]) => count > 0))
      }),
    readSetAside(queue, offset, limit) {
      const page = { offset: Math.max(0, offset), limit: Math.min(SET_ASIDE_MOST, Math.max(0, limit)) }
      return scriptUse.run(
        (redis) =>
          scripts.readSetAside
            .run(
              redis,
              { quarantine: keys.quarantine(queue), notes: keys.quarantineNotes(queue) },
              { ...page, most: SET_ASIDE_HEAD_BYTES },
            )
            .then(readReply),
        (redis) => readPlainly(redis, keys, queue, page),
      )
    },
    putBack: (queue, ids) => end(queue, ids, 'put-back'),
    discard: (queue, ids) => end(queue, ids, 'discard'),
  }
}

/** Remembers when and why a message was set aside, where the script of taking did not. `second` is a Unix time. */
export async function noteSetAside(
  redis: Redis,
  keys: RedisKeys,
  queue: string,
  note: { readonly raw: Buffer; readonly reason: PoisonReason; readonly second: number | string },
): Promise<void> {
  const notes = keys.quarantineNotes(queue)
  await redis.zadd(notes, note.second, `${idOf(note.raw)} ${note.reason}`)
  await redis.zremrangebyrank(notes, 0, -1 - QUARANTINE_LIMIT)
}

function idOf(raw: Buffer): string {
  return createHash('sha1').update(raw.subarray(0, HASHED_BYTES)).update(String(raw.length)).digest('hex')
}

function readReply(reply: unknown): readonly SetAsideMessage[] {
  const flat = Array.isArray(reply) ? reply : []
  const found: SetAsideMessage[] = []
  for (let at = 0; at + 4 < flat.length; at += 5) {
    const [id, bytes, head, reason, second] = flat.slice(at, at + 5).map(String)
    found.push({ id: id ?? '', bytes: Number(bytes), head: head ?? '', ...noteOf(reason ?? '', second ?? '') })
  }
  return found
}

function noteOf(reason: string, second: string): Pick<SetAsideMessage, 'reason' | 'atMs'> {
  return {
    reason: POISON_REASONS.find((one) => one === reason) ?? null,
    atMs: second === '' ? null : Math.round(Number(second) * 1000),
  }
}

/** The same where the server forbids scripts: one message at a time, each forgotten before the next one comes. */
async function readPlainly(
  redis: Redis,
  keys: RedisKeys,
  queue: string,
  page: { readonly offset: number; readonly limit: number },
): Promise<readonly SetAsideMessage[]> {
  const notes = new Map<string, readonly [reason: string, second: string]>()
  const flat = await redis.zrange(keys.quarantineNotes(queue), '0', '-1', 'WITHSCORES')
  for (let at = 0; at + 1 < flat.length; at += 2) {
    const [id = '', reason = ''] = (flat[at] ?? '').split(' ')
    notes.set(id, [reason, flat[at + 1] ?? ''])
  }
  const found: SetAsideMessage[] = []
  while (found.length < page.limit) {
    const raw = await redis.lindexBuffer(keys.quarantine(queue), page.offset + found.length)
    if (raw === null) break
    const id = idOf(raw)
    const head = raw.subarray(0, SET_ASIDE_HEAD_BYTES).toString()
    found.push({ id, bytes: raw.length, head, ...noteOf(...(notes.get(id) ?? (['', ''] as const))) })
  }
  return found
}

async function endPlainly(
  redis: Redis,
  keys: RedisKeys,
  queue: string,
  ids: readonly string[] | null,
  how: How,
): Promise<number> {
  const list = keys.quarantine(queue)
  const wanted = ids === null ? null : new Set(ids)
  let count = 0
  for (let at = (await redis.llen(list)) - 1; at >= 0 && wanted?.size !== 0; at--) {
    const raw = await redis.lindexBuffer(list, at)
    if (raw === null) continue
    const id = idOf(raw)
    if (wanted !== null && !wanted.delete(id)) continue
    const both = redis.multi()
    if (how === 'put-back') both.lpush(keys.list(queue, 0), raw)
    const replies = await both.lrem(list, -1, raw).exec()
    // Somebody else was faster: the copy is taken away again.
    if (replies?.at(-1)?.[1] === 1) count++
    else if (how === 'put-back') await redis.lrem(keys.list(queue, 0), 1, raw)
    for (const reason of POISON_REASONS) await redis.zrem(keys.quarantineNotes(queue), `${id} ${reason}`)
  }
  return count
}
