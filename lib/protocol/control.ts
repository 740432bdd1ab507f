/** Remote control: requests to workers and their replies (kombu's pidbox; wire.md D1, D2). */
import { messageOf } from '../errors.ts'
import { decodeBody } from './body.ts'
import { type Codecs, noCodecs } from './codecs.ts'
import { createEnvelope } from './create-envelope.ts'
import { bad, type Decoded, good } from './decoded.ts'
import type { Envelope } from './envelope.ts'
import { matchesGlob } from './glob.ts'
import { isRecord } from './record.ts'
import { matchesAtStart } from './regular-expression.ts'

/** Fan-out exchange of requests, with the routing key ''. */
export const PIDBOX_EXCHANGE = 'celery.pidbox'
/** Direct exchange of replies; the routing key is the asker's own id. */
export const REPLY_EXCHANGE = 'reply.celery.pidbox'

/** Requests and replies are small; a `conf` reply has some ten kilobytes. */
const MAX_CONTROL_BYTES = 16 * 1024 * 1024

/** As tasks are: kombu's mailbox takes `task_serializer` and `accept_content`. JSON where nothing is given. */
export interface ControlContent {
  readonly codecs: Codecs
  /** Names or content types that are read. */
  readonly accept?: readonly string[]
  /** For what is written. */
  readonly serializer?: string
}

export interface ReplyAddress {
  readonly exchange: string
  readonly routing_key: string
}

export interface ControlRequest {
  readonly method: string
  readonly arguments?: Readonly<Record<string, unknown>>
  /** Node names, null = all. */
  readonly destination?: readonly string[] | null
  readonly pattern?: string | null
  readonly matcher?: 'glob' | 'pcre' | null
  /** Null together with `replyTo`: nobody is to answer. */
  readonly ticket?: string | null
  readonly replyTo?: ReplyAddress | null
  readonly clock?: number
  /** `<control_exchange>.pidbox`; PIDBOX_EXCHANGE when left out. */
  readonly exchange?: string
  /** Epoch seconds after which nobody waits any more; 0 = never. Workers ignore it. */
  readonly expires?: number
  readonly content?: ControlContent
  readonly newId: () => string
}

export function createControlEnvelope(request: ControlRequest): Envelope {
  const { ticket = null, replyTo = null, exchange = PIDBOX_EXCHANGE, newId } = request
  const body = {
    method: request.method,
    arguments: request.arguments ?? {},
    destination: request.destination ?? null,
    pattern: request.pattern ?? null,
    matcher: request.matcher ?? null,
    ...(ticket === null || replyTo === null ? {} : { ticket, reply_to: replyTo }),
  }
  const headers = { clock: request.clock ?? 0, expires: request.expires ?? 0 }
  return createEnvelope({
    body,
    headers,
    exchange,
    routingKey: '',
    deliveryMode: 2,
    newId,
    ...writing(request.content),
  })
}

export interface ControlMessage {
  readonly method: string
  readonly arguments: Readonly<Record<string, unknown>>
  readonly destination: readonly string[] | null
  readonly pattern: string | null
  readonly matcher: string | null
  readonly ticket: string | null
  readonly replyTo: ReplyAddress | null
  readonly clock: number | null
}

export type ControlFault = 'undecodable' | 'not-an-object' | 'no-method' | 'bad-arguments' | 'bad-destination'

/** Reads a request. Never throws. */
export function readControlMessage(
  envelope: Envelope,
  content?: ControlContent,
): Decoded<ControlMessage, ControlFault> {
  const decoded = readBody(envelope, { content })
  if (!decoded.ok) return decoded
  const { method, destination, reply_to: replyTo } = decoded.value
  const given = decoded.value['arguments'] ?? {}
  if (typeof method !== 'string' || method === '') return bad('no-method', 'the method is missing')
  if (!isRecord(given)) return bad('bad-arguments', 'arguments is no object')
  const destinations = typeof destination === 'string' ? [destination] : (destination ?? null)
  if (destinations !== null && !isTexts(destinations)) return bad('bad-destination', 'destination is no list of names')
  return good({
    method,
    arguments: given,
    destination: destinations,
    pattern: textOrNull(decoded.value['pattern']),
    matcher: textOrNull(decoded.value['matcher']),
    ticket: textOrNull(decoded.value['ticket']),
    replyTo: isReplyAddress(replyTo) ? replyTo : null,
    clock: clockOf(envelope),
  })
}

/**
 * Is this request for this node? Destination first, else pattern, else everybody (wire.md D1). A pattern that is broken
 * or uses what the linear matcher does not have matches nobody.
 */
export function matchesNode(
  message: Pick<ControlMessage, 'destination' | 'pattern' | 'matcher'>,
  nodename: string,
): boolean {
  const { destination, pattern, matcher } = message
  if (destination !== null && destination.length > 0) return destination.includes(nodename)
  if (!pattern || !matcher) return true
  if (matcher === 'glob') return matchesGlob(pattern, nodename)
  return matcher === 'pcre' && matchesAtStart(pattern, nodename)
}

export interface ControlReply {
  readonly hostname: string
  readonly reply: unknown
  readonly ticket: string
  readonly clock: number
  /** Of the `reply_to` of the request. */
  readonly routingKey: string
  readonly exchange?: string
  readonly content?: ControlContent
  readonly newId: () => string
}

export function createReplyEnvelope(reply: ControlReply): Envelope {
  return createEnvelope({
    body: { [reply.hostname]: reply.reply },
    headers: { ticket: reply.ticket, clock: reply.clock },
    exchange: reply.exchange ?? REPLY_EXCHANGE,
    routingKey: reply.routingKey,
    deliveryMode: 1,
    newId: reply.newId,
    ...writing(reply.content),
  })
}

export interface ReadReply {
  readonly worker: string
  readonly reply: unknown
  readonly ticket: string | null
  readonly clock: number | null
}

export type ReplyFault = 'undecodable' | 'not-an-object' | 'no-worker'

/** Reads a reply: an object with one key, the name of the node; `exactFloats` as in decodeBody. Never throws. */
export function readReply(envelope: Envelope, options: ReadBodyOptions = {}): Decoded<ReadReply, ReplyFault> {
  const decoded = readBody(envelope, options)
  if (!decoded.ok) return decoded
  const [entry] = Object.entries(decoded.value)
  if (entry === undefined) return bad('no-worker', 'the reply names no worker')
  const [worker, reply] = entry
  return good({ worker, reply, ticket: textOrNull(envelope.headers['ticket']), clock: clockOf(envelope) })
}

interface ReadBodyOptions {
  readonly exactFloats?: boolean
  readonly content?: ControlContent | undefined
}

function readBody(
  envelope: Envelope,
  { exactFloats = false, content }: ReadBodyOptions,
): Decoded<Record<string, unknown>, 'undecodable' | 'not-an-object'> {
  try {
    const body = decodeBody(envelope, {
      codecs: content?.codecs ?? noCodecs,
      accept: content?.accept ?? ['json'],
      maxBytes: MAX_CONTROL_BYTES,
      exactFloats,
    })
    return isRecord(body) ? good(body) : bad('not-an-object', 'the body is no object')
  } catch (error) {
    return bad('undecodable', messageOf(error))
  }
}

function writing(content: ControlContent | undefined) {
  return content === undefined ? {} : { codecs: content.codecs, serializer: content.serializer ?? 'json' }
}

function clockOf({ headers: { clock } }: Envelope): number | null {
  return typeof clock === 'number' && Number.isSafeInteger(clock) && clock >= 0 ? clock : null
}

function isReplyAddress(value: unknown): value is Record<string, unknown> & ReplyAddress {
  return isRecord(value) && typeof value['exchange'] === 'string' && typeof value['routing_key'] === 'string'
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string')
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}
