/** kombu's envelope: one message in a Redis list, in `unacked` or on a pub/sub channel (wire.md B1). */
import { messageOf } from '../errors.ts'
import { bad, type Decoded, good } from './decoded.ts'
import type { DeliveryInfo, Envelope, EnvelopeProperties } from './envelope.ts'
import { decodeExtended, formatExtendedJson } from './extended-json.ts'
import { parseJson } from './json.ts'
import { isRecord } from './record.ts'
import { WrittenEnvelope } from './written-envelope.ts'

/** Larger messages are set aside unread (reliability-security.md D5). Python and Redis allow 512 MB. */
export const MAX_MESSAGE_BYTES = 64 * 1024 * 1024

export type EnvelopeFault = 'not-json' | 'not-an-object' | 'no-properties' | 'no-delivery-tag' | 'too-large'

/**
 * Reads an envelope. Never throws: a Python worker dies of each of these faults (wire.md B3), ours must not.
 * Headers that are missing or null are read as `{}`, a missing body as `''`; whoever reads the task finds the fault.
 * Without delivery_info or a part of it, as clients in other languages send it, a message was sent straight to the
 * `queue` it is from.
 */
export function parseEnvelope(
  raw: string,
  maxBytes: number = MAX_MESSAGE_BYTES,
  queue = '',
): Decoded<Envelope, EnvelopeFault> {
  if (raw.length > maxBytes) return bad('too-large', `${raw.length} characters; the limit is ${maxBytes}`)
  let parsed: unknown
  try {
    parsed = parseJson(raw)
  } catch (error) {
    return bad('not-json', messageOf(error))
  }
  // kombu writes envelopes with its typed JSON: a header may hold a datetime.
  const message = raw.includes('"__type__"') ? decodeExtended(parsed) : parsed
  if (!isRecord(message)) return bad('not-an-object', `a message is a JSON object, found ${nameOfType(message)}`)
  const properties = readProperties(message['properties'], queue)
  if (!properties.ok) return properties
  const { body, headers } = message
  return good({
    body: typeof body === 'string' ? body : '',
    'content-encoding': textOrNull(message['content-encoding']),
    'content-type': textOrNull(message['content-type']),
    headers: isRecord(headers) ? headers : {},
    properties: properties.value,
  })
}

/** The JSON text of an envelope, keys in the order that kombu writes them. */
export function formatEnvelope(envelope: Envelope): string {
  return (
    WrittenEnvelope.textOf(envelope) ??
    formatExtendedJson({
      body: envelope.body,
      'content-encoding': envelope['content-encoding'],
      'content-type': envelope['content-type'],
      headers: envelope.headers,
      properties: envelope.properties,
    })
  )
}

function readProperties(properties: unknown, queue: string): Decoded<EnvelopeProperties, EnvelopeFault> {
  if (isWhole(properties)) return good(properties)
  if (!isRecord(properties)) return bad('no-properties', 'properties are missing')
  const { delivery_tag: tag } = properties
  const given = properties['delivery_info'] ?? {}
  // take.lua cannot tell an array from an object.
  const info = typeof given === 'object' ? { exchange: '', routing_key: queue, ...given } : given
  if (typeof tag !== 'string' || tag === '') return bad('no-delivery-tag', 'properties.delivery_tag is missing')
  if (!isDeliveryInfo(info)) return bad('no-properties', 'properties.delivery_info has no exchange or no routing_key')
  return good({ ...properties, delivery_tag: tag, delivery_info: info })
}

function isWhole(properties: unknown): properties is Record<string, unknown> & EnvelopeProperties {
  if (!isRecord(properties)) return false
  const { delivery_tag: tag, delivery_info: info } = properties
  return typeof tag === 'string' && tag !== '' && isDeliveryInfo(info)
}

function isDeliveryInfo(info: unknown): info is Record<string, unknown> & DeliveryInfo {
  return isRecord(info) && typeof info['exchange'] === 'string' && typeof info['routing_key'] === 'string'
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}

function nameOfType(value: unknown): string {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'an array' : `a ${typeof value}`
}
