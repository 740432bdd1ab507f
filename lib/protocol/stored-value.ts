/**
 * Values as Celery's result backends keep them: written by `result_serializer`, bare or in a frame with its compression
 * (wire.md E8). A reader needs no setting: the first bytes tell which of the formats it is.
 */
import { UmbelError } from '../errors.ts'
import type { Codecs } from './codecs.ts'
import { codecFor, compressionMime } from './compression/compression.ts'
import { formatExtendedJson } from './extended-json.ts'
import { decodeJsonText } from './serialization/json.ts'
import type { DecodeOptions } from './serialization/serializer.ts'
import { ACCEPT_ALL, serializerForReading, serializerForWriting } from './serialization/serializers.ts'
import { decodeText } from './serialization/text.ts'

export interface StoredFormat {
  readonly codecs: Codecs
  /** `json` when left out. */
  readonly serializer?: string
  /** A name such as `gzip`, or null. */
  readonly compression?: string | null
}

export interface ReadStoredOptions {
  readonly codecs: Codecs
  readonly maxBytes: number
  /** Names or content types (`result_accept_content`); all when left out, since reading runs nothing. */
  readonly accept?: readonly string[]
}

/** Plain JSON as text, everything else as bytes. Throws `message/invalid` for what cannot be written. */
export function formatStoredValue(value: unknown, format: StoredFormat): string | Uint8Array {
  const { codecs, serializer = 'json' } = format
  const compression = format.compression || null // an empty text is none, as in Celery
  if (serializer === 'json') {
    const text = formatExtendedJson(value)
    return compression === null ? text : framed(new TextEncoder().encode(text), compression, codecs)
  }
  const bytes = serializerForWriting(serializer, codecs.serializers).encode(value)
  return compression === null ? bytes : framed(bytes, compression, codecs)
}

/**
 * The value, and how to read it once more with the floats kept apart. Throws `message/too-large`, `message/invalid`,
 * `message/content-disallowed` or `message/compression-unsupported`.
 */
export function readStoredValue(raw: string | Uint8Array, options: ReadStoredOptions): StoredValue {
  const { codecs, maxBytes, accept = ACCEPT_ALL } = options
  if (raw.length > maxBytes) throw new UmbelError('message/too-large', { bytes: raw.length, limit: maxBytes })
  const plain = typeof raw === 'string' ? raw : unframed(raw, codecs, maxBytes)
  const binary = typeof plain === 'string' ? null : binaryType(plain)
  if (binary === null) return readText(typeof plain === 'string' ? plain : decodeText(plain, 'utf-8'), options)
  const serializer = serializerForReading(binary, accept, codecs.serializers)
  const bytes = plain as Uint8Array // a text has no binary type
  return { value: serializer.decode(bytes, null), exact: () => serializer.decode(bytes, null, { exactFloats: true }) }
}

export interface StoredValue {
  readonly value: unknown
  readonly exact: () => unknown
}

/** `1.0`, `1e22`: floats that JSON.parse makes look like integers. */
const FLOAT_LIKE_INTEGER = /\d\.0+(?!\d)|\d[eE]/
const YAML = 'application/x-yaml'
/** Base64, which is longer than any value of JSON without a bracket or a quote that a backend keeps. */
const LOOKS_SIGNED = /^[A-Za-z\d+/\s]{100,}={0,2}\s*$/
/** What PyYAML's block style begins with: a key, or an item. */
const LOOKS_LIKE_YAML = /^(?:[\w"']+:|-)\s/

function readText(text: string, { codecs, accept = ACCEPT_ALL }: ReadStoredOptions): StoredValue {
  const hasYaml = codecs.serializers.some(({ contentType }) => contentType === YAML)
  const read = (options?: DecodeOptions) => {
    const yaml = serializerForReading(YAML, accept, codecs.serializers)
    return yaml.decode(new TextEncoder().encode(text), 'utf-8', options)
  }
  if (hasYaml && LOOKS_LIKE_YAML.test(text)) return { value: read(), exact: () => read({ exactFloats: true }) }
  const signed = codecs.serializers.find(({ name }) => name === 'auth')
  if (signed !== undefined && LOOKS_SIGNED.test(text)) {
    const auth = serializerForReading(signed.contentType, accept, [signed])
    const bytes = new TextEncoder().encode(text)
    return { value: auth.decode(bytes, null), exact: () => auth.decode(bytes, null, { exactFloats: true }) }
  }
  serializerForReading('application/json', accept)
  try {
    const value = decodeJsonText(text)
    const isExact = !FLOAT_LIKE_INTEGER.test(text)
    return { value, exact: () => (isExact ? value : decodeJsonText(text, { exactFloats: true })) }
  } catch (error) {
    // YAML in one line begins as JSON does.
    if (!hasYaml || !/^[[{]/.test(text)) throw error
    try {
      return { value: read(), exact: () => read({ exactFloats: true }) }
    } catch {
      throw error
    }
  }
}

/** Pickle since protocol 2 says so in two bytes; a map or array of MessagePack begins with what no text does. */
function binaryType(bytes: Uint8Array): string | null {
  const [first = 0, second = 0] = bytes
  if (first === 0x80 && second >= 2 && second <= 5) return 'application/x-python-serialize'
  const isMsgpack = (first >= 0x80 && first <= 0x9f) || (first >= 0xdc && first <= 0xdf)
  return isMsgpack ? 'application/x-msgpack' : null
}

/** `00 "celery-compressed" 00 <mime> 00 <stream>` */
const FRAME_HEAD = '\u0000celery-compressed\u0000'
const MAX_MIME_LENGTH = 100

function framed(bytes: Uint8Array, compression: string, codecs: Codecs): Uint8Array {
  const head = new TextEncoder().encode(`${FRAME_HEAD}${compressionMime(compression)}\u0000`)
  const stream = codecFor(codecs, compression).compress(bytes)
  const frame = new Uint8Array(head.length + stream.length)
  frame.set(head)
  frame.set(stream, head.length)
  return frame
}

/** The bytes out of their frame, where they are in one: settings of readers do not matter. */
function unframed(bytes: Uint8Array, codecs: Codecs, maxBytes: number): Uint8Array {
  if (bytes[0] !== 0 || asciiOf(bytes.subarray(0, FRAME_HEAD.length)) !== FRAME_HEAD) return bytes
  const end = bytes.indexOf(0, FRAME_HEAD.length)
  const mime =
    end === -1 ? '' : asciiOf(bytes.subarray(FRAME_HEAD.length, Math.min(end, FRAME_HEAD.length + MAX_MIME_LENGTH)))
  return codecFor(codecs, mime).decompress(bytes.subarray(end + 1), maxBytes)
}

function asciiOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')
}
