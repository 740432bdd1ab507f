/** Asking workers and telling them (wire.md D1, D2): what the dashboard, the client and the command line have in common. */
import { randomUUID } from 'node:crypto'
import type { Broker } from '../../broker/broker.ts'
import { isUmbelError, messageOf, UmbelError } from '../../errors.ts'
import { type ControlContent, createControlEnvelope, PIDBOX_EXCHANGE } from '../../protocol/control.ts'
import type { Runtime } from '../../runtime/runtime.ts'
import type { ReplyBox, WorkerReply } from './reply-box.ts'

/** Which nodes: those named, else those whose name matches, else all. */
export interface Target {
  readonly destination?: readonly string[] | null
  readonly pattern?: string | null
  readonly matcher?: 'glob' | 'pcre' | null
}

export interface ControlCommand extends Target {
  readonly method: string
  readonly arguments: Readonly<Record<string, unknown>>
  /** Null: nobody is to answer. */
  readonly ticket: string | null
  /** `<control_exchange>.pidbox` */
  readonly exchange?: string
  readonly clock?: number
  /** How it is written; JSON when left out. */
  readonly content?: ControlContent
  /** How long somebody waits; written into the message, where workers ignore it. */
  readonly timeoutMs?: number
}

export interface AskParts {
  readonly broker: Broker
  readonly runtime: Runtime
}

/** Throws `broker/unreachable`, or the broker's own error, when it could not be sent. */
export async function sendCommand(
  { broker, runtime }: AskParts,
  command: ControlCommand,
  box: ReplyBox | null,
): Promise<void> {
  const { exchange = PIDBOX_EXCHANGE, ticket, timeoutMs, ...rest } = command
  const envelope = createControlEnvelope({
    ...rest,
    exchange,
    ticket,
    replyTo: ticket === null || box === null ? null : { exchange: box.exchange, routing_key: box.oid },
    expires: timeoutMs === undefined ? 0 : (runtime.clock.nowMs() + timeoutMs) / 1000,
    newId: randomUUID,
  })
  try {
    if (ticket !== null) await box?.renew()
    await broker.fanout.publish(exchange, '', envelope)
  } catch (error) {
    if (isUmbelError(error)) throw error
    throw new UmbelError('broker/unreachable', { url: broker.url, reason: messageOf(error) }, error)
  }
}

export interface Question extends Omit<ControlCommand, 'ticket'> {
  readonly timeoutMs: number
  /** The time begins anew with every reply, as kombu counts it. */
  readonly renewed?: boolean
  /** Replies after which nobody waits any more. As many as there are in `destination`, when left out. */
  readonly limit?: number
  /** False: this reply is none. */
  readonly accept?: (reply: WorkerReply) => boolean
  readonly onReply?: (reply: WorkerReply) => void
  /** Ends the wait. */
  readonly signal?: AbortSignal
}

/** The replies in the order in which they came. Never rejects because nobody answers. */
export async function askWorkers(parts: AskParts, box: ReplyBox, question: Question): Promise<readonly WorkerReply[]> {
  const { limit, accept, onReply, signal, renewed = false, ...command } = question
  const { clock } = parts.runtime
  const most = limit ?? command.destination?.length ?? Number.POSITIVE_INFINITY
  const ticket = randomUUID()
  const replies: WorkerReply[] = []
  const done = new AbortController()
  let endMs = 0
  const expected = box.expect(ticket, command.method, (reply) => {
    if (replies.length >= most || accept?.(reply) === false) return
    replies.push(reply)
    if (renewed) endMs = clock.monotonicMs() + command.timeoutMs
    onReply?.(reply)
    if (replies.length >= most) done.abort()
  })
  try {
    await sendCommand(parts, { ...command, ticket }, box)
    const ended = signal === undefined ? done.signal : AbortSignal.any([done.signal, signal])
    endMs = clock.monotonicMs() + command.timeoutMs
    for (let leftMs = command.timeoutMs; leftMs > 0 && !ended.aborted; leftMs = endMs - clock.monotonicMs()) {
      await clock.sleep(leftMs, ended)
    }
  } finally {
    expected.end()
  }
  return replies
}
