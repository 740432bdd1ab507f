/**
 * What a beat that stands by knows of a large schedule, so that it need not read it when its turn comes: 100,000 entries
 * take seconds, what ran since a part of one. Others may have changed a definition uncounted meanwhile, which is found
 * as it is found by whoever leads (`foreign-edits.ts`); of a small schedule all is read, and found at once.
 */
import type { Redis } from 'ioredis'
import type { Clock } from '../../runtime/clock.ts'
import type { ScheduleEntry, StoredEntry } from '../schedule-store.ts'
import { type EntryHash, readHold, readState } from './entry-codec.ts'
import { forEachInTurns, readHashes } from './read-entries.ts'

/** What does not change as it runs. */
export interface KnownHash {
  readonly key: string
  readonly hash: EntryHash
  /** As it was read, of one that is not over; null: it is read anew. */
  readonly entry: ScheduleEntry | null
}

export interface Copy {
  readonly version: string
  readonly hashes: readonly KnownHash[]
  readonly statics: ReadonlySet<string>
  /** Of what came from code (`adoption.ts`). */
  readonly sum: string
}

export interface StandByCopy {
  /** What is to be kept of an entry; the text of its definition is kept elsewhere too. */
  lasting(key: string, hash: EntryHash, definition: string | null, entry: ScheduleEntry): KnownHash
  /** What was read as a whole; null: not all of it could be. */
  keep(copy: Copy | null): void
  /** What ran, before it is asked for. */
  readAhead(redis: Redis, version: string): void
  /** The copy with what ran since; null where there is none of this version. For one turn: the next reads all again. */
  read(redis: Redis, version: string): Promise<CopyNow | null>
}

export interface CopyNow extends Copy {
  /** In the order of `hashes`: what ran, and nothing else. */
  readonly states: readonly EntryHash[]
}

/** As it would be read now. */
export function entryNow(
  { hash, entry }: KnownHash,
  state: EntryHash,
  read: (hash: EntryHash) => StoredEntry,
): StoredEntry {
  const { meta, now, skipped, over, before } = state
  if (entry === null || over !== null) return read({ ...hash, meta, now, skipped, over, before })
  return { entry, state: readState(state, readHold(hash.hold)) }
}

/** Fewer entries are read in a moment. */
const MANY = 5_000
/** Later, another beat may have led meanwhile. */
const AHEAD_FOR_MS = 2_500

export function createStandByCopy(clock: Clock): StandByCopy {
  let copy: Copy | null = null
  let lastMore: string | null = null
  let ahead: { readonly atMs: number; readonly states: Promise<readonly EntryHash[] | null> } | null = null

  async function readStates(redis: Redis, { hashes }: Copy): Promise<readonly EntryHash[]> {
    const states: EntryHash[] = []
    const entryKeys = hashes.map(({ key }) => key)
    await forEachInTurns(readHashes(redis, entryKeys, 'state'), clock, ({ hash }) => states.push(hash))
    return states
  }
  /** Its turn is the last part of a version. */
  const isOf = (known: Copy, version: string) => baseOf(known.version) === baseOf(version)

  return {
    lasting(key, { more, hold, over }, definition, entry) {
      if (more !== lastMore) lastMore = more // of 100,000 entries almost all have the same
      return { key, hash: { ...NO_STATE, definition, more: lastMore, hold }, entry: over === null ? entry : null }
    },
    keep(read) {
      copy = read !== null && read.hashes.length >= MANY ? read : null
      ahead = null
    },
    readAhead(redis, version) {
      const isRead = ahead !== null && clock.monotonicMs() - ahead.atMs < AHEAD_FOR_MS
      if (copy === null || !isOf(copy, version) || isRead) return
      ahead = { atMs: clock.monotonicMs(), states: readStates(redis, copy).catch(() => null) }
    },
    async read(redis, version) {
      const known = copy
      const early = ahead
      copy = null
      ahead = null
      // In the same turn somebody wants to know what is there, not what ran.
      if (known === null || known.version === version || !isOf(known, version)) return null
      const isEarly = early !== null && clock.monotonicMs() - early.atMs < AHEAD_FOR_MS
      const states = (isEarly ? await early.states : null) ?? (await readStates(redis, known))
      return { ...known, states }
    },
  }
}

const NO_STATE = { meta: null, now: null, skipped: null, over: null, before: null }

function baseOf(version: string): string {
  return version.slice(0, version.lastIndexOf('.'))
}
