/** Puts a task message where it belongs: declares the queue, and tries again while the broker is away. */
import { randomUUID } from 'node:crypto'
import type { Broker } from '../broker/broker.ts'
import { isProblem, messageOf, UmbelError } from '../errors.ts'
import type { Envelope } from '../protocol/envelope.ts'
import type { Runtime } from '../runtime/runtime.ts'
import type { RetryPolicy } from './call-options.ts'
import type { Destination } from './destination.ts'
import type { QueueDeclaration } from './queue-table.ts'

export interface PublishParts {
  readonly broker: Broker
  readonly runtime: Runtime
}

/** Null = one try, which does not wait for a connection that is known to be lost. */
export type PublishRetry = Required<RetryPolicy> | null

/** Queues that were declared over each broker. */
const declared = new WeakMap<Broker, Map<string, Promise<void>>>()

/** Resolves when the broker has it. Throws the broker's errors, `exchange/unbound` when no queue takes it. */
export async function publishTask(
  { broker, runtime }: PublishParts,
  envelope: Envelope,
  destination: Destination,
  retry: PublishRetry,
): Promise<void> {
  const startMs = runtime.clock.monotonicMs()
  for (let tries = 0; ; tries++) {
    try {
      if (retry === null && broker.status().state !== 'ready') await connectedOrNot(broker)
      return await deliver(broker, runtime, envelope, destination)
    } catch (error) {
      const pauseMs = isTransient(error) ? pauseBefore(tries, retry, runtime.clock.monotonicMs() - startMs) : null
      if (pauseMs === null) throw error
      await runtime.clock.sleep(pauseMs)
    }
  }
}

function deliver(broker: Broker, runtime: Runtime, envelope: Envelope, to: Destination): Promise<void> {
  const { queue, exchange } = to
  if (exchange === '') {
    // Only so that other programs find the queue: the message does not need it (wire.md A5).
    if (queue !== null) void declareQueue(broker, runtime, queue)
    return broker.publish(to.routingKey, envelope)
  }
  return throughExchange(broker, runtime, envelope, to)
}

async function throughExchange(broker: Broker, runtime: Runtime, envelope: Envelope, to: Destination): Promise<void> {
  const { exchange, exchangeType: type, routingKey, queue } = to
  if (type === 'fanout') {
    await broker.fanout.publish(exchange, routingKey, envelope)
    return
  }
  if (queue !== null) await declareQueue(broker, runtime, queue)
  const queues = await broker.bindings.route(exchange, routingKey, type)
  if (queues.length === 0) throw new UmbelError('exchange/unbound', { exchange, routingKey })
  // One tag for several copies would make them one message among the unacknowledged.
  const copies = queues.map((name, index) =>
    broker.publish(name, index === 0 ? envelope : withTag(envelope, randomUUID())),
  )
  await Promise.all(copies)
}

function withTag(envelope: Envelope, tag: string): Envelope {
  return { ...envelope, properties: { ...envelope.properties, delivery_tag: tag } }
}

/** Once for each queue and broker; a queue of a fan-out exchange belongs to whoever listens. */
export function declareQueue(broker: Broker, runtime: Runtime, queue: QueueDeclaration): Promise<void> {
  const { name, exchange, exchangeType: type, routingKey } = queue
  const known = declared.get(broker) ?? new Map<string, Promise<void>>()
  if (known.size === 0) declared.set(broker, known)
  const before = known.get(name)
  if (before !== undefined) return before
  if (type === 'fanout') return Promise.resolve()
  const made = broker.bindings.bind(exchange, routingKey, name, null, type).catch((error: unknown) => {
    known.delete(name)
    runtime.log.warning('a queue could not be declared', { queue: name, reason: messageOf(error) })
  })
  known.set(name, made)
  return made
}

/**
 * The pause before the next try, null when it is to be the last. The broker itself waits some seconds for a connection
 * in each try; that time counts as the pauses that it took the place of.
 */
export function pauseBefore(tries: number, retry: PublishRetry, elapsedMs: number): number | null {
  if (retry === null) return null
  const { maxRetries, intervalStart, intervalStep, intervalMax } = retry
  const pauseMs = (index: number) => Math.max(0, Math.min(intervalStart + intervalStep * index, intervalMax)) * 1000
  if (maxRetries === null) return pauseMs(tries)
  if (tries >= maxRetries) return null
  let budgetMs = 0
  for (let index = 0; index < maxRetries && budgetMs <= elapsedMs; index++) budgetMs += pauseMs(index)
  return elapsedMs > 0 && budgetMs <= elapsedMs ? null : pauseMs(tries)
}

/** What is over when the broker is back. */
function isTransient(error: unknown): boolean {
  if (isProblem(error, 'broker/unreachable')) return true
  return (
    isProblem(error, 'broker/refused') && /LOADING|READONLY|MASTERDOWN|CLUSTERDOWN|loading/.test(error.facts.reason)
  )
}

/** Resolves when connected; rejects at the first word that it is not. */
async function connectedOrNot(broker: Broker): Promise<void> {
  const { state, reason } = broker.status()
  if (state === 'reconnecting') throw new UmbelError('broker/unreachable', { url: broker.url, reason: reason ?? state })
  await new Promise<void>((resolve, reject) => {
    const off = broker.onStatus((status) => {
      off()
      if (status.state === 'ready') resolve()
      else reject(new UmbelError('broker/unreachable', { url: broker.url, reason: status.reason ?? status.state }))
    })
  })
}
