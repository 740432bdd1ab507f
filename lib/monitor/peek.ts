/** The waiting messages of a queue, read without taking and decoded for a person. */
import type { Broker, PeekedMessage } from '../broker/broker.ts'
import { UmbelError } from '../errors.ts'
import type { QueueMessage, QueueMessages } from '../live/http.ts'
import type { Codecs } from '../protocol/codecs.ts'
import type { Envelope } from '../protocol/envelope.ts'
import { parseIsoTime } from '../protocol/iso-time.ts'
import { parseJson } from '../protocol/json.ts'
import { parseEnvelope } from '../protocol/message.ts'
import { isRecord } from '../protocol/record.ts'
import { argsRepr, kwargsRepr } from '../protocol/repr.ts'
import { ACCEPT_ALL } from '../protocol/serialization/serializers.ts'
import { readTaskMessage, type TaskMessage } from '../protocol/task-message.ts'
import type { CapturedMessages } from './captured-messages.ts'
import { messageKey } from './message-key.ts'
import { scanQueue } from './scan-queue.ts'

export const PEEK_MOST = 200
const RAW_CHARACTERS = 65_536
/** A page of messages must not grow with what somebody put into one of them. */
const TEXT_CHARACTERS = 8_192
/** A message is looked at, not run: a larger body is not decompressed. */
const BODY_BYTES = 4 * 1024 * 1024

export interface PeekPage {
  readonly queue: string
  readonly offset: number
  readonly limit: number
  /** Only messages that contain this text, of the first `SCAN_MOST` of the line; '' = all. */
  readonly text?: string
}

export interface PeekMemory {
  /** Keeps what was seen, for a retry. */
  readonly captured?: CapturedMessages
  /** When a task was sent, as its event told. */
  readonly sentMs?: (taskId: string) => number | null
}

/**
 * At most `PEEK_MOST` messages from `offset` on, next to be taken first. A message that cannot be read is shown with
 * the reason. Throws `queue/unknown` when the broker cannot look into queues, and the broker's own problems.
 */
export async function peekQueue(
  broker: Broker,
  codecs: Codecs,
  page: PeekPage,
  nowMs: () => number,
  { captured, sentMs }: PeekMemory = {},
): Promise<QueueMessages> {
  const { queue, text = '' } = page
  const total = await lengthToPeek(broker, queue)
  const offset = Math.max(0, Math.floor(page.offset))
  const limit = Math.min(PEEK_MOST, Math.max(1, Math.floor(page.limit)))
  const describe = (message: PeekedMessage) => {
    const shown = describeMessage(message, codecs)
    return { ...shown, key: messageKey(message.raw), sentMs: shown.id === null ? null : (sentMs?.(shown.id) ?? null) }
  }
  const found: QueueMessage[] = []
  const show = (shown: QueueMessage, raw: string) => {
    found.push(shown)
    if (shown.id !== null && shown.error === null) captured?.add(shown.id, raw)
  }
  let filtered: QueueMessages['filtered'] = null
  if (text === '') {
    for (const message of await broker.queues.peek(queue, offset, limit)) show(describe(message), message.raw)
  } else {
    let count = 0
    const scanned = await scanQueue(broker, queue, (message) => {
      const shown = describe(message)
      if (contains(shown, text) && count++ >= offset && found.length < limit) show(shown, message.raw)
    })
    filtered = { scanned, found: count }
  }
  return { queue, total, asOfMs: nowMs(), filtered, messages: found }
}

/** How many wait. Throws `queue/unknown` when nobody can look into this queue. */
export async function lengthToPeek(broker: Broker, queue: string): Promise<number> {
  if (!broker.supports.peek) throw new UmbelError('queue/unknown', { name: queue })
  const [length] = await broker.queues.lengths([queue])
  if (length === undefined || length.error !== null) throw new UmbelError('queue/unknown', { name: queue })
  return length.waiting
}

function contains({ task, id, args, kwargs, origin, error }: QueueMessage, text: string): boolean {
  const wanted = text.toLowerCase()
  return [task, id, args, kwargs, origin, error].some((part) => part?.toLowerCase().includes(wanted) === true)
}

/** What can be told of a message, readable or not; `raw` may be only its beginning. */
export function describeMessage({ position, raw }: PeekedMessage, codecs: Codecs): QueueMessage {
  const shown = { position, sizeBytes: Buffer.byteLength(raw), raw: raw.slice(0, RAW_CHARACTERS) }
  const envelope = parseEnvelope(raw)
  if (!envelope.ok)
    return { ...shown, ...headersOnly(headersIn(raw), null), error: `${envelope.why}: ${envelope.detail}` }
  const task = readTaskMessage(envelope.value, { codecs, accept: ACCEPT_ALL, maxBytes: BODY_BYTES })
  const { headers, properties } = envelope.value
  if (!task.ok) return { ...shown, ...headersOnly(headers, properties.priority), error: `${task.why}: ${task.detail}` }
  return { ...shown, ...readable(task.value), error: null }
}

type Read = Omit<QueueMessage, 'position' | 'sizeBytes' | 'raw' | 'error'>

const NOTHING: Read = {
  id: null,
  task: null,
  args: null,
  kwargs: null,
  priority: null,
  etaMs: null,
  retries: null,
  origin: null,
  sentMs: null,
}

/** A message without its envelope's parts may still say what it was meant to be. */
function headersIn(raw: string): Envelope['headers'] {
  try {
    const parsed = parseJson(raw)
    return isRecord(parsed) && isRecord(parsed['headers']) ? parsed['headers'] : {}
  } catch {
    return {}
  }
}

/** A body that cannot be read (a pickle) still has headers that say what it is. */
function headersOnly(headers: Envelope['headers'], priority: unknown): Read {
  const text = (value: unknown) => (typeof value === 'string' ? value.slice(0, TEXT_CHARACTERS) : null)
  return {
    ...NOTHING,
    id: text(headers['id']),
    task: text(headers['task']),
    args: text(headers['argsrepr']),
    kwargs: text(headers['kwargsrepr']),
    priority: typeof priority === 'number' ? priority : null,
    origin: text(headers['origin']),
  }
}

function readable(task: TaskMessage): Read {
  return {
    id: task.id,
    task: task.task,
    args: argsRepr(task.args, { maxLength: TEXT_CHARACTERS, maxLevels: 0 }),
    kwargs: kwargsRepr(task.kwargs, { maxLength: TEXT_CHARACTERS, maxLevels: 0 }),
    priority: task.priority,
    etaMs: task.eta === null ? null : parseIsoTime(task.eta),
    retries: task.retries,
    origin: task.origin,
    sentMs: null,
  }
}
