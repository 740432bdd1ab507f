/** Celery's default serializer: JSON with kombu's extended types. */
import { messageOf, UmbelError } from '../../errors.ts'
import { decodeExtended, formatExtendedJson } from '../extended-json.ts'
import { parseJson } from '../json.ts'
import type { DecodeOptions, Serializer } from './serializer.ts'
import { decodeText } from './text.ts'

export const jsonSerializer: Serializer = {
  name: 'json',
  contentType: 'application/json',
  contentEncoding: 'utf-8',
  encode: (value) => new TextEncoder().encode(formatExtendedJson(value)),
  decode(bytes, contentEncoding, options) {
    const text = decodeText(bytes, contentEncoding)
    return decodeJsonText(text, options)
  },
}

/** The value of a JSON text with extended types. Throws `message/invalid`. */
export function decodeJsonText(text: string, options?: DecodeOptions): unknown {
  try {
    const value = parseJson(text, options)
    return text.includes('"__type__"') ? decodeExtended(value) : value
  } catch (error) {
    throw new UmbelError('message/invalid', { reason: messageOf(error).slice(0, 200), expected: 'JSON' }, error)
  }
}
