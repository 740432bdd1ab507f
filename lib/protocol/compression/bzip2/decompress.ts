/** Decompresses bzip2, also several streams one after the other, as Python's bz2.decompress does. */
import { type BoundedOutput, boundedOutput, brokenStream } from '../bounded-output.ts'
import { BitReader } from './bit-reader.ts'
import { blockChecksum, combineChecksums } from './checksum.ts'
import { type Decoder, decoderOf, decodeSymbol } from './huffman-decoder.ts'

const BLOCK = 0x314159265359
const END = 0x177245385090
const LEVEL_BYTES = 100_000
/** Symbols after which the coding table may change. */
const GROUP_SIZE = 50
const MAX_SELECTORS = 18_002

/** Throws `message/too-large` as soon as more than `maxBytes` come out, `message/invalid` for a broken stream. */
export function decompressBzip2(bytes: Uint8Array, maxBytes: number): Uint8Array {
  const reader = new BitReader(bytes)
  const output = boundedOutput(maxBytes)
  do readStream(reader, output)
  while (!reader.alignedAtEnd())
  return output.finish()
}

function readStream(reader: BitReader, output: BoundedOutput): void {
  if (reader.read(24) !== 0x425a68) throw brokenStream('no bzip2')
  const level = reader.read(8) - 0x30
  if (level < 1 || level > 9) throw brokenStream('bzip2 of an unknown level')
  const block = new Uint32Array(level * LEVEL_BYTES)
  let checksum = 0
  for (;;) {
    const magic = reader.read(24) * 0x1000000 + reader.read(24)
    const expected = reader.read32()
    if (magic === END) {
      if (expected !== checksum) throw brokenStream('the checksum of a bzip2 stream')
      return
    }
    if (magic !== BLOCK) throw brokenStream('no bzip2 block')
    const from = output.length
    readBlock(reader, block, output)
    if (blockChecksum(output.bytes, from, output.length) !== expected) {
      throw brokenStream('the checksum of a bzip2 block')
    }
    checksum = combineChecksums(checksum, expected)
  }
}

function readBlock(reader: BitReader, block: Uint32Array, output: BoundedOutput): void {
  if (reader.read(1) === 1) throw brokenStream('a randomised bzip2 block, which nothing has written for decades')
  const origin = reader.read(24)
  const alphabet = readAlphabet(reader)
  const symbols = alphabet.length + 2
  const tableCount = reader.read(3)
  const selectorCount = reader.read(15)
  if (tableCount < 2 || tableCount > 6 || selectorCount === 0) throw brokenStream('bzip2 without coding tables')
  const selectors = readSelectors(reader, tableCount, selectorCount)
  const decoders = Array.from({ length: tableCount }, () => readDecoder(reader, symbols))
  const counts = new Uint32Array(256)
  const length = readSymbols(reader, { block, alphabet, selectors, decoders, counts })
  if (origin >= length) throw brokenStream('bzip2 starts outside its block')
  untransform(block, counts, length)
  writeRuns(block, origin, length, output)
}

/** The bytes that occur in a block, in order. */
function readAlphabet(reader: BitReader): Uint8Array {
  const groups = reader.read(16)
  const used: number[] = []
  for (let group = 0; group < 16; group++) {
    if ((groups & (0x8000 >> group)) === 0) continue
    const bits = reader.read(16)
    for (let bit = 0; bit < 16; bit++) if (bits & (0x8000 >> bit)) used.push(group * 16 + bit)
  }
  if (used.length === 0) throw brokenStream('a bzip2 block without bytes')
  return Uint8Array.from(used)
}

function readSelectors(reader: BitReader, tables: number, count: number): Uint8Array {
  const order = Array.from({ length: tables }, (_, index) => index)
  const selectors = new Uint8Array(Math.min(count, MAX_SELECTORS))
  for (let index = 0; index < count; index++) {
    let position = 0
    while (reader.read(1) === 1) if (++position >= tables) throw brokenStream('bzip2 selects an unknown table')
    const [table = 0] = order.splice(position, 1)
    order.unshift(table)
    if (index < MAX_SELECTORS) selectors[index] = table
  }
  return selectors
}

function readDecoder(reader: BitReader, symbols: number): Decoder {
  const lengths = new Uint8Array(symbols)
  let length = reader.read(5)
  for (let symbol = 0; symbol < symbols; symbol++) {
    while (reader.read(1) === 1) {
      length += reader.read(1) === 0 ? 1 : -1
      if (length < 1 || length > 20) throw brokenStream('a bzip2 code of an impossible length')
    }
    if (length < 1 || length > 20) throw brokenStream('a bzip2 code of an impossible length')
    lengths[symbol] = length
  }
  return decoderOf(lengths)
}

interface Coded {
  readonly block: Uint32Array
  readonly alphabet: Uint8Array
  readonly selectors: Uint8Array
  readonly decoders: readonly Decoder[]
  /** How often each byte occurs. */
  readonly counts: Uint32Array
}

/** Undoes Huffman, move-to-front and the runs of zeros; the number of bytes in the block. */
function readSymbols(reader: BitReader, { block, alphabet, selectors, decoders, counts }: Coded): number {
  const recent = alphabet.slice()
  const end = alphabet.length + 1
  let length = 0
  let run = 0
  let runBit = 1
  let group = -1
  let left = 0
  let decoder: Decoder | undefined
  for (;;) {
    if (left === 0) {
      group++
      left = GROUP_SIZE
      decoder = decoders[selectors[group] ?? -1]
      if (group >= selectors.length || decoder === undefined) throw brokenStream('bzip2 ends within a block')
    }
    left--
    const symbol = decodeSymbol(reader, decoder as Decoder) // set with the first group
    if (symbol < 2) {
      run += runBit << symbol
      runBit <<= 1
      if (run > block.length) throw brokenStream('a bzip2 block that is too large')
      continue
    }
    if (run > 0) {
      const byte = recent[0] ?? 0
      if (length + run > block.length) throw brokenStream('a bzip2 block that is too large')
      block.fill(byte, length, length + run)
      counts[byte] = (counts[byte] ?? 0) + run
      length += run
      run = 0
      runBit = 1
    }
    if (symbol === end) return length
    if (length >= block.length) throw brokenStream('a bzip2 block that is too large')
    const position = symbol - 1
    const byte = recent[position] ?? 0
    recent.copyWithin(1, 0, position)
    recent[0] = byte
    counts[byte] = (counts[byte] ?? 0) + 1
    block[length++] = byte
  }
}

/** Burrows-Wheeler: each element keeps its byte in the low bits and gets the place of the next one in the others. */
function untransform(block: Uint32Array, counts: Uint32Array, length: number): void {
  const places = new Uint32Array(256)
  let sum = 0
  for (let byte = 0; byte < 256; byte++) {
    places[byte] = sum
    sum += counts[byte] ?? 0
  }
  for (let index = 0; index < length; index++) {
    const byte = (block[index] ?? 0) & 0xff
    const place = places[byte] ?? 0
    places[byte] = place + 1
    block[place] = ((block[place] ?? 0) & 0xff) | (index << 8)
  }
}

/** After four equal bytes comes the number of further ones. */
function writeRuns(block: Uint32Array, origin: number, length: number, output: BoundedOutput): void {
  let place = (block[origin] ?? 0) >>> 8
  let previous = -1
  let equal = 0
  for (let index = 0; index < length; index++) {
    const entry = block[place] ?? 0
    const byte = entry & 0xff
    place = entry >>> 8
    if (equal === 4) {
      output.room(byte).fill(previous, output.length, output.length + byte)
      output.advance(byte)
      equal = 0
      previous = -1
      continue
    }
    equal = byte === previous ? equal + 1 : 1
    previous = byte
    output.room(1)[output.length] = byte
    output.advance(1)
  }
}
