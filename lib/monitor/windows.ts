/** Counts of the last seconds: a ring of equal steps, for rates and shares. */
export interface CountWindow {
  add(nowMs: number, count: number): void
  /** What was added in the last `windowMs`, the running step included. */
  sum(nowMs: number, windowMs: number): number
  /** The mean over `windowMs` of whole steps and the part of the running one that has passed. */
  perSecond(nowMs: number, windowMs: number): number
}

export function createCountWindow(stepMs: number, steps: number): CountWindow {
  const counts = new Uint32Array(steps)
  let newest = 0

  /** Empties the steps that were passed over since the last call. */
  function advance(nowMs: number): number {
    const step = Math.floor(nowMs / stepMs)
    // A clock that was put back by more than the ring is long starts anew.
    if (step > newest || step <= newest - steps) {
      const passed = step > newest ? Math.min(step - newest, steps) : steps
      for (let i = 0; i < passed; i++) counts[(step - i + steps) % steps] = 0
      newest = step
    }
    return step
  }

  function sum(nowMs: number, windowMs: number): number {
    const step = advance(nowMs)
    let total = 0
    const wanted = Math.min(Math.max(1, Math.ceil(windowMs / stepMs)), steps)
    for (let i = 0; i < wanted; i++) total += counts[(step - i + steps) % steps] ?? 0
    return total
  }

  return {
    add(nowMs, count) {
      const step = advance(nowMs)
      counts[step % steps] = (counts[step % steps] ?? 0) + count
    },
    sum,
    perSecond: (nowMs, windowMs) => (sum(nowMs, windowMs + stepMs) * 1_000) / (windowMs + (nowMs % stepMs)),
  }
}

/** Durations of the last seconds, in buckets that are 10 % wide: enough for a percentile, and one addition an event. */
export interface DurationWindow {
  add(nowMs: number, durationMs: number): void
  /** The duration that the share `q` of them do not exceed, in ms; null when there are none. */
  quantile(nowMs: number, q: number): number | null
}

const GROWTH = Math.log(1.1)
/** 0.1 ms to over a week. */
const BUCKETS = 240
const LEAST_MS = 0.1

export function createDurationWindow(stepMs: number, steps: number): DurationWindow {
  const rings = Array.from({ length: steps }, () => ({ step: -1, counts: new Uint32Array(BUCKETS) }))

  return {
    add(nowMs, durationMs) {
      const step = Math.floor(nowMs / stepMs)
      const ring = rings[((step % steps) + steps) % steps]
      if (ring === undefined) return
      if (ring.step !== step) {
        ring.step = step
        ring.counts.fill(0)
      }
      const bucket = bucketOf(durationMs)
      ring.counts[bucket] = (ring.counts[bucket] ?? 0) + 1
    },
    quantile(nowMs, q) {
      const oldest = Math.floor(nowMs / stepMs) - steps
      const merged = new Float64Array(BUCKETS)
      let total = 0
      for (const { step, counts } of rings) {
        if (step <= oldest) continue
        for (let i = 0; i < BUCKETS; i++) {
          const count = counts[i] ?? 0
          merged[i] = (merged[i] ?? 0) + count
          total += count
        }
      }
      if (total === 0) return null
      let seen = 0
      for (let i = 0; i < BUCKETS; i++) {
        seen += merged[i] ?? 0
        if (seen >= total * q) return i === 0 ? 0 : LEAST_MS * Math.exp((i - 0.5) * GROWTH)
      }
      return null
    },
  }
}

/** Bucket 0 is all that is at most 0.1 ms, negative ones (clocks apart) too. */
function bucketOf(durationMs: number): number {
  if (!(durationMs > LEAST_MS)) return 0
  return Math.min(BUCKETS - 1, 1 + Math.floor(Math.log(durationMs / LEAST_MS) / GROWTH))
}
