/**
 * History in the memory of this process: the last 24 hours, finer the newer. Each series is kept at the four
 * resolutions that the charts ask for (`BUCKET_MS` of lib/live/time-span.ts); a day of one series is 36 kB.
 */
import type { Runtime } from '../../runtime/runtime.ts'
import type { History, Take } from '../history.ts'
import { type Bucket, createRing, type Ring, takeOf } from './ring.ts'

export interface MemoryHistoryOptions {
  readonly runtime: Runtime
  /** The series that was quiet for longest makes room for a new one. */
  readonly maxSeries: number
  /** Longest name that is kept; a longer one is cut. */
  readonly maxNameLength?: number
  /** Most buckets one answer may have. */
  readonly maxBuckets?: number
}

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

/** Resolution and reach. Each reaches a little further than its chart, whose first bucket is only partly in range. */
const RESOLUTIONS: readonly (readonly [number, number])[] = [
  [5 * SECOND, 20 * MINUTE],
  [10 * SECOND, 70 * MINUTE],
  [MINUTE, 6.5 * HOUR],
  [5 * MINUTE, 24.5 * HOUR],
]

export function createMemoryHistory(options: MemoryHistoryOptions): History {
  const { runtime, maxSeries, maxNameLength = 512, maxBuckets = 20_000 } = options
  // Kept in the order of the last value: the first is the one that was quiet for longest.
  const rings = new Map<string, readonly Ring[]>()

  function ringsOf(name: string): readonly Ring[] {
    const found = rings.get(name)
    if (found !== undefined) rings.delete(name)
    else if (rings.size >= maxSeries) evict()
    const kept = found ?? RESOLUTIONS.map(([bucketMs, spanMs]) => createRing(bucketMs, spanMs))
    rings.set(name, kept)
    return kept
  }

  function evict(): void {
    const [quietest] = rings.keys()
    if (quietest !== undefined) rings.delete(quietest)
  }

  return {
    supports: { survivesRestart: false },
    add(series, atMs, value) {
      if (!Number.isFinite(value) || !Number.isFinite(atMs) || maxSeries < 1) return
      for (const ring of ringsOf(series.slice(0, maxNameLength))) ring.add(atMs, value)
    },
    series(series, fromMs, toMs, bucketMs, take) {
      const first = Math.floor(fromMs / bucketMs) * bucketMs
      const wanted = Math.ceil((toMs - first) / bucketMs)
      if (!(bucketMs > 0) || !(wanted > 0)) return []
      const starts = Math.min(wanted, maxBuckets)
      const merged = new Map<number, Bucket>()
      const ring = chooseRing(rings.get(series.slice(0, maxNameLength)) ?? [], first, bucketMs, runtime.clock.nowMs())
      ring?.each(first, first + starts * bucketMs, (startMs, bucket) => {
        merge(merged, Math.floor((startMs - first) / bucketMs), bucket)
      })
      return Array.from({ length: starts }, (_, i) => [first + i * bucketMs, valueIn(merged.get(i), take)] as const)
    },
    names(prefix) {
      return [...rings.keys()].filter((name) => name.startsWith(prefix)).sort()
    },
    async close() {
      rings.clear()
    },
  }
}

/**
 * The coarsest ring whose buckets fill the asked ones evenly and which reaches back far enough; where none does both,
 * one that reaches back; where none reaches back, the longest.
 */
function chooseRing(rings: readonly Ring[], fromMs: number, bucketMs: number, nowMs: number): Ring | undefined {
  const reaching = rings.filter((ring) => ring.spanMs >= nowMs - fromMs)
  const even = reaching.filter((ring) => bucketMs % ring.bucketMs === 0)
  return even.at(-1) ?? reaching[0] ?? rings.at(-1)
}

function merge(buckets: Map<number, Bucket>, at: number, bucket: Bucket): void {
  const into = buckets.get(at)
  if (into === undefined) {
    buckets.set(at, bucket)
    return
  }
  into.count += bucket.count
  into.sum += bucket.sum
  into.max = Math.max(into.max, bucket.max)
  into.last = bucket.last
}

function valueIn(bucket: Bucket | undefined, take: Take): number | null {
  return bucket === undefined ? null : takeOf(bucket, take)
}
