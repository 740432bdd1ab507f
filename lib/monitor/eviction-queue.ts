/**
 * Records in the order in which they entered a condition, for finding the oldest that is still in it. What left the
 * condition is not looked for but passed over, or swept out before it could keep too many dead records in memory.
 * (A Map's iterator that lives on would do the same, but it keeps every table the Map ever had.)
 */
export interface EvictionQueue<T> {
  push(item: T): void
  /** Takes out the oldest for which the condition still holds. */
  take(): T | undefined
}

/** How far the queue may outgrow `max`, the most items the condition can hold for. */
const SLACK = 1.1
const LEAST = 1_000

export function createEvictionQueue<T>(max: number, holds: (item: T) => boolean): EvictionQueue<T> {
  const limit = Math.ceil(max * SLACK) + LEAST
  let items: (T | undefined)[] = []
  let from = 0

  /** An item may stand here twice; once is enough, the earlier place. */
  function sweep(): void {
    const kept = new Set<T>()
    for (let at = from; at < items.length; at++) {
      const item = items[at]
      if (item !== undefined && holds(item)) kept.add(item)
    }
    items = [...kept]
    from = 0
  }

  return {
    push(item) {
      if (items.length >= limit) sweep()
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
