/**
 * The newest buckets of one series at one resolution. Buckets live in pages of typed arrays that are made when the
 * first value falls into them, so that a series that is young or quiet costs next to nothing.
 */
import type { Take } from '../history.ts'

/** Buckets a page: 64 buckets of 28 bytes are under 2 kB. */
const PAGE = 64
const SLOTS = 3
const SUM = 0
const MAX = 1
const LAST = 2

interface Page {
  /** Which page of time this is; a page whose time has passed is used again for a later one. */
  index: number
  readonly counts: Uint32Array
  /** Sum, largest and last of each bucket. */
  readonly values: Float64Array
}

export interface Ring {
  readonly bucketMs: number
  readonly spanMs: number
  /** What is older than the span is left out. */
  add(atMs: number, value: number): void
  /** Gives every bucket with a value whose start lies in `[fromMs, toMs)` to `visit`, in order of time. */
  each(fromMs: number, toMs: number, visit: (startMs: number, bucket: Bucket) => void): void
}

export interface Bucket {
  count: number
  sum: number
  max: number
  last: number
}

export function takeOf(bucket: Bucket, take: Take): number {
  switch (take) {
    case 'sum':
      return bucket.sum
    case 'last':
      return bucket.last
    case 'max':
      return bucket.max
    case 'mean':
      return bucket.sum / bucket.count
  }
}

export function createRing(bucketMs: number, spanMs: number): Ring {
  // One page more than the span: the newest page is only begun.
  const pageCount = Math.ceil(spanMs / bucketMs / PAGE) + 1
  const pages: (Page | undefined)[] = []
  let newest = Number.NEGATIVE_INFINITY

  function pageFor(index: number): Page {
    const place = index % pageCount
    const found = pages[place]
    if (found === undefined) {
      const made: Page = { index, counts: new Uint32Array(PAGE), values: new Float64Array(PAGE * SLOTS) }
      pages[place] = made
      return made
    }
    if (found.index !== index) {
      found.index = index
      found.counts.fill(0)
    }
    return found
  }

  return {
    bucketMs,
    spanMs,
    add(atMs, value) {
      const bucket = Math.floor(atMs / bucketMs)
      const index = Math.floor(bucket / PAGE)
      if (bucket < 0 || index <= newest - pageCount) return
      if (index > newest) newest = index
      const { counts, values } = pageFor(index)
      const place = bucket - index * PAGE
      const at = place * SLOTS
      const count = counts[place] ?? 0
      counts[place] = count + 1
      values[at + SUM] = count === 0 ? value : (values[at + SUM] ?? 0) + value
      values[at + MAX] = count === 0 ? value : Math.max(values[at + MAX] ?? value, value)
      values[at + LAST] = value
    },
    each(fromMs, toMs, visit) {
      const first = Math.max(Math.ceil(fromMs / bucketMs), (newest - pageCount + 1) * PAGE)
      const end = Math.min(Math.ceil(toMs / bucketMs), (newest + 1) * PAGE)
      for (let bucket = first; bucket < end; bucket++) {
        const index = Math.floor(bucket / PAGE)
        const page = pages[index % pageCount]
        const place = bucket - index * PAGE
        const count = page?.index === index ? (page.counts[place] ?? 0) : 0
        if (page === undefined || count === 0) continue
        const at = place * SLOTS
        visit(bucket * bucketMs, {
          count,
          sum: page.values[at + SUM] ?? 0,
          max: page.values[at + MAX] ?? 0,
          last: page.values[at + LAST] ?? 0,
        })
      }
    },
  }
}
