/** What is due soonest, first: a binary heap in which an item knows its place, so that it can be moved and taken out. */
export interface Placed {
  /** What it is ordered by; Infinity = never. */
  atMs: number
  /** Its place in the heap; -1 = not in it. Written by the heap alone. */
  place: number
}

export interface PlanHeap<T extends Placed> {
  readonly size: number
  top(): T | undefined
  /** Puts it in, or where it belongs now that its time has changed. */
  put(item: T): void
  remove(item: T): void
  clear(): void
}

/** Times lie beside the items, as plain numbers one after the other: looking at them is most of the work. */
export function createPlanHeap<T extends Placed>(): PlanHeap<T> {
  const items: T[] = []
  let times = new Float64Array(64)

  function set(place: number, item: T, atMs: number): void {
    items[place] = item
    times[place] = atMs
    item.place = place
  }
  /** Towards the top or the bottom, from a place that may be overwritten. */
  function settle(from: number, item: T): void {
    const { atMs } = item
    let place = from
    while (place > 0) {
      const above = (place - 1) >> 1
      const other = items[above]
      const otherMs = times[above] ?? 0
      if (other === undefined || otherMs <= atMs) break
      set(place, other, otherMs)
      place = above
    }
    const size = items.length
    for (let left = 2 * place + 1; left < size; left = 2 * place + 1) {
      const right = left + 1
      const least = right < size && (times[right] ?? 0) < (times[left] ?? 0) ? right : left
      const leastMs = times[least] ?? 0
      const other = items[least]
      if (other === undefined || atMs <= leastMs) break
      set(place, other, leastMs)
      place = least
    }
    set(place, item, atMs)
  }

  return {
    get size() {
      return items.length
    },
    top: () => items[0],
    put(item) {
      if (item.place < 0) {
        item.place = items.length
        items.push(item)
        if (items.length > times.length) {
          const more = new Float64Array(2 * times.length)
          more.set(times)
          times = more
        }
      }
      settle(item.place, item)
    },
    remove(item) {
      const { place } = item
      if (place < 0) return
      const last = items.pop()
      item.place = -1
      if (last !== undefined && last !== item) settle(place, last)
    },
    clear() {
      for (const item of items.splice(0)) item.place = -1
    },
  }
}
