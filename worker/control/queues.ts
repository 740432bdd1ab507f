/** active_queues, add_consumer, cancel_consumer. */
import { type Command, refuseArguments, requiredText } from './command.ts'

export const activeQueues: Command = (node, args) => {
  refuseArguments('active_queues', args)
  return node.consumer.queues.map(queueInfo)
}

export const addConsumer: Command = async (node, args) => {
  const queue = requiredText('add_consumer', args, 'queue')
  if (!node.consumer.queues.includes(queue)) await node.consumer.addQueue(queue)
  return { ok: `add consumer ${queue}` }
}

export const cancelConsumer: Command = async (node, args) => {
  const queue = requiredText('cancel_consumer', args, 'queue')
  await node.consumer.cancelQueue(queue)
  return { ok: `no longer consuming from ${queue}` }
}

/** All the keys that Python workers answer with: programs index them without asking (wire.md D4). */
function queueInfo(name: string) {
  return {
    name,
    exchange: {
      name,
      type: 'direct',
      arguments: null,
      durable: true,
      passive: false,
      auto_delete: false,
      delivery_mode: null,
      no_declare: false,
    },
    routing_key: name,
    queue_arguments: null,
    binding_arguments: null,
    consumer_arguments: null,
    durable: true,
    exclusive: false,
    auto_delete: false,
    no_ack: false,
    alias: null,
    bindings: [],
    no_declare: null,
    expires: null,
    message_ttl: null,
    max_length: null,
    max_length_bytes: null,
    max_priority: null,
  }
}
