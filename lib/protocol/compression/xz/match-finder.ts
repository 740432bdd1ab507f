/** Finds earlier places with the same bytes, by a hash of three bytes and a chain of the places that share it. */
import { MAX_MATCH } from './lzma-model.ts'

const HASH_BITS = 16
const MAX_CHAIN = 16
/** As Python's default preset announces to readers. */
export const DICTIONARY_BYTES = 8 * 1024 * 1024
/** A place that is long enough is taken without looking for a better one. */
const GOOD_LENGTH = 128

export interface Match {
  /** 0 = none. */
  readonly length: number
  /** Less one, as LZMA counts it. */
  readonly distance: number
}

const NONE: Match = { length: 0, distance: 0 }

export interface MatchFinder {
  /** The longest match at a position that ends at `limit` at the latest. */
  find(at: number, limit: number): Match
  /** Makes a position one that later ones can match with; each once, in order. */
  add(at: number): void
}

export function matchFinder(bytes: Uint8Array): MatchFinder {
  const heads = new Int32Array(1 << HASH_BITS).fill(-1)
  const previous = new Int32Array(bytes.length)

  const hash = (at: number) =>
    Math.imul(((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0), 0x9e3779b1) >>>
    (32 - HASH_BITS)

  return {
    find(at, limit) {
      if (limit - at < 3) return NONE
      let best = NONE
      let candidate = heads[hash(at)] ?? -1
      for (let tries = 0; tries < MAX_CHAIN && candidate >= 0 && at - candidate <= DICTIONARY_BYTES; tries++) {
        const length = matchLength(bytes, candidate, at, limit)
        if (length >= 3 && length > best.length) best = { length, distance: at - candidate - 1 }
        if (length >= GOOD_LENGTH) break
        candidate = previous[candidate] ?? -1
      }
      return best
    },
    add(at) {
      if (at + 3 > bytes.length) return
      const key = hash(at)
      previous[at] = heads[key] ?? -1
      heads[key] = at
    },
  }
}

/** How many bytes from `at` on are those from `earlier` on. */
export function matchLength(bytes: Uint8Array, earlier: number, at: number, limit: number): number {
  const most = Math.min(MAX_MATCH, limit - at)
  let length = 0
  while (length < most && bytes[earlier + length] === bytes[at + length]) length++
  return length
}
