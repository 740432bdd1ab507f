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

export const PEEK_MOST = 200
const RAW_CHARACTERS = 65_536
/** A page of messages must not grow with what somebody put into one of them. */
const TEXT_CHARACTERS = 8_192
/** A message is looked at, not run: a larger body is not decompressed. */
const BODY_BYTES = 4 * 1024 * 1024

/**
 * At most `PEEK_MOST` messages from `offset` on, next to be taken first. A message that cannot be read is shown with
 * the reason. Throws `queue/unknown` when the broker cannot look into queues, and the broker's own problems.
 */
export async function peekQueue(
  broker: Broker,
  codecs: Codecs,
  page: { readonly queue: string; readonly offset: number; readonly limit: number },
  nowMs: () => number,
  captured?: CapturedMessages,
): Promise<QueueMessages> {
  const { queue } = page
  if (!broker.supports.peek) throw new UmbelError('queue/unknown', { name: queue })
  const offset = Math.max(0, Math.floor(page.offset))
  const limit = Math.min(PEEK_MOST, Math.max(1, Math.floor(page.limit)))
  const [lengths, messages] = await Promise.all([
    broker.queues.lengths([queue]),
    broker.queues.peek(queue, offset, limit),
  ])
  const length = lengths[0]
  if (length === undefined || length.error !== null) throw new UmbelError('queue/unknown', { name: queue })
  return {
    queue,
    total: length.waiting,
    asOfMs: nowMs(),
    messages: messages.map((message) => {
      const shown = describeMessage(message, codecs)
      if (shown.id !== null && shown.error === null) captured?.add(shown.id, message.raw)
      return shown
    }),
  }
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

type Read = Pick<QueueMessage, 'id' | 'task' | 'args' | 'kwargs' | 'priority' | 'etaMs' | 'retries' | 'origin'>

const NOTHING: Read = {
  id: null,
  task: null,
  args: null,
  kwargs: null,
  priority: null,
  etaMs: null,
  retries: null,
  origin: null,
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
  }
}
