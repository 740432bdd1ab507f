/** Which of up to six Huffman codes serves which 50 symbols of a block: guessed first, then improved a few times. */
import { codeLengths } from './huffman-encoder.ts'

export const GROUP_SIZE = 50
const ROUNDS = 4

export interface CodingTables {
  /** The lengths of each code. */
  readonly tables: readonly Uint8Array[]
  /** For each group of symbols the index of its table. */
  readonly selectors: Uint8Array
}

export function codingTables(symbols: Uint16Array, alphabetSize: number): CodingTables {
  const groups = Math.ceil(symbols.length / GROUP_SIZE)
  const selectors = new Uint8Array(groups)
  let tables = firstTables(symbols, alphabetSize, tableCount(symbols.length))
  for (let round = 0; round < ROUNDS; round++) {
    const frequencies = tables.map(() => new Int32Array(alphabetSize))
    for (let group = 0; group < groups; group++) {
      const part = symbols.subarray(group * GROUP_SIZE, (group + 1) * GROUP_SIZE)
      const best = cheapest(part, tables)
      selectors[group] = best
      const counted = frequencies[best]
      if (counted !== undefined) for (const symbol of part) counted[symbol] = (counted[symbol] ?? 0) + 1
    }
    tables = frequencies.map(codeLengths)
  }
  return { tables, selectors }
}

/** As many as pay for themselves. */
function tableCount(symbols: number): number {
  if (symbols < 200) return 2
  if (symbols < 600) return 3
  if (symbols < 1200) return 4
  return symbols < 2400 ? 5 : 6
}

/** Each favours a range of symbols that occur equally often all together. */
function firstTables(symbols: Uint16Array, alphabetSize: number, count: number): Uint8Array[] {
  const frequencies = new Int32Array(alphabetSize)
  for (const symbol of symbols) frequencies[symbol] = (frequencies[symbol] ?? 0) + 1
  const tables: Uint8Array[] = []
  let from = 0
  let left = symbols.length
  for (let remaining = count; remaining > 0; remaining--) {
    let to = from
    let sum = 0
    while (to < alphabetSize && sum < left / remaining) sum += frequencies[to++] ?? 0
    tables.push(new Uint8Array(alphabetSize).fill(15).fill(1, from, to))
    from = to
    left -= sum
  }
  return tables
}

function cheapest(part: Uint16Array, tables: readonly Uint8Array[]): number {
  let best = 0
  let bestCost = Number.POSITIVE_INFINITY
  tables.forEach((lengths, index) => {
    let cost = 0
    for (const symbol of part) cost += lengths[symbol] ?? 0
    if (cost >= bestCost) return
    best = index
    bestCost = cost
  })
  return best
}
