/**
 * Writes plain data as a pickle of protocol 4, the one that kombu writes. Of Python it names only datetime, decimal
 * and uuid, whose objects have no other form.
 */
import { type ByteWriter, byteWriter } from '../byte-writer.ts'
import { Decimal, PlainDate, PlainTime, Uuid, unsendable } from '../extended-json.ts'
import { checkDepth, dictEntries, hasToJson, sentForm } from '../plain-parts.ts'
import { TimeDelta } from '../time-delta.ts'
import { WholeFloat } from '../whole-float.ts'
import { bytesOfInteger } from './numbers.ts'
import { type Packed, packedDate, packedDatetime, packedTime } from './packed-times.ts'

const PROTOCOL = 4

const OP = {
  protocol: 0x80,
  stop: 0x2e,
  none: 0x4e,
  true: 0x88,
  false: 0x89,
  int1: 0x4b,
  int2: 0x4d,
  int4: 0x4a,
  long: 0x8a,
  longer: 0x8b,
  float: 0x47,
  shortText: 0x8c,
  text: 0x58,
  shortBytes: 0x43,
  bytes: 0x42,
  emptyList: 0x5d,
  emptyDict: 0x7d,
  emptySet: 0x8f,
  mark: 0x28,
  appends: 0x65,
  setItems: 0x75,
  addItems: 0x90,
  global: 0x93,
  reduce: 0x52,
  tuple: 0x74,
} as const

/** Whole numbers become ints, as everywhere. Throws `message/invalid` for what has no form. */
export function writePickle(value: unknown): Uint8Array {
  const out = byteWriter()
  out.bytes([OP.protocol, PROTOCOL])
  write(out, value, 0)
  out.byte(OP.stop)
  return out.finish()
}

function write(out: ByteWriter, value: unknown, depth: number): ByteWriter {
  switch (typeof value) {
    case 'string':
      return writeText(out, value)
    case 'number':
      return Number.isSafeInteger(value) ? writeInteger(out, value) : writeFloat(out, value)
    case 'bigint':
      return writeLong(out, value)
    case 'boolean':
      return out.byte(value ? OP.true : OP.false)
    case 'undefined':
      return out.byte(OP.none)
    case 'object':
      return value === null ? out.byte(OP.none) : writeObject(out, value, depth)
  }
  throw unsendable(`a ${typeof value}`)
}

function writeObject(out: ByteWriter, value: object, depth: number): ByteWriter {
  checkDepth(depth)
  if (Array.isArray(value)) return writeItems(out, OP.emptyList, OP.appends, value, depth)
  if (value instanceof Uint8Array) return writeBytes(out, value)
  if (value instanceof Set) return writeItems(out, OP.emptySet, OP.addItems, [...value], depth)
  if (value instanceof WholeFloat) return writeFloat(out, value.value)
  if (value instanceof Date) return writeTime(out, 'datetime', packedDatetime(value))
  if (value instanceof PlainDate) {
    return writeCall(out, 'datetime', 'date', () => writeBytes(out, Uint8Array.from(packedDate(value))))
  }
  if (value instanceof PlainTime) return writeTime(out, 'time', packedTime(value))
  if (value instanceof TimeDelta) return writeTimeDelta(out, value)
  if (value instanceof Decimal) return writeCall(out, 'decimal', 'Decimal', () => writeText(out, value.text))
  if (value instanceof Uuid) return writeCall(out, 'uuid', 'UUID', () => writeText(out, value.hex))
  const entries = hasToJson(value) ? null : dictEntries(value)
  if (entries === null) return write(out, sentForm(value), depth + 1)
  return writeItems(out, OP.emptyDict, OP.setItems, entries.flat(), depth)
}

/** Python takes any number of items at once, from the last mark on. */
function writeItems(out: ByteWriter, empty: number, add: number, items: readonly unknown[], depth: number): ByteWriter {
  out.byte(empty)
  if (items.length === 0) return out
  out.byte(OP.mark)
  for (const item of items) write(out, item, depth + 1)
  return out.byte(add)
}

/** `module.name(...what args writes...)` */
function writeCall(out: ByteWriter, module: string, name: string, args: () => unknown): ByteWriter {
  writeText(out, module)
  writeText(out, name)
  out.bytes([OP.global, OP.mark])
  args()
  return out.bytes([OP.tuple, OP.reduce])
}

function writeTime(out: ByteWriter, name: string, { bytes, offsetSeconds }: Packed): ByteWriter {
  return writeCall(out, 'datetime', name, () => {
    writeBytes(out, Uint8Array.from(bytes))
    if (offsetSeconds === null) return
    const days = Math.floor(offsetSeconds / 86_400)
    writeCall(out, 'datetime', 'timezone', () =>
      writeTimeDelta(out, new TimeDelta(days, offsetSeconds - days * 86_400)),
    )
  })
}

function writeTimeDelta(out: ByteWriter, { days, seconds, microseconds }: TimeDelta): ByteWriter {
  return writeCall(out, 'datetime', 'timedelta', () => {
    for (const part of [days, seconds, microseconds]) writeInteger(out, part)
  })
}

function writeText(out: ByteWriter, text: string): ByteWriter {
  return out.text(text, (length) => writeHead(out, OP.shortText, OP.text, length))
}

function writeBytes(out: ByteWriter, bytes: Uint8Array): ByteWriter {
  return writeHead(out, OP.shortBytes, OP.bytes, bytes.length).bytes(bytes)
}

function writeHead(out: ByteWriter, short: number, long: number, length: number): ByteWriter {
  if (length < 256) return out.bytes([short, length])
  const { data, at } = out.byte(long).room(4)
  data.setUint32(at, length, true)
  return out
}

function writeInteger(out: ByteWriter, value: number): ByteWriter {
  if (value >= 0 && value < 0x100) return out.bytes([OP.int1, value])
  if (value >= 0 && value < 0x10000) return out.bytes([OP.int2, value & 0xff, value >> 8])
  if (value < -0x80000000 || value >= 0x80000000) return writeLong(out, BigInt(value))
  const { data, at } = out.byte(OP.int4).room(4)
  data.setInt32(at, value, true)
  return out
}

function writeLong(out: ByteWriter, value: bigint): ByteWriter {
  const bytes = bytesOfInteger(value)
  return writeHead(out, OP.long, OP.longer, bytes.length).bytes(bytes)
}

function writeFloat(out: ByteWriter, value: number): ByteWriter {
  const { data, at } = out.byte(OP.float).room(8)
  data.setFloat64(at, value)
  return out
}
