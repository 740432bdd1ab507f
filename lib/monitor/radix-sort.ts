/** Sorting rows by a number without comparing any two: a hundred thousand in a few milliseconds. */

const DIGIT_BITS = 11
const DIGITS = 1 << DIGIT_BITS
const MASK = DIGITS - 1

/**
 * Sorts `rows` by `keyOf`, smallest first, in place; rows with equal keys keep their order. NaN comes first. In steps of
 * about a millisecond; keys are read once, before the first.
 */
export function* sortByNumber(rows: Int32Array, keyOf: (row: number) => number): Generator<undefined, void> {
  const count = rows.length
  const halves = keyHalves(rows, keyOf)
  yield
  let order = Uint32Array.from(rows, (_, i) => i)
  let spare = new Uint32Array(count)
  const places = new Uint32Array(DIGITS)
  for (const bits of [halves.low, halves.high]) {
    for (let shift = 0; shift < 32; shift += DIGIT_BITS) {
      places.fill(0)
      for (let i = 0; i < count; i++) {
        const digit = ((bits[i] ?? 0) >>> shift) & MASK
        places[digit] = (places[digit] ?? 0) + 1
      }
      // All alike: nothing to sort by. Times of one day share all but their lower half.
      if (places[((bits[0] ?? 0) >>> shift) & MASK] === count) continue
      let sum = 0
      for (let digit = 0; digit < DIGITS; digit++) {
        const here = places[digit] ?? 0
        places[digit] = sum
        sum += here
      }
      for (let i = 0; i < count; i++) {
        const at = order[i] ?? 0
        const digit = ((bits[at] ?? 0) >>> shift) & MASK
        const place = places[digit] ?? 0
        spare[place] = at
        places[digit] = place + 1
      }
      const sorted = spare
      spare = order
      order = sorted
      yield
    }
  }
  const before = rows.slice()
  for (let i = 0; i < count; i++) rows[i] = before[order[i] ?? 0] ?? 0
}

/** The 64 bits of each key, changed so that they sort as whole numbers without a sign. */
function keyHalves(rows: Int32Array, keyOf: (row: number) => number): { low: Uint32Array; high: Uint32Array } {
  const keys = new Float64Array(rows.length)
  for (let i = 0; i < rows.length; i++) keys[i] = keyOf(rows[i] ?? 0)
  const words = new Uint32Array(keys.buffer)
  const low = new Uint32Array(rows.length)
  const high = new Uint32Array(rows.length)
  for (let i = 0; i < rows.length; i++) {
    const key = keys[i] ?? 0
    if (Number.isNaN(key)) continue
    const isZero = key === 0 // both zeros are the same key
    const lower = isZero ? 0 : (words[2 * i] ?? 0)
    const upper = isZero ? 0 : (words[2 * i + 1] ?? 0)
    const isNegative = upper >>> 31 === 1
    low[i] = isNegative ? ~lower : lower
    high[i] = isNegative ? ~upper : upper | 0x8000_0000
  }
  return { low, high }
}
