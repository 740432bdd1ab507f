/** active_queues, add_consumer, cancel_consumer. */
import type { QueueDeclaration } from '../../lib/client/queue-table.ts'
import { type Command, isTruthy, pythonError, refuseArguments, requiredText } from './command.ts'

/** Those that a queue can be bound to here; another would be read as direct, and get nothing. */
const EXCHANGE_TYPES: ReadonlySet<string> = new Set(['direct', 'topic', 'fanout'])

export const activeQueues: Command = (node, args) => {
  refuseArguments('active_queues', args)
  return node.consumer.queues.map(queueInfo)
}

export const addConsumer: Command = async (node, args) => {
  const queue = requiredText('add_consumer', args, 'queue')
  const { exchange, exchange_type: exchangeType, routing_key: routingKey } = args
  if (isTruthy(exchangeType) && (typeof exchangeType !== 'string' || !EXCHANGE_TYPES.has(exchangeType))) {
    throw pythonError('ValueError', `Unknown exchange type: ${String(exchangeType)}`)
  }
  await node.consumer.addQueue(queue, { exchange, exchangeType, routingKey })
  return { ok: `add consumer ${queue}` }
}

export const cancelConsumer: Command = async (node, args) => {
  const queue = requiredText('cancel_consumer', args, 'queue')
  await node.consumer.cancelQueue(queue)
  return { ok: `no longer consuming from ${queue}` }
}

/** All the keys that Python workers answer with: programs index them without asking (wire.md D4). */
function queueInfo(queue: QueueDeclaration) {
  const { name, exchange, exchangeType, routingKey, alias, arguments: given } = queue
  const isBroadcast = exchangeType === 'fanout'
  const { 'x-max-priority': maxPriority = null, ...rest } = given
  return {
    name,
    exchange: {
      name: exchange,
      type: exchangeType,
      arguments: null,
      durable: true,
      passive: false,
      auto_delete: false,
      delivery_mode: null,
      no_declare: false,
    },
    routing_key: routingKey,
    queue_arguments: Object.keys(rest).length === 0 ? null : rest,
    binding_arguments: null,
    consumer_arguments: null,
    durable: true,
    exclusive: false,
    auto_delete: isBroadcast,
    no_ack: false,
    alias,
    bindings: [],
    no_declare: null,
    expires: null,
    message_ttl: null,
    max_length: null,
    max_length_bytes: null,
    max_priority: maxPriority,
    ...(isBroadcast ? { queue: name } : {}),
  }
}
