/** Decompresses .xz, also several streams one after the other, as Python's lzma.decompress does. */
import { type ByteReader, byteReader } from '../../byte-reader.ts'
import { type BoundedOutput, boundedOutput, brokenStream } from '../bounded-output.ts'
import { crc32, crc64 } from './checksums.ts'
import { decodeLzma2 } from './lzma2-decoder.ts'

const HEADER_MAGIC = [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]
const FOOTER_MAGIC = [0x59, 0x5a]
const LZMA2 = 0x21
const CHECK_CRC32 = 1
const CHECK_CRC64 = 4
/** Bytes of each kind of check, also of those that nobody has defined yet. */
const CHECK_SIZES = [0, 4, 4, 4, 8, 8, 8, 16, 16, 16, 32, 32, 32, 64, 64, 64]

/** Throws `message/too-large` as soon as more than `maxBytes` come out, `message/invalid` for a broken stream. */
export function decompressXz(bytes: Uint8Array, maxBytes: number): Uint8Array {
  const output = boundedOutput(maxBytes)
  try {
    const reader = byteReader(bytes)
    do readStream(reader, output)
    while (hasMore(reader, bytes))
  } catch (error) {
    if (error instanceof SyntaxError) throw brokenStream('xz ends too early', error)
    throw error
  }
  return output.finish()
}

/** Between streams there may be zeros, four at a time. */
function hasMore(reader: ByteReader, bytes: Uint8Array): boolean {
  while (reader.left >= 4 && bytes.subarray(reader.at, reader.at + 4).every((byte) => byte === 0)) reader.take(4)
  return reader.left > 0
}

function readStream(reader: ByteReader, output: BoundedOutput): void {
  expectBytes(reader, HEADER_MAGIC)
  const flags = reader.take(2)
  expectChecksum(reader, flags)
  const check = flags[1] ?? 0
  if (flags[0] !== 0 || check > 0x0f) throw brokenStream('unknown flags of xz')
  const sizes: (readonly [unpadded: number, size: number])[] = []
  for (;;) {
    const from = reader.at
    const headerSize = reader.u8()
    if (headerSize === 0) {
      readIndex(reader, from, sizes)
      break
    }
    const before = output.length
    readBlockHeader(reader, (headerSize + 1) * 4)
    decodeLzma2(reader, output)
    const unpadded = reader.at - from
    expectZeros(reader, (4 - (unpadded % 4)) % 4)
    const checkSize = CHECK_SIZES[check] ?? 0
    expectCheck(check, reader.take(checkSize), output.bytes.subarray(before, output.length))
    sizes.push([unpadded + checkSize, output.length - before])
  }
  const footer = reader.take(4)
  const rest = reader.take(6)
  if (littleEndian(footer) !== crc32(rest) || rest[5] !== check) throw brokenStream('the end of an xz stream')
  expectBytes(reader, FOOTER_MAGIC)
}

/** One filter, LZMA2: what Python and everybody else writes unless asked for more. */
function readBlockHeader(reader: ByteReader, size: number): void {
  const from = reader.at - 1
  const flags = reader.u8()
  if ((flags & 0x3f) !== 0) throw brokenStream('a filter of xz that is not known here')
  if ((flags & 0x40) !== 0) readNumber(reader)
  if ((flags & 0x80) !== 0) readNumber(reader)
  if (readNumber(reader) !== LZMA2 || readNumber(reader) !== 1) {
    throw brokenStream('a filter of xz that is not known here')
  }
  reader.u8() // how large the dictionary may be; ours is all that came out
  expectZeros(reader, size - 4 - (reader.at - from))
  reader.take(4) // the checksum of the header: what it guards is checked above
}

function readIndex(reader: ByteReader, from: number, sizes: readonly (readonly [number, number])[]): void {
  const matches = readNumber(reader) === sizes.length
  for (const [unpadded, size] of sizes) {
    if (!matches || readNumber(reader) !== unpadded || readNumber(reader) !== size) {
      throw brokenStream('the index of an xz stream')
    }
  }
  if (!matches) throw brokenStream('the index of an xz stream')
  expectZeros(reader, (4 - ((reader.at - from) % 4)) % 4)
  reader.take(4)
}

function expectCheck(check: number, stored: Uint8Array, data: Uint8Array): void {
  if (check === CHECK_CRC32 && littleEndian(stored) !== crc32(data)) throw brokenStream('the checksum of an xz block')
  if (check !== CHECK_CRC64) return
  const [low, high] = crc64(data)
  if (littleEndian(stored) !== low || littleEndian(stored.subarray(4)) !== high) {
    throw brokenStream('the checksum of an xz block')
  }
}

function expectBytes(reader: ByteReader, expected: readonly number[]): void {
  const found = reader.take(expected.length)
  if (!expected.every((byte, index) => byte === found[index])) throw brokenStream('no xz')
}

function expectChecksum(reader: ByteReader, bytes: Uint8Array): void {
  if (littleEndian(reader.take(4)) !== crc32(bytes)) throw brokenStream('the checksum of an xz header')
}

function expectZeros(reader: ByteReader, count: number): void {
  if (reader.take(count).some((byte) => byte !== 0)) throw brokenStream('padding of xz that is not zero')
}

/** Seven bits a byte, lowest first. */
function readNumber(reader: ByteReader): number {
  let value = 0
  for (let index = 0; index < 7; index++) {
    const byte = reader.u8()
    value += (byte & 0x7f) * 2 ** (7 * index)
    if (byte < 0x80) return value
  }
  throw brokenStream('a number of xz that is too large')
}

function littleEndian([a = 0, b = 0, c = 0, d = 0]: Uint8Array): number {
  return (a | (b << 8) | (c << 16) | (d << 24)) >>> 0
}
