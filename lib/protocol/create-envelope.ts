/** What task messages, events, control messages and replies have in common when they are sent (wire.md B1). */
import { encodeBody } from './body.ts'
import { type Codecs, noCodecs } from './codecs.ts'
import type { Envelope } from './envelope.ts'

export interface EnvelopeParts {
  /** Before serialization. */
  readonly body: unknown
  readonly headers: Readonly<Record<string, unknown>>
  readonly exchange: string
  readonly routingKey: string
  /** 1 = may be lost with the broker, 2 = kept on disk where the broker can. */
  readonly deliveryMode: 1 | 2
  readonly priority?: number
  /** First of the properties. */
  readonly address?: { readonly correlation_id: string; readonly reply_to: string }
  /** Text of whole milliseconds. */
  readonly expiration?: string | null
  readonly newId: () => string
  readonly codecs?: Codecs
  readonly serializer?: string
  readonly compression?: string | null
}

/** Keys in kombu's order. Header `compression` comes last, and only when the body is compressed. */
export function createEnvelope(parts: EnvelopeParts): Envelope {
  const { codecs = noCodecs, serializer = 'json', compression = null } = parts
  const encoded = encodeBody(parts.body, { codecs, serializer, compression })
  const headers = encoded.compression === null ? parts.headers : { ...parts.headers, compression: encoded.compression }
  return {
    body: encoded.body,
    'content-encoding': encoded['content-encoding'],
    'content-type': encoded['content-type'],
    headers,
    properties: propertiesOf(parts),
  }
}

function propertiesOf(parts: EnvelopeParts): Envelope['properties'] {
  const { address, deliveryMode: delivery_mode, expiration, exchange, routingKey: routing_key } = parts
  const delivery_info = { exchange, routing_key }
  const priority = parts.priority ?? 0
  const delivery_tag = parts.newId()
  const body_encoding = 'base64'
  if (address === undefined || typeof expiration === 'string') {
    const expires = typeof expiration === 'string' ? { expiration } : {}
    return { ...address, delivery_mode, ...expires, delivery_info, priority, body_encoding, delivery_tag }
  }
  // A plain task: without copying objects, which is a good part of building a message.
  const { correlation_id, reply_to } = address
  return { correlation_id, reply_to, delivery_mode, delivery_info, priority, body_encoding, delivery_tag }
}
