/** What kombu passes through without a serializer: bytes as they are, and plain text. */
import type { Serializer } from './serializer.ts'
import { decodeText } from './text.ts'

export const rawSerializer: Serializer = {
  name: 'raw',
  contentType: 'application/data',
  contentEncoding: 'binary',
  encode: (value) => (value instanceof Uint8Array ? value : new TextEncoder().encode(String(value))),
  decode: (bytes, contentEncoding) =>
    contentEncoding === null || contentEncoding === 'binary' ? bytes : decodeText(bytes, contentEncoding),
}

export const textSerializer: Serializer = {
  name: 'text',
  contentType: 'text/plain',
  contentEncoding: 'utf-8',
  encode: (value) => new TextEncoder().encode(String(value)),
  decode: decodeText,
}
