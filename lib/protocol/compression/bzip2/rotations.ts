/**
 * The Burrows-Wheeler transform of a block: its rotations in order, by doubling the length that is compared. The time
 * is n log n for any input, also for one byte repeated, where sorting by comparison would take n squared.
 */
export interface Transformed {
  /** The byte before each rotation, in the order of the rotations. */
  readonly bytes: Uint8Array
  /** Where the block itself is among its rotations. */
  readonly origin: number
}

export function transform(block: Uint8Array): Transformed {
  const order = sortedRotations(block)
  const length = block.length
  const bytes = new Uint8Array(length)
  let origin = 0
  for (let index = 0; index < length; index++) {
    const start = order[index] ?? 0
    if (start === 0) origin = index
    bytes[index] = block[start === 0 ? length - 1 : start - 1] ?? 0
  }
  return { bytes, origin }
}

function sortedRotations(block: Uint8Array): Int32Array {
  const length = block.length
  const order = new Int32Array(length)
  const byHalf = new Int32Array(length)
  let ranks = new Int32Array(length)
  let nextRanks = new Int32Array(length)
  const counts = new Int32Array(Math.max(256, length) + 1)

  for (let index = 0; index < length; index++) byHalf[index] = index
  countingSort(byHalf, block, counts, 256, order)
  let classes = rank(order, ranks, (a, b) => block[a] === block[b])
  for (let compared = 1; compared < length && classes < length; compared *= 2) {
    // Sorted by their second halves already: those are the rotations sorted so far, `compared` further on.
    for (let index = 0; index < length; index++) {
      const start = (order[index] ?? 0) - compared
      byHalf[index] = start < 0 ? start + length : start
    }
    countingSort(byHalf, ranks, counts, classes, order)
    const half = ranks
    const distance = compared
    classes = rank(order, nextRanks, (a, b) => {
      if (half[a] !== half[b]) return false
      const c = a + distance
      const d = b + distance
      return half[c < length ? c : c - length] === half[d < length ? d : d - length]
    })
    ;[ranks, nextRanks] = [nextRanks, ranks]
  }
  return order
}

/** Stable; sorts `from` by `keys` into `to`. */
function countingSort(
  from: Int32Array,
  keys: Uint8Array | Int32Array,
  counts: Int32Array,
  classes: number,
  to: Int32Array,
): void {
  counts.fill(0, 0, classes + 1)
  for (const key of keys) counts[key + 1] = (counts[key + 1] ?? 0) + 1
  for (let key = 0; key < classes; key++) counts[key + 1] = (counts[key + 1] ?? 0) + (counts[key] ?? 0)
  for (const start of from) {
    const key = keys[start] ?? 0
    const place = counts[key] ?? 0
    counts[key] = place + 1
    to[place] = start
  }
}

/** Numbers the rotations, equal ones with the same number; how many numbers there are. */
function rank(order: Int32Array, ranks: Int32Array, equal: (a: number, b: number) => boolean): number {
  let current = 0
  let previous = order[0] ?? 0
  for (const start of order) {
    if (start !== previous && !equal(start, previous)) current++
    ranks[start] = current
    previous = start
  }
  return current + 1
}
