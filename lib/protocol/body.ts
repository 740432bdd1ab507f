/** The body of an envelope: base64 of (compressed) serialized bytes, and back (wire.md B1, B5). */
import { UmbelError } from '../errors.ts'
import { base64OfBytes, bytesOfBase64, isBase64 } from './base64.ts'
import type { Codecs } from './codecs.ts'
import { codecFor, compressionMime } from './compression/compression.ts'
import type { Envelope } from './envelope.ts'
import { MAX_MESSAGE_BYTES } from './message.ts'
import { serializerForReading, serializerForWriting } from './serialization/serializers.ts'

export interface DecodeBodyOptions {
  readonly codecs: Codecs
  /** Names or content types; Celery's default is `['json']`. */
  readonly accept?: readonly string[]
  /** Cap for what comes out of a decompression. */
  readonly maxBytes?: number
  /** For values that are only passed on: `1.0` is a WholeFloat. */
  readonly exactFloats?: boolean
}

export interface EncodeBodyOptions {
  readonly codecs: Codecs
  /** Celery's name or a content type; `json` when left out. */
  readonly serializer?: string
  /** A name such as `gzip`, or null. */
  readonly compression?: string | null
}

export type EncodedBody = Pick<Envelope, 'body' | 'content-type' | 'content-encoding'> & {
  /** Mime type for the header `compression`, null when not compressed. */
  readonly compression: string | null
}

const JSON_ONLY: readonly string[] = ['json']

/**
 * The value in a message. Throws `message/content-disallowed`, `message/compression-unsupported`, `message/too-large`
 * or `message/invalid`. Whether the type is accepted is asked first: what is refused is not even decompressed.
 */
export function decodeBody(envelope: Envelope, options: DecodeBodyOptions): unknown {
  const { codecs, accept = JSON_ONLY, maxBytes = MAX_MESSAGE_BYTES } = options
  const serializer = serializerForReading(envelope['content-type'], accept, codecs.serializers)
  const bytes = bytesOfBody(envelope)
  if (bytes.length > maxBytes) throw new UmbelError('message/too-large', { bytes: bytes.length, limit: maxBytes })
  const { compression } = envelope.headers
  const plain =
    typeof compression === 'string' && compression !== ''
      ? codecFor(codecs, compression).decompress(bytes, maxBytes)
      : bytes
  return serializer.decode(plain, envelope['content-encoding'], options)
}

/** Serializes, compresses and base64s a value. Throws as the serializer and the codecs do. */
export function encodeBody(value: unknown, options: EncodeBodyOptions): EncodedBody {
  const serializer = serializerForWriting(options.serializer ?? 'json', options.codecs.serializers)
  const compression = options.compression ? compressionMime(options.compression) : null
  const plain = serializer.encode(value)
  const bytes = compression === null ? plain : codecFor(options.codecs, compression).compress(plain)
  return {
    body: base64OfBytes(bytes),
    'content-type': serializer.contentType,
    'content-encoding': serializer.contentEncoding,
    compression,
  }
}

/** The bytes of a body before decompression. Any `body_encoding` but base64 means that the body is the text itself. */
function bytesOfBody(envelope: Envelope): Uint8Array {
  if (envelope.properties.body_encoding !== 'base64') return new TextEncoder().encode(envelope.body)
  if (!isBase64(envelope.body)) {
    throw new UmbelError('message/invalid', { reason: 'bad base64 in the body', expected: 'base64' })
  }
  return bytesOfBase64(envelope.body)
}
