/**
 * Events as workers publish them (wire.md C): one object, an array on `task.multi`, or `[]`. This is the hot path:
 * tens of thousands a second. Hand-written guards, no exceptions, one pass; what is bad is named and counted.
 */
import { isProblem } from '../errors.ts'
import { textOfBase64 } from './base64.ts'
import { decodeBody } from './body.ts'
import { type Codecs, noCodecs } from './codecs.ts'
import { createEnvelope } from './create-envelope.ts'
import type { Envelope } from './envelope.ts'
import { parseJson } from './json.ts'
import { parseEnvelope } from './message.ts'
import { isRecord } from './record.ts'

export const EVENT_EXCHANGE = 'celeryev'

export interface ClusterEvent {
  readonly type: string
  /** Node name of the sender, at most 255 characters. */
  readonly hostname: string
  /** Epoch seconds; the time of receipt when the sender's makes no sense. Never shifted by `utcoffset` (wire.md C3). */
  readonly timestamp: number
  readonly clock: number | null
  readonly pid: number | null
  /** Always there in task events. */
  readonly uuid: string | null
  /** The object as it was sent, untrusted: read fields with care for their types. */
  readonly fields: Readonly<Record<string, unknown>>
}

export const BAD_EVENTS = [
  'not-json',
  'no-body',
  'content-disallowed',
  'too-large',
  'not-an-object',
  'no-type',
  'bad-type',
  'no-hostname',
  'no-uuid',
] as const
export type BadEvent = (typeof BAD_EVENTS)[number]

/** One event; a batch may be 24 times as long. Tracebacks make them long, nothing else does. */
export const MAX_EVENT_LENGTH = 1_000_000
const MAX_BATCH_LENGTH = 24 * MAX_EVENT_LENGTH
const MAX_NAME_LENGTH = 255
const MAX_FIELDS = 1000
/** A sender's clock may be wrong, but not by years (or in milliseconds): then the time of receipt is nearer the truth. */
const MAX_FUTURE_SECONDS = 86_400

/** What events may be written in; celery's receivers take JSON and their own `event_serializer`. */
export interface EventReading {
  readonly codecs: Codecs
  readonly accept: readonly string[]
}

export const JSON_EVENTS: EventReading = { codecs: noCodecs, accept: ['json'] }

/**
 * Calls `onEvent` for each good event of a message, in order, and `onBad` once for each bad one (or once for a message
 * that cannot be read at all). Never throws.
 */
export function decodeEvents(
  raw: string,
  nowSeconds: number,
  onEvent: (event: ClusterEvent) => void,
  onBad: (why: BadEvent) => void,
  reading: EventReading = JSON_EVENTS,
): void {
  const body = raw.length > MAX_BATCH_LENGTH ? TOO_LARGE : readBody(raw, reading)
  if (!body.ok) {
    onBad(body.why)
    return
  }
  const mayBeLarge = raw.length > MAX_EVENT_LENGTH / 10
  const events: readonly unknown[] = Array.isArray(body.value) ? body.value : [body.value]
  for (const fields of events) {
    const event = readEvent(fields, nowSeconds, mayBeLarge)
    if (typeof event === 'string') onBad(event)
    else onEvent(event)
  }
}

type Body = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly why: BadEvent }

const TOO_LARGE: Body = { ok: false, why: 'too-large' }

/** As kombu begins every envelope. */
const KOMBU_HEAD = '{"body": "'
/** As a compact JSON writer begins it. */
const COMPACT_HEAD = '{"body":"'
const JSON_TYPE = /"content-type": ?"application\/json"/
const BASE64_BODY = /"body_encoding": ?"base64"/

function readBody(raw: string, reading: EventReading): Body {
  const text = bodyText(raw)
  if (text === null) return readAnyBody(raw, reading)
  try {
    return { ok: true, value: parseJson(text) }
  } catch {
    return { ok: false, why: 'not-json' }
  }
}

/**
 * The body's text without parsing the envelope around it, when the envelope looks as it nearly always does: the body
 * first (base64 has nothing to escape), JSON, not compressed. Null = read it the long way.
 */
function bodyText(raw: string): string | null {
  const start = raw.startsWith(KOMBU_HEAD) ? KOMBU_HEAD.length : raw.startsWith(COMPACT_HEAD) ? COMPACT_HEAD.length : -1
  if (start === -1) return null
  const end = raw.indexOf('"', start)
  if (end === -1) return null
  const rest = raw.slice(end)
  if (!JSON_TYPE.test(rest) || !BASE64_BODY.test(rest) || rest.includes('"compression"')) return null
  return textOfBase64(raw.slice(start, end))
}

function readAnyBody(raw: string, reading: EventReading): Body {
  const envelope = parseEnvelope(raw, MAX_BATCH_LENGTH)
  if (!envelope.ok) return { ok: false, why: envelope.why === 'too-large' ? 'too-large' : 'not-json' }
  try {
    return { ok: true, value: decodeBody(envelope.value, { ...reading, maxBytes: MAX_BATCH_LENGTH }) }
  } catch (error) {
    return { ok: false, why: isProblem(error, 'message/content-disallowed') ? 'content-disallowed' : 'no-body' }
  }
}

function readEvent(fields: unknown, nowSeconds: number, mayBeLarge: boolean): ClusterEvent | BadEvent {
  if (!isRecord(fields)) return 'not-an-object'
  const { type, hostname, timestamp, clock, pid, uuid } = fields
  if (typeof type !== 'string' || type === '') return 'no-type'
  if (!isGoodType(type)) return 'bad-type'
  if (typeof hostname !== 'string' || hostname === '') return 'no-hostname'
  const id = typeof uuid === 'string' && uuid !== '' && uuid.length <= MAX_NAME_LENGTH ? uuid : null
  if (id === null && type.startsWith('task-')) return 'no-uuid'
  if (mayBeLarge && isTooLarge(fields)) return 'too-large'
  return {
    type,
    hostname: hostname.length > MAX_NAME_LENGTH ? hostname.slice(0, MAX_NAME_LENGTH) : hostname,
    timestamp: isTime(timestamp, nowSeconds) ? timestamp : nowSeconds,
    clock: countOrNull(clock),
    pid: countOrNull(pid),
    uuid: id,
    fields,
  }
}

/** Types become names of counters: a few characters, and none that stands for something else in an object. */
function isGoodType(type: string): boolean {
  return type.length <= MAX_NAME_LENGTH && !type.endsWith('-') && type !== '__proto__' && !(type in Object.prototype)
}

function isTime(value: unknown, nowSeconds: number): value is number {
  return typeof value === 'number' && value > 0 && value < nowSeconds + MAX_FUTURE_SECONDS
}

function countOrNull(value: unknown): number | null {
  return typeof value === 'number' && value >= 0 && Number.isSafeInteger(value) ? value : null
}

/** Counts the characters of the event's own texts, and nested values by their number; cheap, and only for long messages. */
function isTooLarge(fields: Record<string, unknown>): boolean {
  let length = 0
  let count = 0
  const pending: unknown[] = [fields]
  while (pending.length > 0) {
    const value = pending.pop()
    if (typeof value === 'string') length += value.length
    else if (Array.isArray(value)) for (const item of value) pending.push(item)
    else if (isRecord(value)) {
      for (const name in value) {
        length += name.length
        pending.push(value[name])
      }
    }
    if (++count > MAX_FIELDS || length > MAX_EVENT_LENGTH) return true
  }
  return false
}

/** The routing key of a type: `worker-elect-ack` → `worker.elect.ack`. */
export function eventRoutingKey(type: string): string {
  return type.replaceAll('-', '.')
}

export interface EventParts {
  /** Of the sender: header `hostname`. */
  readonly hostname: string
  readonly newId: () => string
  /** `event_serializer`, and what writes it; JSON when left out. */
  readonly serializer?: string
  readonly codecs?: Codecs
}

/** One event under the routing key of its type, or a batch under `task.multi`. */
export function createEventEnvelope(events: object | readonly object[], parts: EventParts): Envelope {
  const type = 'type' in events && typeof events.type === 'string' ? events.type : ''
  const { hostname, ...writing } = parts
  return createEnvelope({
    ...writing,
    body: events,
    headers: { hostname },
    exchange: EVENT_EXCHANGE,
    routingKey: Array.isArray(events) ? 'task.multi' : eventRoutingKey(type),
    deliveryMode: 1,
  })
}
