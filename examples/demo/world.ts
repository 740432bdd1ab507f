/** The small world that the demo's tasks live in: what is broken at the moment, and its dice. */
export interface World {
  /** A node of the search cluster is away: search.reindex waits for it and fails. */
  searchNodeDown: boolean
  /** The payment provider does not answer: payments.capture fails and is tried again. */
  paymentsDown: boolean
  /** Uniform in [0, 1). Seeded, so that one run of the demo is like the other. */
  random: () => number
}

export const world: World = { searchNodeDown: false, paymentsDown: false, random: seededRandom(20_260_101) }

/** A small generator (mulberry32): the same numbers for the same seed. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** A whole number from `low` to `high`, both included. */
export function between(low: number, high: number): number {
  return low + Math.floor(world.random() * (high - low + 1))
}

export function pick<T>(items: readonly [T, ...T[]]): T {
  return items[Math.floor(world.random() * items.length)] ?? items[0]
}
