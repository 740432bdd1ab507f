/** A node of kombu's pidbox: hears what is asked of all and of itself, and sends its answers (wire.md D1, D2). */
import { randomUUID } from 'node:crypto'
import type { Broker, FanoutMessage, FanoutSubscription } from '../../lib/broker/broker.ts'
import type { Celery } from '../../lib/client/celery.ts'
import { messageOf } from '../../lib/errors.ts'
import {
  type ControlContent,
  type ControlMessage,
  createReplyEnvelope,
  matchesNode,
  readControlMessage,
} from '../../lib/protocol/control.ts'
import { parseEnvelope } from '../../lib/protocol/message.ts'
import type { Runtime } from '../../lib/runtime/runtime.ts'
import type { Service } from '../../lib/runtime/service.ts'
import { noReply } from './command.ts'

export interface PidboxParts {
  readonly app: Celery
  readonly broker: Broker
  readonly runtime: Runtime
  readonly hostname: string
  /** `noReply` for what is not answered. */
  readonly answerTo: (message: ControlMessage) => Promise<unknown>
}

/** Requests that wait for the one before; more are dropped, so that a flood cannot fill the memory. */
const MOST_WAITING = 1_000

export function createPidbox({ app, broker, runtime, hostname, answerTo }: PidboxParts): Service {
  let subscription: FanoutSubscription | null = null
  let tail = Promise.resolve()
  let waiting = 0

  /** As tasks are, so that a cluster that speaks pickle, or signs, is understood here too. */
  function content(): ControlContent {
    const { codecs, acceptContent: accept, serializer } = app.compiled
    return { codecs, accept, serializer }
  }

  function hear({ raw }: FanoutMessage): void {
    const envelope = parseEnvelope(raw)
    const read = envelope.ok ? readControlMessage(envelope.value, content()) : envelope
    if (!read.ok) {
      runtime.log.warning('a control message could not be read', { why: read.why, detail: read.detail })
      return
    }
    app.clock.adjust(read.value.clock ?? 0)
    if (!matchesNode(read.value, hostname) || waiting >= MOST_WAITING) return
    waiting++
    tail = tail.then(() => handle(read.value)).finally(() => waiting--)
  }

  async function handle(message: ControlMessage): Promise<void> {
    const reply = await answerTo(message)
    const { replyTo, ticket } = message
    if (reply === noReply || replyTo === null || ticket === null) return
    try {
      const envelope = createReplyEnvelope({
        hostname,
        reply,
        ticket,
        clock: app.clock.forward(),
        routingKey: replyTo.routing_key,
        exchange: replyTo.exchange,
        content: content(),
        newId: randomUUID,
      })
      // To bound queues only: a list that nobody reads any more would stay for ever (wire.md D2).
      for (const queue of await broker.bindings.queuesFor(replyTo.exchange, replyTo.routing_key)) {
        await broker.publish(queue, envelope)
      }
    } catch (error) {
      runtime.log.warning('a control reply could not be sent', { method: message.method, reason: messageOf(error) })
    }
  }

  return {
    name: 'control',
    async start() {
      subscription = await broker.fanout.subscribe(`${app.compiled.controlExchange}.pidbox`, '', hear)
    },
    async stop() {
      await subscription?.close()
      await tail
    },
  }
}
