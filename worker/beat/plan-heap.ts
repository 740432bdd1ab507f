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

export function createPlanHeap<T extends Placed>(): PlanHeap<T> {
  const items: T[] = []

  function set(place: number, item: T): void {
    items[place] = item
    item.place = place
  }
  function up(item: T): void {
    let place = item.place
    while (place > 0) {
      const above = (place - 1) >> 1
      const other = items[above]
      if (other === undefined || other.atMs <= item.atMs) break
      set(place, other)
      place = above
    }
    set(place, item)
  }
  function down(item: T): void {
    let place = item.place
    for (;;) {
      const left = 2 * place + 1
      const [a, b] = [items[left], items[left + 1]]
      if (a === undefined) break
      const least = b !== undefined && b.atMs < a.atMs ? b : a
      if (item.atMs <= least.atMs) break
      const below = least.place
      set(place, least)
      place = below
    }
    set(place, item)
  }

  return {
    get size() {
      return items.length
    },
    top: () => items[0],
    put(item) {
      if (item.place < 0) set(items.length, item)
      up(item)
      down(item)
    },
    remove(item) {
      const { place } = item
      if (place < 0) return
      const last = items.pop()
      item.place = -1
      if (last === undefined || last === item) return
      set(place, last)
      up(last)
      down(last)
    },
    clear() {
      for (const item of items.splice(0)) item.place = -1
    },
  }
}
