/** Reads entries in lots: their keys by ZSCAN (which stops nobody else), their hashes by pipelines. */
import type { Redis } from 'ioredis'
import { messageOf } from '../../errors.ts'
import type { EntryHash } from './entry-codec.ts'
import { FIELDS, type RedBeatKeys } from './keys.ts'

const SCAN_COUNT = 1_000
const LOT = 500
/** Lots under way at once: one is read while another is on its way. */
const LOTS_AT_ONCE = 4

const { definition, meta, hold, now, skipped, more, over, before } = FIELDS
const READ = [definition, meta, hold, now, skipped, more, over, before] as const

export interface ReadEntry {
  readonly key: string
  readonly hash: EntryHash
  /** Why the hash could not be read; its fields are then null. */
  readonly problem: string | null
}

/** Keys of all entries, RedBeat's first, each once. */
export async function readKeys(redis: Redis, keys: RedBeatKeys): Promise<Set<string>> {
  const found = new Set<string>()
  for (const schedule of [keys.schedule, keys.ownSchedule]) {
    let cursor = '0'
    do {
      const [next, items] = await redis.zscan(schedule, cursor, 'COUNT', SCAN_COUNT)
      for (let at = 0; at < items.length; at += 2) found.add(items[at] ?? '')
      cursor = next
    } while (cursor !== '0')
  }
  return found
}

export async function readStatics(redis: Redis, keys: RedBeatKeys): Promise<Set<string>> {
  const found = new Set<string>()
  let cursor = '0'
  do {
    const [next, names] = await redis.sscan(keys.statics, cursor, 'COUNT', SCAN_COUNT)
    for (const name of names) found.add(name)
    cursor = next
  } while (cursor !== '0')
  return found
}

/** In the order of the keys, lot by lot. */
export async function* readHashes(redis: Redis, entryKeys: readonly string[]): AsyncGenerator<readonly ReadEntry[]> {
  const lots: Promise<readonly ReadEntry[]>[] = []
  for (let at = 0; at < entryKeys.length; at += LOT) {
    const lot = readLot(redis, entryKeys.slice(at, at + LOT))
    lot.catch(() => {}) // told when its turn comes
    lots.push(lot)
    const first = lots.length >= LOTS_AT_ONCE ? lots.shift() : undefined
    if (first !== undefined) yield await first
  }
  for (const lot of lots) yield await lot
}

async function readLot(redis: Redis, entryKeys: readonly string[]): Promise<readonly ReadEntry[]> {
  const pipeline = redis.pipeline()
  for (const key of entryKeys) pipeline.hmget(key, ...READ)
  const answers = (await pipeline.exec()) ?? []
  return entryKeys.map((key, index) => {
    const [error, value] = answers[index] ?? [new Error('Connection is closed.'), null]
    // One key of another type stands for itself; without the connection nothing is known of any.
    if (error && error.name !== 'ReplyError') throw error
    const texts: readonly unknown[] = Array.isArray(value) ? value : []
    const text = (at: number) => (typeof texts[at] === 'string' ? texts[at] : null)
    const hash = {
      ...{ definition: text(0), meta: text(1), hold: text(2), now: text(3) },
      ...{ skipped: text(4), more: text(5), over: text(6), before: text(7) },
    }
    return { key, hash, problem: error ? messageOf(error) : null }
  })
}
