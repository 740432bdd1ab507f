import type { RowKey } from './row-keys.ts'

/** An order of rows, in two forms. */
export interface RowSorting {
  /** Compares two rows by all there is. */
  compare(a: number, b: number): number
  /** What is compared, the most important first. */
  readonly keys: readonly RowKey[]
}

/** Up to so many are simply sorted. */
const FEW = 64
/** Of more than so many a sample is looked at first. */
const MANY = 4_096
const SAMPLE = 1_024

export interface TopRows {
  /**
   * Rows `offset` to `offset + limit` of the sorted order, without sorting the rest: of a hundred thousand tasks a page
   * shows a hundred. The first and the last of them are found by the most important number alone; where many share it,
   * the next number decides. Rows that are equal in all come in any order.
   */
  find(rows: Int32Array, sorting: RowSorting, offset: number, limit: number): readonly number[]
}

export function createTopRows(): TopRows {
  /** Used again: almost a MB for each page would be most of all garbage. */
  let numbers = new Float64Array(0)

  function valuesOf(rows: Int32Array, { read }: RowKey): Float64Array {
    if (numbers.length < rows.length) numbers = new Float64Array(rows.length)
    const values = numbers.subarray(0, rows.length)
    read(rows, values)
    return values
  }

  return {
    find(all, { compare, keys }, offset, limit) {
      return pageOf(all, 0, offset, Math.min(all.length, offset + limit))

      function pageOf(rows: Int32Array, level: number, from: number, end: number): readonly number[] {
        if (from >= end) return []
        const key = keys[level]
        if (key === undefined || rows.length <= FEW) return [...rows].sort(compare).slice(from, end)
        const values = valuesOf(rows, key)
        const near = rows.length > MANY ? rowsNear(rows, values, from, end) : null
        if (near !== null) return pageOf(near.rows, level + near.levels, from - near.before, end - near.before)
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
    },
  }
}

/**
 * The rows around the page: where its ends are in a sample, there they are in all, or nearly. `levels` is 1 when these
 * are all alike. Null when that is not so, which is rare, or when there are too many to gain by it.
 */
function rowsNear(rows: Int32Array, values: Float64Array, from: number, end: number) {
  const total = rows.length
  const sample = new Float64Array(SAMPLE)
  let seed = total
  for (let i = 0; i < SAMPLE; i++) {
    seed = nextSeed(seed)
    sample[i] = values[seed % total] ?? 0
  }
  sample.sort()
  const low = sample[sampleRank(from / total, -1)] ?? Number.NEGATIVE_INFINITY
  const high = sample[sampleRank(end / total, 1)] ?? Number.POSITIVE_INFINITY
  let [before, count] = [0, 0]
  for (let i = 0; i < total; i++) {
    const value = values[i] ?? 0
    if (value < low) before++
    else if (value <= high) count++
  }
  const isInside = before <= from && end <= before + count
  if (!isInside || (low !== high && count > total / 2)) return null
  const near = new Int32Array(count)
  for (let i = 0, to = 0; to < count; i++) {
    const value = values[i] ?? 0
    if (value >= low && value <= high) near[to++] = rows[i] ?? 0
  }
  return { rows: near, before, levels: low === high ? 1 : 0 }
}

/** Four standard deviations away from where a share of all is expected. */
function sampleRank(share: number, direction: 1 | -1): number {
  return Math.round(SAMPLE * share + direction * (4 * Math.sqrt(SAMPLE * share * (1 - share)) + 4))
}

/** A place that has nothing to do with how the rows come: rotated or folded, as from slots that are used again. */
function nextSeed(seed: number): number {
  return (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0
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
    seed = nextSeed(seed)
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
