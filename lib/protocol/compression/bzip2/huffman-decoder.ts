import { brokenStream } from '../bounded-output.ts'
import type { BitReader } from './bit-reader.ts'

const MAX_LENGTH = 20

/** A canonical Huffman code: symbols by length, and for each length its highest code. */
export interface Decoder {
  readonly shortest: number
  readonly limits: Int32Array
  readonly bases: Int32Array
  readonly symbols: Uint16Array
}

export function decoderOf(lengths: Uint8Array): Decoder {
  const counts = new Int32Array(MAX_LENGTH + 2)
  for (const length of lengths) counts[length] = (counts[length] ?? 0) + 1
  const symbols = new Uint16Array(lengths.length)
  let filled = 0
  for (let length = 1; length <= MAX_LENGTH; length++) {
    lengths.forEach((one, symbol) => {
      if (one === length) symbols[filled++] = symbol
    })
  }
  const limits = new Int32Array(MAX_LENGTH + 2).fill(-1)
  const bases = new Int32Array(MAX_LENGTH + 2)
  let code = 0
  let index = 0
  for (let length = 1; length <= MAX_LENGTH; length++) {
    const count = counts[length] ?? 0
    bases[length] = index - code
    code += count
    index += count
    limits[length] = code - 1
    code <<= 1
  }
  return { shortest: Math.min(...lengths), limits, bases, symbols }
}

/** Throws `message/invalid` for a code that no symbol has. */
export function decodeSymbol(reader: BitReader, { shortest, limits, bases, symbols }: Decoder): number {
  let length = shortest
  let code = reader.read(length)
  while (code > (limits[length] ?? -1)) {
    if (++length > MAX_LENGTH) throw brokenStream('a bzip2 code without a symbol')
    code = (code << 1) | reader.read(1)
  }
  const symbol = symbols[code + (bases[length] ?? 0)]
  if (symbol === undefined) throw brokenStream('a bzip2 code without a symbol')
  return symbol
}
