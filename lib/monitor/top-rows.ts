/** An order of rows, in two forms. */
export interface RowSorting {
  /** Compares two rows by all there is. */
  readonly compare: (a: number, b: number) => number
  /** What is compared, as numbers, none of them NaN; the most important first. */
  readonly keys: readonly ((row: number) => number)[]
}

/** Up to so many are simply sorted. */
const FEW = 64

/**
 * Rows `offset` to `offset + limit` of the sorted order, without sorting the rest: of a hundred thousand tasks a page
 * shows a hundred. The first and the last of them are found by the most important number alone; where many share it, the
 * next number decides. Rows that are equal in all come in any order.
 */
export function topRows(
  rows: Int32Array,
  { compare, keys }: RowSorting,
  offset: number,
  limit: number,
): readonly number[] {
  return pageOf(rows, 0, offset, Math.min(rows.length, offset + limit))

  function pageOf(rows: Int32Array, level: number, from: number, end: number): readonly number[] {
    if (from >= end) return []
    const keyOf = keys[level]
    if (keyOf === undefined || rows.length <= FEW) return [...rows].sort(compare).slice(from, end)
    const values = new Float64Array(rows.length)
    for (let i = 0; i < rows.length; i++) values[i] = keyOf(rows[i] ?? 0)
    const ranked = values.slice()
    const first = valueAt(ranked, from, 0)
    const last = valueAt(ranked, end - 1, from)
    const { before, alikeFirst, between, alikeLast } = split(rows, values, first, last)
    const start = from - before
    if (first === last) return pageOf(alikeFirst, level + 1, start, end - before)
    const ahead = before + alikeFirst.length + between.length
    return [
      ...pageOf(alikeFirst, level + 1, start, alikeFirst.length),
      ...between.sort(compare),
      ...pageOf(alikeLast, level + 1, 0, end - ahead),
    ]
  }
}

function split(rows: Int32Array, values: Float64Array, first: number, last: number) {
  const [alikeFirst, alikeLast] = [new Int32Array(rows.length), new Int32Array(rows.length)]
  const between: number[] = []
  let [before, firsts, lasts] = [0, 0, 0]
  for (let i = 0; i < rows.length; i++) {
    const value = values[i] ?? 0
    const row = rows[i] ?? 0
    if (value < first) before++
    else if (value === first) alikeFirst[firsts++] = row
    else if (value === last) alikeLast[lasts++] = row
    else if (value < last) between.push(row)
  }
  return { before, alikeFirst: alikeFirst.subarray(0, firsts), between, alikeLast: alikeLast.subarray(0, lasts) }
}

/** The value at a place of the sorted order, at or after `from`: what is there already is in its half (quickselect). */
function valueAt(values: Float64Array, place: number, from: number): number {
  let low = from
  let high = values.length - 1
  let seed = values.length
  while (low < high) {
    // Anywhere: rows that come rotated or folded, as from slots that are used again, make fixed places the worst ones.
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0
    const pivot = values[low + (seed % (high - low + 1))] ?? 0
    let left = low
    let right = high
    while (left <= right) {
      while ((values[left] ?? 0) < pivot) left++
      while ((values[right] ?? 0) > pivot) right--
      if (left > right) break
      const kept = values[left] ?? 0
      values[left++] = values[right] ?? 0
      values[right--] = kept
    }
    if (place <= right) high = right
    else if (place >= left) low = left
    else break
  }
  return values[place] ?? 0
}
