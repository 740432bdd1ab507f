/**
 * Finds the serializer for a name or a content type: first among those handed in (yaml, msgpack, pickle, auth), then
 * the ones that are always here. A content type without a serializer is refused, whatever the settings accept.
 */
import { UmbelError } from '../../errors.ts'
import { jsonSerializer } from './json.ts'
import { rawSerializer, textSerializer } from './raw.ts'
import type { Serializer } from './serializer.ts'

const ALWAYS: readonly Serializer[] = [jsonSerializer, rawSerializer, textSerializer]

/** Celery's names for content types (wire.md B5), also of those that are not handed in. */
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

/** For readers that only show: every type whose reading runs nothing, which is all of them. */
export const ACCEPT_ALL: readonly string[] = Object.keys(CONTENT_TYPES)

/** Throws `message/content-disallowed` when settings do not accept this content type, or it cannot be read here. */
export function serializerForReading(
  contentType: string | null,
  accept: readonly string[],
  more: readonly Serializer[] = [],
): Serializer {
  const type = contentType ?? 'application/data'
  const accepted = TRUSTED.includes(type) || accept.some((name) => contentTypeOf(name) === type)
  if (!accepted) throw disallowed(type)
  if (type === 'application/text') return textSerializer
  return find(type, (one) => one.contentType === type, more)
}

/** By Celery's name (`json`) or content type. Throws `message/content-disallowed`. */
export function serializerForWriting(name: string, more: readonly Serializer[] = []): Serializer {
  if (name === jsonSerializer.name) return jsonSerializer
  return find(contentTypeOf(name), (one) => one.name === name || one.contentType === name, more)
}

/** The content type for one of Celery's names; anything else stays itself. */
export function contentTypeOf(name: string): string {
  return Object.hasOwn(CONTENT_TYPES, name) ? (CONTENT_TYPES[name] ?? name) : name
}

/** True for what `accept_content` may name: a serializer, or any content type. */
export function isContentName(name: string): boolean {
  return Object.hasOwn(CONTENT_TYPES, name) || name.includes('/')
}

function find(type: string, fits: (one: Serializer) => boolean, more: readonly Serializer[]): Serializer {
  const serializer = more.find(fits) ?? ALWAYS.find(fits)
  if (serializer === undefined) throw disallowed(type)
  return serializer
}

function disallowed(contentType: string): UmbelError {
  return new UmbelError('message/content-disallowed', { contentType: contentType.slice(0, 100) })
}
