/**
 * Records in the order in which they entered a condition, for finding the oldest that is still in it. What has left the
 * condition is dropped when it comes to the front, or swept out before much of it is kept in memory for nothing.
 * (A Map's iterator that lives on would do the same, but it keeps every table the Map ever had.)
 */
export interface EvictionQueue<T> {
  push(item: T): void
  /** Takes out the oldest for which the condition still holds. */
  take(): T | undefined
}

/** Each push drops up to so many from the front: more than one, so that the queue gets shorter. */
const DROPPED_BY_PUSH = 4
/** Dead ones kept at most, beside as many as there are live ones. */
const SWEEP_LEAST = 5_000

export function createEvictionQueue<T>(holds: (item: T) => boolean): EvictionQueue<T> {
  let items: (T | undefined)[] = []
  let from = 0
  let sweepAt = SWEEP_LEAST

  function dropFront(): void {
    for (let i = 0; i < DROPPED_BY_PUSH && from < items.length; i++) {
      const front = items[from]
      if (front !== undefined && holds(front)) break
      items[from++] = undefined
    }
    if (from > SWEEP_LEAST && from * 2 > items.length) {
      items = items.slice(from)
      from = 0
    }
  }

  /** An item may stand here twice; once is enough, the earlier place. */
  function sweep(): void {
    const kept = new Set<T>()
    for (let at = from; at < items.length; at++) {
      const item = items[at]
      if (item !== undefined && holds(item)) kept.add(item)
    }
    items = [...kept]
    from = 0
    sweepAt = 2 * items.length + SWEEP_LEAST
  }

  return {
    push(item) {
      dropFront()
      if (items.length - from >= sweepAt) sweep()
      items.push(item)
    },
    take() {
      while (from < items.length) {
        const item = items[from]
        items[from++] = undefined
        if (item !== undefined && holds(item)) return item
      }
      return undefined
    },
  }
}
