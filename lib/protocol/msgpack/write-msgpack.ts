/** Writes MessagePack as msgpack-python does with `use_bin_type`, each value in its shortest form (wire.md B5). */
import { type ByteWriter, byteWriter } from '../byte-writer.ts'
import { Decimal, PlainDate, PlainTime, Uuid, unsendable } from '../extended-json.ts'
import { checkDepth, dictEntries, hasToJson, sentForm } from '../plain-parts.ts'
import { TimeDelta } from '../time-delta.ts'
import { WholeFloat } from '../whole-float.ts'

/**
 * Whole numbers become integers. Throws `message/invalid` for what msgpack-python cannot write either: dates, decimals,
 * UUIDs, sets and integers beyond 64 bits.
 */
export function writeMsgpack(value: unknown): Uint8Array {
  const out = byteWriter()
  write(out, value, 0)
  return out.finish()
}

function write(out: ByteWriter, value: unknown, depth: number): ByteWriter {
  switch (typeof value) {
    case 'string':
      return out.text(value, (length) => writeHead(out, TEXT, length))
    case 'number':
      return Number.isSafeInteger(value) ? writeInteger(out, value) : writeFloat(out, value)
    case 'bigint':
      return writeBigInteger(out, value)
    case 'boolean':
      return out.byte(value ? 0xc3 : 0xc2)
    case 'undefined':
      return out.byte(0xc0)
    case 'object':
      return value === null ? out.byte(0xc0) : writeObject(out, value, depth)
  }
  throw unsendable(`a ${typeof value}`)
}

const WITHOUT_FORM = [Date, PlainDate, PlainTime, TimeDelta, Decimal, Uuid, Set]

function writeObject(out: ByteWriter, value: object, depth: number): ByteWriter {
  checkDepth(depth)
  if (Array.isArray(value)) {
    writeHead(out, ARRAY, value.length)
    for (const item of value) write(out, item, depth + 1)
    return out
  }
  if (value instanceof Uint8Array) return writeHead(out, BYTES, value.length).bytes(value)
  if (value instanceof WholeFloat) return writeFloat(out, value.value)
  const withoutForm = WITHOUT_FORM.find((type) => value instanceof type)
  if (withoutForm !== undefined) throw unsendable(`a ${withoutForm.name} in msgpack`)
  const entries = hasToJson(value) ? null : dictEntries(value)
  if (entries === null) return write(out, sentForm(value), depth + 1)
  writeHead(out, MAP, entries.length)
  for (const [key, item] of entries) {
    write(out, key, depth + 1)
    write(out, item, depth + 1)
  }
  return out
}

/** The codes of a type with a length: in the code itself below `fixed`, in 1, 2 or 4 bytes after it. */
interface Head {
  readonly fix: number
  readonly fixed: number
  readonly one: number | null
  readonly two: number
  readonly four: number
}

const TEXT: Head = { fix: 0xa0, fixed: 32, one: 0xd9, two: 0xda, four: 0xdb }
const BYTES: Head = { fix: 0, fixed: 0, one: 0xc4, two: 0xc5, four: 0xc6 }
const ARRAY: Head = { fix: 0x90, fixed: 16, one: null, two: 0xdc, four: 0xdd }
const MAP: Head = { fix: 0x80, fixed: 16, one: null, two: 0xde, four: 0xdf }

function writeHead(out: ByteWriter, head: Head, length: number): ByteWriter {
  if (length < head.fixed) return out.byte(head.fix | length)
  if (length < 0x100 && head.one !== null) return out.bytes([head.one, length])
  if (length < 0x10000) return out.bytes([head.two, length >> 8, length & 0xff])
  const { data, at } = out.byte(head.four).room(4)
  data.setUint32(at, length)
  return out
}

function writeInteger(out: ByteWriter, value: number): ByteWriter {
  if (value >= -32 && value < 0x80) return out.byte(value & 0xff)
  if (value >= 0 && value < 0x100) return out.bytes([0xcc, value])
  if (value >= -0x80 && value < 0) return out.bytes([0xd0, value & 0xff])
  if (value >= 0 && value < 0x10000) return out.bytes([0xcd, value >> 8, value & 0xff])
  if (value >= -0x8000 && value < 0) return out.bytes([0xd1, (value >> 8) & 0xff, value & 0xff])
  if (value < -0x80000000 || value > 0xffffffff) return writeBigInteger(out, BigInt(value))
  const { data, at } = out.byte(value < 0 ? 0xd2 : 0xce).room(4)
  data.setInt32(at, value) // the same bits as unsigned
  return out
}

function writeBigInteger(out: ByteWriter, value: bigint): ByteWriter {
  if (value < -(1n << 63n) || value >= 1n << 64n) throw unsendable('an integer of more than 64 bits in msgpack')
  if (Number.isSafeInteger(Number(value)) && value >= -0x80000000n && value <= 0xffffffffn) {
    return writeInteger(out, Number(value))
  }
  const { data, at } = out.byte(value < 0n ? 0xd3 : 0xcf).room(8)
  data.setBigInt64(at, BigInt.asIntN(64, value))
  return out
}

function writeFloat(out: ByteWriter, value: number): ByteWriter {
  const { data, at } = out.byte(0xcb).room(8)
  data.setFloat64(at, value)
  return out
}
