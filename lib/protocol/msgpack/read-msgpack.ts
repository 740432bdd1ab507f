/** Reads MessagePack as msgpack-python writes it with `use_bin_type` and reads it with `raw=False` (wire.md B5). */
import { type ByteReader, byteReader, utf8Of } from '../byte-reader.ts'
import { MAX_JSON_DEPTH } from '../json.ts'
import { PythonObject } from '../python-object.ts'
import { setField } from '../record.ts'
import { smallestInteger } from '../smallest-integer.ts'
import { exactFloat } from '../whole-float.ts'

/**
 * Integers beyond 2^53 are bigint, bin is Uint8Array, a timestamp is a Date, any other extension an inert PythonObject;
 * a map with keys that are no text is a Map. Throws SyntaxError for anything that is not one whole value.
 */
export function readMsgpack(bytes: Uint8Array, options: { readonly exactFloats?: boolean } = {}): unknown {
  const reader = byteReader(bytes)
  const value = read({ reader, exactFloats: options.exactFloats ?? false }, 0)
  if (reader.left > 0) throw new SyntaxError(`${reader.left} bytes after the value`)
  return value
}

interface Reading {
  readonly reader: ByteReader
  readonly exactFloats: boolean
}

function read(from: Reading, depth: number): unknown {
  if (depth > MAX_JSON_DEPTH) throw new SyntaxError(`nested deeper than ${MAX_JSON_DEPTH}`)
  const { reader } = from
  const code = reader.u8()
  if (code < 0x80) return code
  if (code >= 0xe0) return code - 0x100
  if (code < 0x90) return readMap(from, code & 0x0f, depth)
  if (code < 0xa0) return readArray(from, code & 0x0f, depth)
  if (code < 0xc0) return utf8Of(reader.take(code & 0x1f))
  switch (code) {
    case 0xc0:
      return null
    case 0xc2:
      return false
    case 0xc3:
      return true
    case 0xc4:
    case 0xc5:
    case 0xc6:
      return reader.take(unsigned(reader, code - 0xc4)).slice()
    case 0xc7:
    case 0xc8:
    case 0xc9:
      return readExtension(reader, unsigned(reader, code - 0xc7))
    case 0xca:
    case 0xcb:
      return readFloat(from, code)
    case 0xcc:
    case 0xcd:
    case 0xce:
      return unsigned(reader, code - 0xcc)
    case 0xcf:
      return unsigned64(reader)
    case 0xd0:
    case 0xd1:
    case 0xd2:
    case 0xd3:
      return signed(reader, code - 0xd0)
    case 0xd4:
    case 0xd5:
    case 0xd6:
    case 0xd7:
    case 0xd8:
      return readExtension(reader, 1 << (code - 0xd4))
    case 0xd9:
    case 0xda:
    case 0xdb:
      return utf8Of(reader.take(unsigned(reader, code - 0xd9)))
    case 0xdc:
    case 0xdd:
      return readArray(from, unsigned(reader, code - 0xdb), depth)
    case 0xde:
    case 0xdf:
      return readMap(from, unsigned(reader, code - 0xdd), depth)
  }
  throw new SyntaxError(`unknown type ${code} at ${reader.at - 1}`)
}

function readArray(from: Reading, length: number, depth: number): unknown[] {
  checkLength(from.reader, length)
  const array: unknown[] = []
  for (let index = 0; index < length; index++) array.push(read(from, depth + 1))
  return array
}

function readMap(from: Reading, length: number, depth: number): unknown {
  checkLength(from.reader, length * 2)
  const entries: (readonly [unknown, unknown])[] = []
  let allText = true
  for (let index = 0; index < length; index++) {
    const key = read(from, depth + 1)
    if (typeof key !== 'string') allText = false
    entries.push([key, read(from, depth + 1)])
  }
  if (!allText) return new Map(entries)
  const record: Record<string, unknown> = {}
  for (const [key, value] of entries) setField(record, String(key), value)
  return record
}

/** Every element has at least a byte: a length that lies is found before anything is built. */
function checkLength(reader: ByteReader, elements: number): void {
  if (elements > reader.left) throw new SyntaxError(`${elements} elements in ${reader.left} bytes`)
}

/** 1, 2 or 4 bytes for `size` 0, 1 or 2. */
function unsigned(reader: ByteReader, size: number): number {
  const { data, at } = reader.view(1 << size)
  if (size === 0) return data.getUint8(at)
  return size === 1 ? data.getUint16(at) : data.getUint32(at)
}

function unsigned64(reader: ByteReader): number | bigint {
  const { data, at } = reader.view(8)
  return smallestInteger(data.getBigUint64(at))
}

function signed(reader: ByteReader, size: number): number | bigint {
  const { data, at } = reader.view(1 << size)
  if (size === 0) return data.getInt8(at)
  if (size === 1) return data.getInt16(at)
  return size === 2 ? data.getInt32(at) : smallestInteger(data.getBigInt64(at))
}

function readFloat({ reader, exactFloats }: Reading, code: number): unknown {
  const { data, at } = reader.view(code === 0xca ? 4 : 8)
  const value = code === 0xca ? data.getFloat32(at) : data.getFloat64(at)
  return exactFloats ? exactFloat(value) : value
}

const TIMESTAMP = -1

function readExtension(reader: ByteReader, length: number): unknown {
  const [type] = new Int8Array([reader.u8()])
  if (type === TIMESTAMP && length in TIMESTAMPS) return readTimestamp(reader, length)
  return new PythonObject('msgpack.ExtType', [type, reader.take(length).slice()])
}

const TIMESTAMPS: Readonly<Record<number, true>> = { 4: true, 8: true, 12: true }

/** Seconds; nanoseconds in the upper 30 bits of 8 bytes; nanoseconds, then seconds, in 12. */
function readTimestamp(reader: ByteReader, length: number): Date {
  const { data, at } = reader.view(length)
  if (length === 4) return new Date(data.getUint32(at) * 1000)
  if (length === 12) return dateOf(Number(data.getBigInt64(at + 4)), data.getUint32(at))
  const packed = data.getBigUint64(at)
  return dateOf(Number(packed & 0x3ffffffffn), Number(packed >> 34n))
}

function dateOf(seconds: number, nanoseconds: number): Date {
  return new Date(seconds * 1000 + Math.floor(nanoseconds / 1_000_000))
}
