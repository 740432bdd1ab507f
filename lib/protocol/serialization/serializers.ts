/**
 * The serializers that exist here. A content type that is not in this list is refused, whatever the settings accept:
 * pickle, yaml and msgpack bodies are never guessed at.
 */
import { UmbelError } from '../../errors.ts'
import { jsonSerializer } from './json.ts'
import { rawSerializer, textSerializer } from './raw.ts'
import type { Serializer } from './serializer.ts'

const SERIALIZERS: readonly Serializer[] = [jsonSerializer, rawSerializer, textSerializer]

/** Celery's names for content types, also of those that cannot be read here, so that settings may name them. */
const CONTENT_TYPES: Readonly<Record<string, string>> = {
  json: 'application/json',
  yaml: 'application/x-yaml',
  msgpack: 'application/x-msgpack',
  pickle: 'application/x-python-serialize',
  auth: 'application/data',
  raw: 'application/data',
  text: 'text/plain',
}

/** kombu takes these without asking `accept_content`: they are bytes and stay bytes. */
const TRUSTED: readonly string[] = ['application/data', 'application/text']

/** Throws `message/content-disallowed` when settings do not accept this content type, or it cannot be read here. */
export function serializerForReading(contentType: string | null, accept: readonly string[]): Serializer {
  const type = contentType ?? 'application/data'
  const accepted = TRUSTED.includes(type) || accept.some((name) => contentTypeOf(name) === type)
  const serializer = accepted ? SERIALIZERS.find((one) => one.contentType === type) : undefined
  if (type === 'application/text') return textSerializer
  if (serializer === undefined) throw disallowed(type)
  return serializer
}

/** By Celery's name (`json`) or content type. Throws `message/content-disallowed`. */
export function serializerForWriting(name: string): Serializer {
  const serializer = SERIALIZERS.find((one) => one.name === name || one.contentType === name)
  if (serializer === undefined) throw disallowed(contentTypeOf(name))
  return serializer
}

function contentTypeOf(name: string): string {
  return Object.hasOwn(CONTENT_TYPES, name) ? (CONTENT_TYPES[name] ?? name) : name
}

function disallowed(contentType: string): UmbelError {
  return new UmbelError('message/content-disallowed', { contentType: contentType.slice(0, 100) })
}
