/** Reads entries in lots: their keys by ZSCAN (which stops nobody else), their hashes by pipelines. */
import type { Redis } from 'ioredis'
import type { Clock } from '../../runtime/clock.ts'
import type { EntryHash } from './entry-codec.ts'
import { FIELDS, type RedBeatKeys } from './keys.ts'
import { forbidsScripts, loadScript } from './script.ts'

const SCAN_COUNT = 1_000
const LOT = 500
/** Lots under way at once: one is read while another is on its way. */
const LOTS_AT_ONCE = 4

/** Those that most entries have come first: the script leaves out what is not there at the end. */
const WHOLE = ['definition', 'meta', 'more', 'hold', 'now', 'skipped', 'over', 'before'] as const
/** What changes while a schedule stays as it is. */
const STATE = ['meta', 'now', 'skipped', 'over', 'before'] as const

type HashField = (typeof WHOLE)[number]

const NOTHING: EntryHash = {
  ...{ definition: null, meta: null, more: null, hold: null },
  ...{ now: null, skipped: null, over: null, before: null },
}

const readScript = loadScript('schedule_read')

/** So long others wait at most while entries are taken from lots that are here already. */
const TURN_MS = 10
const TAKEN_A_LOOK = 32

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

/** In the order of the keys, lot by lot. With `state` alone the other fields are null. */
export async function* readHashes(
  redis: Redis,
  entryKeys: readonly string[],
  what: 'whole' | 'state' = 'whole',
): AsyncGenerator<readonly ReadEntry[]> {
  const fields = what === 'whole' ? WHOLE : STATE
  const lots: Promise<readonly ReadEntry[]>[] = []
  for (let at = 0; at < entryKeys.length; at += LOT) {
    const lot = readLot(redis, entryKeys.slice(at, at + LOT), fields)
    lot.catch(() => {}) // told when its turn comes
    lots.push(lot)
    const first = lots.length >= LOTS_AT_ONCE ? lots.shift() : undefined
    if (first !== undefined) yield await first
  }
  for (const lot of lots) yield await lot
}

async function readLot(
  redis: Redis,
  entryKeys: readonly string[],
  fields: readonly HashField[],
): Promise<readonly ReadEntry[]> {
  const names = fields.map((field) => FIELDS[field])
  const answers = await readScript.run(redis, entryKeys, names).catch((error: unknown) => {
    if (forbidsScripts(error)) return readOneByOne(redis, entryKeys, names)
    throw error
  })
  const lots: readonly unknown[] = Array.isArray(answers) ? answers : []
  return entryKeys.map((key, index) => {
    const values = lots[index]
    const texts: readonly unknown[] = Array.isArray(values) ? values : []
    const hash: { -readonly [field in HashField]: string | null } = { ...NOTHING }
    for (let at = 0; at < fields.length; at++) {
      const [field, text] = [fields[at], texts[at]]
      if (field !== undefined && typeof text === 'string') hash[field] = text
    }
    return { key, hash, problem: typeof values === 'string' ? values : null }
  })
}

/** The same by plain commands. */
async function readOneByOne(
  redis: Redis,
  entryKeys: readonly string[],
  names: readonly string[],
): Promise<readonly unknown[]> {
  const pipeline = redis.pipeline()
  for (const key of entryKeys) pipeline.hmget(key, ...names)
  return ((await pipeline.exec()) ?? []).map(([error, value]) => {
    if (!error) return value
    // One key of another type stands for itself; without the connection nothing is known of any.
    if (error.name !== 'ReplyError') throw error
    return error.message
  })
}

/** One after the other; pages and leases have their turns between. */
export async function forEachInTurns<T>(
  lots: AsyncIterable<readonly T[]>,
  clock: Clock,
  take: (one: T) => void,
): Promise<void> {
  let turnMs = clock.monotonicMs()
  let taken = 0
  for await (const lot of lots) {
    for (const one of lot) {
      take(one)
      if (++taken % TAKEN_A_LOOK !== 0 || clock.monotonicMs() - turnMs < TURN_MS) continue
      await new Promise(setImmediate) // not a timer: on a busy machine each would be late, a hundred times
      turnMs = clock.monotonicMs()
    }
  }
}
