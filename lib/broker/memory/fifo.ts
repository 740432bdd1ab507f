/** A line of messages, open at both ends. Taking from a long array with `shift` would move all the others. */
export interface Fifo {
  readonly length: number
  push(item: string): void
  /** Puts it before all others. */
  pushHead(item: string): void
  /** Takes the first. */
  take(): string | undefined
  slice(from: number, to: number): readonly string[]
  /** Takes out the first that is equal; false when there is none. */
  remove(item: string): boolean
  clear(): void
}

const COMPACT_AT = 1_000

export function createFifo(): Fifo {
  let items: string[] = []
  let first = 0
  return {
    get length() {
      return items.length - first
    },
    push(item) {
      items.push(item)
    },
    pushHead(item) {
      if (first > 0) items[--first] = item
      else items.unshift(item)
    },
    take() {
      const item = items[first]
      if (item === undefined) return undefined
      items[first++] = ''
      if (first > COMPACT_AT && first * 2 > items.length) {
        items = items.slice(first)
        first = 0
      }
      return item
    },
    slice: (from, to) => items.slice(first + from, first + to),
    remove(item) {
      const at = items.indexOf(item, first)
      if (at < 0) return false
      items.splice(at, 1)
      return true
    },
    clear() {
      items = []
      first = 0
    },
  }
}
