/**
 * Rows `offset` to `offset + limit` of the sorted order, without sorting the rest: of a hundred thousand tasks a page
 * shows a hundred. `compare` takes indexes below `count`; equal rows come in any order.
 */
export type CompareIndexes = (a: number, b: number) => number

/** Up to here the best are kept in a heap, which looks at most rows once. Beyond, the window is narrowed down. */
const MAX_HEAP = 2_000

export function topRows(count: number, compare: CompareIndexes, offset: number, limit: number): readonly number[] {
  const end = Math.min(count, offset + limit)
  if (offset >= end) return []
  if (end <= MAX_HEAP && end < count) return heapOfBest(count, compare, end).sort(compare).slice(offset)
  const rows = Uint32Array.from({ length: count }, (_, i) => i)
  if (offset > 0) partition(rows, compare, 0, count, offset)
  if (end < count) partition(rows, compare, offset, count, end)
  return [...rows.subarray(offset, end)].sort(compare)
}

/** The `wanted` first ones, in no order. The root of the heap is the worst of them. */
function heapOfBest(count: number, compare: CompareIndexes, wanted: number): number[] {
  const heap = Array.from({ length: wanted }, (_, i) => i)
  for (let at = (wanted >> 1) - 1; at >= 0; at--) sink(heap, compare, at)
  for (let row = wanted; row < count; row++) {
    if (compare(row, at(heap, 0)) >= 0) continue
    heap[0] = row
    sink(heap, compare, 0)
  }
  return heap
}

function sink(heap: number[], compare: CompareIndexes, from: number): void {
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

/** Quickselect: afterwards the rows before `place` in `[from, end)` are the ones that sort before it. */
function partition(rows: Uint32Array, compare: CompareIndexes, from: number, end: number, place: number): void {
  let low = from
  let high = end - 1
  while (low < high) {
    const pivot = medianOfThree(rows, compare, low, high)
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

function medianOfThree(rows: Uint32Array, compare: CompareIndexes, low: number, high: number): number {
  const [a, b, c] = [at(rows, low), at(rows, (low + high) >> 1), at(rows, high)]
  const [first, second] = compare(a, b) <= 0 ? [a, b] : [b, a]
  if (compare(c, first) <= 0) return first
  return compare(c, second) <= 0 ? c : second
}

function swap(rows: Uint32Array, a: number, b: number): void {
  const kept = at(rows, a)
  rows[a] = at(rows, b)
  rows[b] = kept
}

/** Inside the bounds, always. */
function at(rows: ArrayLike<number>, index: number): number {
  return rows[index] ?? 0
}
