/** A broker inside the process: for a demo without a server, and for tests. Messages end with the process. */
import { UmbelError } from '../../errors.ts'
import { formatEnvelope } from '../../protocol/message.ts'
import type { Runtime } from '../../runtime/runtime.ts'
import type { Broker, BrokerState, BrokerStatus, Consumer } from '../broker.ts'
import { topicMatches } from '../topic.ts'
import { createMemoryBus, MEMORY_STEPS, MEMORY_URL, type MemoryBus } from './memory-bus.ts'
import { startMemoryConsumer } from './memory-consumer.ts'
import { lookAtMemory } from './memory-queues.ts'

export { createMemoryBus, MEMORY_STEPS, type MemoryBus }

export interface MemoryBrokerOptions {
  readonly runtime: Runtime
  /** Brokers with the same bus see each other's messages. */
  readonly bus?: MemoryBus
  readonly visibilityTimeoutMs?: number
}

export function createMemoryBroker(options: MemoryBrokerOptions): Broker {
  const { runtime, bus = createMemoryBus(), visibilityTimeoutMs = 3_600_000 } = options
  const { clock } = runtime
  const consumers = new Set<Consumer>()
  const subscriptions = new Set<() => void>()
  const listeners = new Set<(status: BrokerStatus) => void>()
  let status: BrokerStatus = { state: 'connecting', sinceMs: clock.nowMs(), reason: 'not yet opened' }

  function become(state: BrokerState, reason: string | null): void {
    if (status.state === state) return
    status = { state, sinceMs: clock.nowMs(), reason }
    for (const listener of [...listeners]) listener(status)
  }
  function mustBeOpen(): void {
    if (status.state === 'closed') throw new UmbelError('broker/closed', { url: MEMORY_URL })
  }

  return {
    url: MEMORY_URL,
    kind: 'memory',
    supports: { priorities: true, fanout: true, peek: true, unacked: true },
    status: () => status,
    onStatus(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    async open() {
      mustBeOpen()
      become('ready', null)
    },
    async close() {
      await Promise.all([...consumers].map((consumer) => consumer.close()))
      for (const end of subscriptions) end()
      subscriptions.clear()
      become('closed', 'closed by this program')
    },

    async publish(queue, envelope) {
      mustBeOpen()
      bus.put(queue, formatEnvelope(envelope), Number(envelope.properties.priority ?? 0))
    },
    consume(wanted) {
      mustBeOpen()
      const consumer = startMemoryConsumer(bus, runtime, visibilityTimeoutMs, wanted, () => consumers.delete(consumer))
      consumers.add(consumer)
      return consumer
    },

    fanout: {
      async publish(exchange, routingKey, envelope) {
        mustBeOpen()
        const raw = formatEnvelope(envelope)
        setImmediate(() => bus.spread(exchange, { routingKey, raw }))
        return null
      },
      async subscribe(exchange, pattern, onMessage) {
        mustBeOpen()
        const end = bus.subscribe({ exchange, pattern, onMessage })
        subscriptions.add(end)
        return {
          async close() {
            end()
            subscriptions.delete(end)
          },
        }
      },
    },

    bindings: {
      async bind(exchange, routingKey, queue, expiresMs) {
        mustBeOpen()
        const untilMs = expiresMs === null ? null : clock.nowMs() + Math.max(expiresMs * 2, 3_600_000)
        bus.bind(exchange, { routingKey, queue, untilMs })
      },
      async unbind(exchange, routingKey, queue) {
        bus.unbind(exchange, routingKey, queue)
      },
      async queuesFor(exchange, routingKey) {
        const found = bus.bindings(clock.nowMs())
        return found
          .filter((one) => one.exchange === exchange && one.routingKey === routingKey)
          .map(({ queue }) => queue)
      },
      async route(exchange, routingKey, type) {
        const takes = type === 'topic' ? topicMatches : (key: string, wanted: string) => key === wanted
        const found = bus.bindings(clock.nowMs()).filter((one) => one.exchange === exchange)
        return [...new Set(found.filter((one) => takes(one.routingKey, routingKey)).map(({ queue }) => queue))]
      },
    },
    queues: lookAtMemory(bus, clock),
  }
}
