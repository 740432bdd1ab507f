/**
 * Queues of fanout exchanges: every worker hears every message, as long as it is there (wire.md G3). Nothing is kept by
 * the broker, so there is nothing to acknowledge, and what is given back is lost unless it is heard again here.
 */
import type { Broker, Delivery, FanoutSubscription } from '../lib/broker/broker.ts'
import type { QueueDeclaration } from '../lib/client/queue-table.ts'
import { messageOf } from '../lib/errors.ts'
import { parseEnvelope } from '../lib/protocol/message.ts'
import type { Runtime } from '../lib/runtime/runtime.ts'

export interface Broadcasts {
  add(queue: QueueDeclaration): Promise<void>
  cancel(name: string): Promise<void>
  /** Nothing more is heard. */
  close(): Promise<void>
}

export interface BroadcastParts {
  readonly broker: Broker
  readonly runtime: Runtime
  readonly onDelivery: (delivery: Delivery) => void
}

/** Heard and not yet settled. No prefetch limit holds a broadcast back, so this does. */
const MOST_HELD = 10_000

export function createBroadcasts({ broker, runtime, onDelivery }: BroadcastParts): Broadcasts {
  const subscriptions = new Map<string, readonly FanoutSubscription[]>()
  const held = new Set<string>()
  let dropped = 0

  function hear(queue: string, raw: string): void {
    const read = parseEnvelope(raw)
    if (!read.ok) {
      runtime.log.warning('a broadcast cannot be read', { queue, why: read.why })
      return
    }
    if (held.size >= MOST_HELD) {
      if (dropped++ === 0)
        runtime.log.error(`more than ${MOST_HELD} broadcasts wait here; new ones are lost`, { queue })
      return
    }
    deliver(queue, raw, read.value)
  }

  function deliver(queue: string, raw: string, envelope: Delivery['envelope']): void {
    const tag = envelope.properties.delivery_tag
    held.add(tag)
    const forget = async () => void held.delete(tag)
    const requeue = async () => {
      if (!held.delete(tag) || !subscriptions.has(queue)) return
      const headers = { ...envelope.headers, redelivered: true }
      setImmediate(() => deliver(queue, raw, { ...envelope, headers }))
    }
    onDelivery({ tag, queue, envelope, raw, ack: forget, reject: forget, requeue })
  }

  return {
    async add({ name, exchange }) {
      if (subscriptions.has(name)) return
      subscriptions.set(name, [])
      // Python workers listen under the key of their default queue, and producers send under any or none.
      const listen = (pattern: string) => broker.fanout.subscribe(exchange, pattern, ({ raw }) => hear(name, raw))
      try {
        subscriptions.set(name, await Promise.all([listen('#'), listen('')]))
      } catch (error) {
        runtime.log.error('a broadcast queue cannot be listened to', { exchange, reason: messageOf(error) })
      }
    },
    async cancel(name) {
      const ended = subscriptions.get(name) ?? []
      subscriptions.delete(name)
      for (const subscription of ended) await subscription.close()
    },
    async close() {
      const all = [...subscriptions.values()].flat()
      subscriptions.clear()
      for (const subscription of all) await subscription.close()
    },
  }
}
