/** Reads entries in lots: their keys by ZSCAN (which stops nobody else), their hashes by pipelines. */
import type { Redis } from 'ioredis'
import type { EntryHash } from './entry-codec.ts'
import { FIELDS, type RedBeatKeys } from './keys.ts'
import { forbidsScripts, loadScript } from './script.ts'

const SCAN_COUNT = 1_000
const LOT = 500
/** Lots under way at once: one is read while another is on its way. */
const LOTS_AT_ONCE = 4

const { definition, meta, hold, now, skipped, more, over, before } = FIELDS
/** Those that most entries have come first: the script leaves out what is not there at the end. */
const READ = [definition, meta, more, hold, now, skipped, over, before] as const

const readScript = loadScript('schedule_read')

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
  const answers = await readScript.run(redis, entryKeys, READ).catch((error: unknown) => {
    if (forbidsScripts(error)) return readOneByOne(redis, entryKeys)
    throw error
  })
  const lots: readonly unknown[] = Array.isArray(answers) ? answers : []
  return entryKeys.map((key, index) => {
    const values = lots[index]
    const texts: readonly unknown[] = Array.isArray(values) ? values : []
    const text = (at: number) => (typeof texts[at] === 'string' ? texts[at] : null)
    const [definition, meta, more, hold] = [text(0), text(1), text(2), text(3)]
    const [now, skipped, over, before] = [text(4), text(5), text(6), text(7)]
    const hash = { definition, meta, more, hold, now, skipped, over, before }
    return { key, hash, problem: typeof values === 'string' ? values : null }
  })
}

/** The same by plain commands. */
async function readOneByOne(redis: Redis, entryKeys: readonly string[]): Promise<readonly unknown[]> {
  const pipeline = redis.pipeline()
  for (const key of entryKeys) pipeline.hmget(key, ...READ)
  return ((await pipeline.exec()) ?? []).map(([error, value]) => {
    if (!error) return value
    // One key of another type stands for itself; without the connection nothing is known of any.
    if (error.name !== 'ReplyError') throw error
    return error.message
  })
}
