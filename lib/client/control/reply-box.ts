/**
 * The queue in which workers answer remote control commands, and who waits for which ticket.
 *
 * A 5.7 worker drops the shared binding table of reply queues an hour after the last client asked (wire.md A5), so the
 * binding is made anew before every question. Answers that come after the wait are not lost: `onLate` gets them.
 */
import { randomUUID } from 'node:crypto'
import type { Broker, Consumer, Delivery } from '../../broker/broker.ts'
import type { Codecs } from '../../protocol/codecs.ts'
import { REPLY_EXCHANGE, readReply } from '../../protocol/control.ts'
import { ACCEPT_ALL } from '../../protocol/serialization/serializers.ts'
import { nodeCodecs } from '../../runtime/codecs.ts'
import type { Runtime } from '../../runtime/runtime.ts'

export interface WorkerReply {
  readonly worker: string
  readonly reply: unknown
}

/** Renewed far more often than that; the table of a program that was killed goes away by itself. */
const BINDING_EXPIRES_MS = 600_000
/** Late answers are told apart for this many past questions. */
const REMEMBERED_TICKETS = 1_000

export interface ReplyBox {
  /** Routing key of the answers; the oid of Celery's words. */
  readonly oid: string
  readonly exchange: string
  start(): void
  /** Makes sure that answers find their way; before every question. */
  renew(): Promise<void>
  /** From now on answers with this ticket go to `onReply`, until `end`; later ones are late. */
  expect(ticket: string, command: string, onReply: (reply: WorkerReply) => void): { end(): void }
  stop(): Promise<void>
}

export interface ReplyBoxParts {
  readonly broker: Broker
  readonly runtime: Runtime
  /** `reply.<control_exchange>.pidbox` */
  readonly exchange?: string
  /** `1.0` is a WholeFloat: for who shows the replies as they came. */
  readonly exactFloats?: boolean
  /** For signed answers: what knows the certificates. */
  readonly codecs?: Codecs
  /** The clock of a reply, as it comes. */
  readonly onClock?: (clock: number) => void
  readonly onLate?: (command: string, reply: WorkerReply) => void
}

export function createReplyBox(parts: ReplyBoxParts): ReplyBox {
  const { broker, runtime, exchange = REPLY_EXCHANGE, exactFloats = false } = parts
  // Workers answer in their `task_serializer`; reading runs nothing, whatever it is.
  const content = { codecs: parts.codecs ?? nodeCodecs, accept: ACCEPT_ALL }
  const oid = randomUUID()
  const queue = `${oid}.${exchange}`
  const waiting = new Map<string, (reply: WorkerReply) => void>()
  const commands = new Map<string, string>()
  let consumer: Consumer | null = null

  const take = (delivery: Delivery) => {
    // A reply is worth nothing twice: settled before it is looked at. The broker reconnects by itself if this fails.
    delivery.ack().catch(() => {})
    const read = readReply(delivery.envelope, { exactFloats, content })
    if (!read.ok) {
      runtime.log.debug('An answer of a worker could not be read', { why: read.why })
      return
    }
    const { ticket, worker, reply, clock } = read.value
    if (clock !== null) parts.onClock?.(clock)
    const command = commands.get(ticket ?? '')
    if (ticket === null || command === undefined) return
    const onReply = waiting.get(ticket)
    if (onReply === undefined) parts.onLate?.(command, { worker, reply })
    else onReply({ worker, reply })
  }

  return {
    oid,
    exchange,
    start() {
      consumer = broker.consume({ queues: [queue], prefetch: 0, onDelivery: take })
    },
    renew: () => broker.bindings.bind(exchange, oid, queue, BINDING_EXPIRES_MS),
    expect(ticket, command, onReply) {
      waiting.set(ticket, onReply)
      commands.set(ticket, command)
      if (commands.size > REMEMBERED_TICKETS) {
        for (const oldest of commands.keys()) {
          commands.delete(oldest)
          break
        }
      }
      return { end: () => waiting.delete(ticket) }
    },
    async stop() {
      await consumer?.close().catch(() => {})
      if (broker.status().state !== 'ready') return
      await broker.bindings.unbind(exchange, oid, queue).catch(() => {})
      await broker.queues.purge(queue).catch(() => {})
    },
  }
}
