/** Compresses to .xz with LZMA2 and CRC64, as Python's lzma.compress does; not as small, but as readable. */
import { type ByteWriter, byteWriter } from '../../byte-writer.ts'
import { crc32, crc64 } from './checksums.ts'
import { encodeLzma } from './lzma-encoder.ts'
import { createModel, MAX_MATCH, type Properties } from './lzma-model.ts'
import { matchFinder } from './match-finder.ts'

const PROPERTIES: Properties = { lc: 3, lp: 0, pb: 2 }
const PROPERTIES_BYTE = (PROPERTIES.pb * 5 + PROPERTIES.lp) * 9 + PROPERTIES.lc
/** The code of 8 MiB. */
const DICTIONARY_CODE = 0x16
const STREAM_FLAGS = [0, 4]
/** What the two size fields of a chunk can say. */
const MAX_CODED = 0x10000
const MAX_CHUNK = 0x200000 - MAX_MATCH

export function compressXz(bytes: Uint8Array): Uint8Array {
  const out = byteWriter()
  out
    .bytes([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00])
    .bytes(STREAM_FLAGS)
    .bytes(word(crc32(Uint8Array.from(STREAM_FLAGS))))
  const index = byteWriter().byte(0)
  if (bytes.length === 0) index.byte(0)
  else {
    const unpadded = writeBlock(out, bytes)
    index.byte(1).bytes(number(unpadded)).bytes(number(bytes.length))
  }
  const indexBytes = padded(index.finish())
  out.bytes(indexBytes).bytes(word(crc32(indexBytes)))
  const footer = Uint8Array.from([...word(indexBytes.length / 4), ...STREAM_FLAGS])
  return out
    .bytes(word(crc32(footer)))
    .bytes(footer)
    .bytes([0x59, 0x5a])
    .finish()
}

/** Its size without the padding. */
function writeBlock(out: ByteWriter, bytes: Uint8Array): number {
  const header = Uint8Array.from([2, 0, 0x21, 1, DICTIONARY_CODE, 0, 0, 0])
  const chunks = lzma2(bytes)
  const [low, high] = crc64(bytes)
  out
    .bytes(header)
    .bytes(word(crc32(header)))
    .bytes(padded(chunks))
    .bytes(word(low))
    .bytes(word(high))
  return header.length + 4 + chunks.length + 8
}

/** What a chunk must say before its bytes, from nothing to a new dictionary. */
const RESET = { none: 0, state: 1, properties: 2, dictionary: 3 } as const

function lzma2(bytes: Uint8Array): Uint8Array {
  const out = byteWriter()
  const finder = matchFinder(bytes)
  let model = createModel(PROPERTIES)
  let reset: number = RESET.dictionary
  // Properties come with the first chunk of LZMA, which need not be the first of all.
  let afterCopy: number = RESET.properties
  for (let at = 0; at < bytes.length; ) {
    const limit = Math.min(bytes.length, at + MAX_CHUNK)
    const { coded, end } = encodeLzma(model, bytes, finder, { start: at, limit, maxCoded: MAX_CODED })
    const size = end - at
    if (coded.length >= size) {
      // What does not get smaller goes in as it is, and the model starts anew after it.
      const isFirst = reset === RESET.dictionary
      out
        .byte(isFirst ? 1 : 2)
        .bytes(half(size - 1))
        .bytes(bytes.subarray(at, end))
      model = createModel(PROPERTIES)
      reset = afterCopy
    } else {
      out
        .byte(0x80 | (reset << 5) | ((size - 1) >> 16))
        .bytes(half((size - 1) & 0xffff))
        .bytes(half(coded.length - 1))
      if (reset >= RESET.properties) out.byte(PROPERTIES_BYTE)
      out.bytes(coded)
      reset = RESET.none
      afterCopy = RESET.state
    }
    at = end
  }
  return out.byte(0).finish()
}

/** Two bytes, highest first. */
function half(value: number): number[] {
  return [value >> 8, value & 0xff]
}

/** Four bytes, lowest first. */
function word(value: number): number[] {
  return [value & 0xff, (value >>> 8) & 0xff, (value >>> 16) & 0xff, value >>> 24]
}

/** Seven bits a byte, lowest first. */
function number(value: number): number[] {
  const bytes: number[] = []
  let rest = value
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest & 0x7f) | 0x80)
  return [...bytes, rest]
}

/** With zeros to a multiple of four. */
function padded(bytes: Uint8Array): Uint8Array {
  const whole = new Uint8Array(Math.ceil(bytes.length / 4) * 4)
  whole.set(bytes)
  return whole
}
