/** Lets `perSecond` through in the long run and `burst` at once. Bounded: the longest idle key is forgotten first. */
export interface TokenBuckets {
  /** False when this key has used up its share. */
  take(key: string): boolean
}

const MOST_KEYS = 10_000

export function createTokenBuckets(perSecond: number, burst: number, monotonicMs: () => number): TokenBuckets {
  const buckets = new Map<string, { left: number; atMs: number }>()
  return {
    take(key) {
      const nowMs = monotonicMs()
      const known = buckets.get(key)
      const left =
        known === undefined ? burst : Math.min(burst, known.left + ((nowMs - known.atMs) / 1_000) * perSecond)
      buckets.delete(key) // to the end: the map's order is the order of last use
      buckets.set(key, { left: left >= 1 ? left - 1 : left, atMs: nowMs })
      if (buckets.size > MOST_KEYS) {
        for (const oldest of buckets.keys()) {
          buckets.delete(oldest)
          break
        }
      }
      return left >= 1
    },
  }
}
