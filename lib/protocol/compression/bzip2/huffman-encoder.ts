/** Code lengths of a Huffman code, none longer than a limit, and the codes that follow from them. */

/** bzip2's own encoder keeps to this; its decoder takes up to 20. */
const MAX_LENGTH = 17

/**
 * Every symbol gets a code, also one that does not occur: weights are at least 1. Where a code would be too long, the
 * weights are flattened and it is tried again, as bzip2 does.
 */
export function codeLengths(frequencies: Int32Array): Uint8Array {
  let weights = Float64Array.from(frequencies, (frequency) => Math.max(1, frequency))
  for (;;) {
    const lengths = treeDepths(weights)
    if (lengths.every((length) => length <= MAX_LENGTH)) return lengths
    weights = weights.map((weight) => Math.floor(weight / 2) + 1)
  }
}

/** Two queues, leaves by weight and inner nodes in the order they are made, give the lightest pair each time. */
function treeDepths(weights: Float64Array): Uint8Array {
  const count = weights.length
  const leaves = Array.from(weights.keys()).sort((a, b) => (weights[a] ?? 0) - (weights[b] ?? 0))
  const total = new Float64Array(2 * count - 1)
  total.set(weights)
  const parents = new Int32Array(2 * count - 1)
  let leaf = 0
  let inner = count
  let made = count
  const lightest = () => {
    const nextLeaf = leaves[leaf]
    const takeLeaf = nextLeaf !== undefined && (inner >= made || (total[nextLeaf] ?? 0) <= (total[inner] ?? 0))
    if (!takeLeaf) return inner++
    leaf++
    return nextLeaf
  }
  for (; made < 2 * count - 1; made++) {
    const a = lightest()
    const b = lightest()
    total[made] = (total[a] ?? 0) + (total[b] ?? 0)
    parents[a] = made
    parents[b] = made
  }
  const depths = new Uint8Array(2 * count - 1)
  for (let node = 2 * count - 3; node >= 0; node--) depths[node] = (depths[parents[node] ?? 0] ?? 0) + 1
  return depths.slice(0, count)
}

/** Canonical: shorter codes first, equal lengths in the order of the symbols. */
export function codesOf(lengths: Uint8Array): Uint32Array {
  const codes = new Uint32Array(lengths.length)
  let code = 0
  for (let length = 1; length <= MAX_LENGTH; length++) {
    lengths.forEach((one, symbol) => {
      if (one === length) codes[symbol] = code++
    })
    code <<= 1
  }
  return codes
}
