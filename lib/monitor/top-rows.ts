/** Compares two rows by their numbers. */
export type CompareRows = (a: number, b: number) => number

/** Up to here the best are kept in a heap, which looks at most rows once. Beyond, the window is narrowed down. */
const MAX_HEAP = 2_000

/**
 * Rows `offset` to `offset + limit` of the sorted order, without sorting the rest: of a hundred thousand tasks a page
 * shows a hundred. Changes the order of `rows`. Equal rows come in any order.
 */
export function topRows(rows: Int32Array, compare: CompareRows, offset: number, limit: number): readonly number[] {
  const end = Math.min(rows.length, offset + limit)
  if (offset >= end) return []
  if (end <= MAX_HEAP && end < rows.length) return heapOfBest(rows, compare, end).sort(compare).slice(offset)
  if (offset > 0) partition(rows, compare, 0, offset)
  if (end < rows.length) partition(rows, compare, offset, end)
  return [...rows.subarray(offset, end)].sort(compare)
}

/**
 * The `wanted` first ones, in no order. The root of the heap is the worst of them. Rows are visited in leaps: in the
 * order in which they came, each row of a list sorted by time would be better than all before it.
 */
function heapOfBest(rows: Int32Array, compare: CompareRows, wanted: number): number[] {
  const leap = leapFor(rows.length)
  const heap: number[] = []
  let next = 0
  for (let seen = 0; seen < rows.length; seen++) {
    const row = at(rows, next)
    next += leap
    if (next >= rows.length) next -= rows.length
    if (seen < wanted) {
      heap.push(row)
      if (seen === wanted - 1) for (let place = (wanted >> 1) - 1; place >= 0; place--) sink(heap, compare, place)
    } else if (compare(row, at(heap, 0)) < 0) {
      heap[0] = row
      sink(heap, compare, 0)
    }
  }
  return heap
}

/** About the golden section of the length, and without a common divisor: so every row is visited once. */
function leapFor(length: number): number {
  let leap = Math.max(1, Math.floor(length * 0.618))
  while (divisor(leap, length) !== 1) leap++
  return leap % length
}

function divisor(a: number, b: number): number {
  return b === 0 ? a : divisor(b, a % b)
}

function sink(heap: number[], compare: CompareRows, from: number): void {
  const row = at(heap, from)
  let hole = from
  for (;;) {
    let child = 2 * hole + 1
    if (child >= heap.length) break
    if (child + 1 < heap.length && compare(at(heap, child + 1), at(heap, child)) > 0) child++
    if (compare(at(heap, child), row) <= 0) break
    heap[hole] = at(heap, child)
    hole = child
  }
  heap[hole] = row
}

/** Quickselect: afterwards what stands from `from` up to `place` sorts before all that follows. */
function partition(rows: Int32Array, compare: CompareRows, from: number, place: number): void {
  let low = from
  let high = rows.length - 1
  let seed = rows.length
  while (low < high) {
    // Anywhere: rows that come rotated or folded, as from slots that are used again, make fixed places the worst ones.
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0
    const pivot = at(rows, low + (seed % (high - low + 1)))
    let left = low
    let right = high
    while (left <= right) {
      while (compare(at(rows, left), pivot) < 0) left++
      while (compare(at(rows, right), pivot) > 0) right--
      if (left <= right) swap(rows, left++, right--)
    }
    if (place <= right) high = right
    else if (place >= left) low = left
    else return
  }
}

function swap(rows: Int32Array, a: number, b: number): void {
  const kept = at(rows, a)
  rows[a] = at(rows, b)
  rows[b] = kept
}

/** Inside the bounds, always. */
function at(rows: ArrayLike<number>, index: number): number {
  return rows[index] ?? 0
}
