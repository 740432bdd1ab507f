/**
 * kombu's envelope: what one message looks like in a Redis list or on a pub/sub channel (wire.md B1).
 * Types only; reading and writing it is `message.ts`.
 */
export interface DeliveryInfo {
  readonly exchange: string
  readonly routing_key: string
  readonly priority?: number
  readonly redelivered?: boolean
}

export interface EnvelopeProperties {
  readonly correlation_id?: string | null
  readonly reply_to?: string | null
  readonly delivery_mode?: number
  readonly delivery_info: DeliveryInfo
  readonly priority?: number
  readonly body_encoding?: string
  readonly delivery_tag: string
  readonly expiration?: string
  readonly [name: string]: unknown
}

export interface Envelope {
  /** Text; base64 of the (possibly compressed) bytes when `properties.body_encoding` is `base64`. */
  readonly body: string
  readonly 'content-encoding': string | null
  readonly 'content-type': string | null
  readonly headers: Readonly<Record<string, unknown>>
  readonly properties: EnvelopeProperties
}
