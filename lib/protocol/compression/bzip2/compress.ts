/** Compresses to bzip2 of level 9, which is what Python's bz2.compress writes. */
import { BitWriter } from './bit-writer.ts'
import { blockChecksum, combineChecksums } from './checksum.ts'
import { codingTables, GROUP_SIZE } from './coding-tables.ts'
import { codesOf } from './huffman-encoder.ts'
import { transform } from './rotations.ts'

/** What level 9 allows, less the room that bzip2 itself keeps. */
const BLOCK_BYTES = 900_000 - 19
const MAX_RUN = 255

export function compressBzip2(bytes: Uint8Array): Uint8Array {
  const out = new BitWriter()
  out.write(0x425a68, 24)
  out.write(0x39, 8)
  let checksum = 0
  for (let at = 0; at < bytes.length; ) {
    const { block, end } = withRuns(bytes, at)
    const blockSum = blockChecksum(bytes, at, end)
    writeBlock(out, block, blockSum)
    checksum = combineChecksums(checksum, blockSum)
    at = end
  }
  out.write(0x177245, 24)
  out.write(0x385090, 24)
  out.write32(checksum)
  return out.finish()
}

/** Four equal bytes are followed by the number of further ones; as much input as fills a block. */
function withRuns(bytes: Uint8Array, from: number): { readonly block: Uint8Array; readonly end: number } {
  const block = new Uint8Array(Math.min(BLOCK_BYTES, Math.ceil((bytes.length - from) * 1.25) + 5))
  let length = 0
  let at = from
  while (at < bytes.length && length + 5 <= block.length) {
    const byte = bytes[at] ?? 0
    let run = 1
    while (run < 4 + MAX_RUN && bytes[at + run] === byte) run++
    const shown = Math.min(run, 4)
    block.fill(byte, length, length + shown)
    length += shown
    if (shown === 4) block[length++] = run - 4
    at += run
  }
  return { block: block.subarray(0, length), end: at }
}

function writeBlock(out: BitWriter, block: Uint8Array, checksum: number): void {
  const { bytes, origin } = transform(block)
  out.write(0x314159, 24)
  out.write(0x265359, 24)
  out.write32(checksum)
  out.write(0, 1)
  out.write(origin, 24)
  const alphabet = writeAlphabet(out, bytes)
  writeSymbols(out, symbolsOf(bytes, alphabet), alphabet.length + 2)
}

function writeAlphabet(out: BitWriter, bytes: Uint8Array): Uint8Array {
  const used = new Uint8Array(256)
  for (const byte of bytes) used[byte] = 1
  const groups = Array.from({ length: 16 }, (_, group) => used.subarray(group * 16, group * 16 + 16))
  for (const group of groups) out.write(group.includes(1) ? 1 : 0, 1)
  for (const group of groups) if (group.includes(1)) for (const bit of group) out.write(bit, 1)
  return Uint8Array.from(used.keys()).filter((byte) => used[byte] === 1)
}

/** Move-to-front; runs of zeros become their length in digits 1 and 2, lowest first. The last symbol is the end. */
function symbolsOf(bytes: Uint8Array, alphabet: Uint8Array): Uint16Array {
  const recent = alphabet.slice()
  const symbols = new Uint16Array(bytes.length + 1)
  let length = 0
  let zeros = 0
  const flush = () => {
    while (zeros > 0) {
      symbols[length++] = zeros & 1 ? 0 : 1
      zeros = (zeros - 1) >> 1
    }
  }
  for (const byte of bytes) {
    if (recent[0] === byte) {
      zeros++
      continue
    }
    flush()
    const position = recent.indexOf(byte)
    recent.copyWithin(1, 0, position)
    recent[0] = byte
    symbols[length++] = position + 1
  }
  flush()
  symbols[length++] = alphabet.length + 1
  return symbols.subarray(0, length)
}

function writeSymbols(out: BitWriter, symbols: Uint16Array, alphabetSize: number): void {
  const { tables, selectors } = codingTables(symbols, alphabetSize)
  out.write(tables.length, 3)
  out.write(selectors.length, 15)
  writeSelectors(out, selectors, tables.length)
  for (const lengths of tables) writeLengths(out, lengths)
  const codes = tables.map(codesOf)
  symbols.forEach((symbol, index) => {
    const table = selectors[Math.floor(index / GROUP_SIZE)] ?? 0
    out.write(codes[table]?.[symbol] ?? 0, tables[table]?.[symbol] ?? 0)
  })
}

/** The place of each in the order of last use, in ones with a zero behind. */
function writeSelectors(out: BitWriter, selectors: Uint8Array, tables: number): void {
  const recent = Array.from({ length: tables }, (_, index) => index)
  for (const selector of selectors) {
    const position = recent.indexOf(selector)
    recent.splice(position, 1)
    recent.unshift(selector)
    out.write((1 << (position + 1)) - 2, position + 1)
  }
}

/** The first length, then the steps from each to the next: 10 up, 11 down, 0 done. */
function writeLengths(out: BitWriter, lengths: Uint8Array): void {
  let current = lengths[0] ?? 0
  out.write(current, 5)
  for (const length of lengths) {
    for (; current < length; current++) out.write(0b10, 2)
    for (; current > length; current--) out.write(0b11, 2)
    out.write(0, 1)
  }
}
