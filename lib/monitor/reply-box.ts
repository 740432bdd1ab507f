/**
 * The queue in which workers answer remote control commands, and who waits for which ticket.
 *
 * A 5.7 worker drops the shared binding table of reply queues an hour after the last client asked (wire.md A5), so the
 * binding is made anew before every question. Answers that come after the wait are not lost: `onLate` gets them.
 */
import { randomUUID } from 'node:crypto'
import type { Broker, Consumer, Delivery } from '../broker/broker.ts'
import { REPLY_EXCHANGE, readReply } from '../protocol/control.ts'
import type { Runtime } from '../runtime/runtime.ts'
import type { WorkerReply } from './contracts.ts'

/** Renewed far more often than that; the table of a program that was killed goes away by itself. */
const BINDING_EXPIRES_MS = 600_000
/** Late answers are told apart for this many past questions. */
const REMEMBERED_TICKETS = 1_000

export interface ReplyBox {
  /** Routing key of the answers; the oid of Celery's words. */
  readonly oid: string
  start(): void
  /** Makes sure that answers find their way; before every question. */
  renew(): Promise<void>
  /** From now on answers with this ticket go to `onReply`, until `end`; later ones are late. */
  expect(ticket: string, command: string, onReply: (reply: WorkerReply) => void): { end(): void }
  stop(): Promise<void>
}

export function createReplyBox(
  broker: Broker,
  runtime: Runtime,
  onLate: (command: string, reply: WorkerReply) => void,
): ReplyBox {
  const oid = randomUUID()
  const queue = `${oid}.${REPLY_EXCHANGE}`
  const waiting = new Map<string, (reply: WorkerReply) => void>()
  const commands = new Map<string, string>()
  let consumer: Consumer | null = null

  const take = (delivery: Delivery) => {
    // A reply is worth nothing twice: settled before it is looked at. The broker reconnects by itself if this fails.
    delivery.ack().catch(() => {})
    const read = readReply(delivery.envelope)
    if (!read.ok) {
      runtime.log.debug('An answer of a worker could not be read', { why: read.why })
      return
    }
    const { ticket, worker, reply } = read.value
    const command = commands.get(ticket ?? '')
    if (ticket === null || command === undefined) return
    const onReply = waiting.get(ticket)
    if (onReply === undefined) onLate(command, { worker, reply })
    else onReply({ worker, reply })
  }

  return {
    oid,
    start() {
      consumer = broker.consume({ queues: [queue], prefetch: 0, onDelivery: take })
    },
    renew: () => broker.bindings.bind(REPLY_EXCHANGE, oid, queue, BINDING_EXPIRES_MS),
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
      await broker.bindings.unbind(REPLY_EXCHANGE, oid, queue).catch(() => {})
      await broker.queues.purge(queue).catch(() => {})
    },
  }
}
