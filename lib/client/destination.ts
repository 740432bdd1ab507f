/** Where a message goes, from the options of its call and its route (client-cli.md A4). Pure. */
import type { CallOptions } from './call-options.ts'
import type { ExchangeType, QueueDeclaration, QueueTable } from './queue-table.ts'

export interface Destination {
  /** '' = straight into the queue that the routing key names. */
  readonly exchange: string
  readonly exchangeType: ExchangeType
  readonly routingKey: string
  /** The queue that is meant, and that is declared before; null when only an exchange was named. */
  readonly queue: QueueDeclaration | null
}

/** `route` null: no router had an answer. Throws `queue/not-declared`. */
export function destinationOf(options: CallOptions, route: CallOptions | null, table: QueueTable): Destination {
  // An answer without content ends the search without an effect.
  const found = route !== null && Object.keys(route).length > 0 ? route : null
  const exchange = options.exchange ?? found?.exchange ?? null
  const routingKey = options.routingKey ?? found?.routingKey ?? null
  const name = options.queue ?? found?.queue ?? null
  // To AMQP the default exchange and a key are a queue's address; a retry sends a message back by it.
  if (name === null && exchange === '' && routingKey) return straightTo(table.get(routingKey))

  const isRouted = found !== null && exchange !== null
  const queue = name !== null ? table.get(name) : isRouted ? null : table.default
  const type = options.exchangeType ?? found?.exchangeType ?? typeOf(exchange, queue, table)
  if ((!exchange || !routingKey) && type === 'direct') return straightTo(queue ?? table.default)
  return {
    exchange: exchange || (queue ?? table.default).exchange,
    exchangeType: type,
    routingKey: routingKey || (queue ?? table.default).routingKey,
    queue,
  }
}

function typeOf(exchange: string | null, queue: QueueDeclaration | null, table: QueueTable): ExchangeType {
  if (!exchange || exchange === queue?.exchange) return queue?.exchangeType ?? 'direct'
  return table.exchangeType(exchange)
}

function straightTo(queue: QueueDeclaration): Destination {
  return { exchange: '', exchangeType: 'direct', routingKey: queue.name, queue }
}
