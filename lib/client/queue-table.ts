/** The queues of an app as its settings declare them, and those that are made when they are first named. */
import { UmbelError } from '../errors.ts'
import { isRecord } from '../protocol/record.ts'
import type { Conf } from './settings/settings.ts'

export type ExchangeType = 'direct' | 'topic' | 'fanout'

/** A declaration, as kombu's Queue: where it is bound, and how it is made. */
export interface QueueDeclaration {
  readonly name: string
  readonly exchange: string
  readonly exchangeType: ExchangeType
  readonly routingKey: string
  readonly deliveryMode: 1 | 2 | null
  /** `x-max-priority` and the like. Only RabbitMQ looks at them. */
  readonly arguments: Readonly<Record<string, unknown>>
  readonly alias: string | null
}

export interface QueueTable {
  /** By name or alias; made when it is missing. Throws `queue/not-declared` when task_create_missing_queues is off. */
  get(name: string): QueueDeclaration
  /** What a worker consumes that is not told: task_queues, else the default queue. A queue made by `get` is not one. */
  readonly declared: readonly QueueDeclaration[]
  /** Where tasks without a route go. */
  readonly default: QueueDeclaration
  /** The type of an exchange as some queue here declares it; direct when none does. */
  exchangeType(exchange: string): ExchangeType
}

type QueueSettings = Pick<
  Conf,
  | 'task_queues'
  | 'task_default_queue'
  | 'task_default_exchange'
  | 'task_default_exchange_type'
  | 'task_default_routing_key'
  | 'task_default_queue_type'
  | 'task_create_missing_queues'
  | 'task_create_missing_queue_type'
  | 'task_create_missing_queue_exchange_type'
  | 'task_queue_max_priority'
>

/** Beyond so many names that tasks were sent to, the oldest are made anew when named again. */
const MOST_MISSING = 10_000

export function createQueueTable(conf: QueueSettings): QueueTable {
  const defaultName = conf.task_default_queue
  const made = new Map<string, QueueDeclaration>()
  const declared = givenQueues(conf)
  const known = new Map<string, QueueDeclaration>()
  for (const queue of declared) {
    known.set(queue.name, queue)
    if (queue.alias !== null) known.set(queue.alias, queue)
  }

  function get(name: string): QueueDeclaration {
    const found = known.get(name) ?? made.get(name)
    if (found !== undefined) return found
    if (!conf.task_create_missing_queues) throw new UmbelError('queue/not-declared', { name })
    const queue = missingQueue(name, conf)
    if (made.size >= MOST_MISSING) made.clear()
    made.set(name, queue)
    return queue
  }

  return {
    get,
    declared,
    get default() {
      return get(defaultName)
    },
    exchangeType: (exchange) => declared.find((queue) => queue.exchange === exchange)?.exchangeType ?? 'direct',
  }
}

function givenQueues(conf: QueueSettings): readonly QueueDeclaration[] {
  const { task_queues: queues, task_default_queue: name } = conf
  if (queues === null || sizeOf(queues) === 0) {
    const routing = { exchange: null, routing_key: conf.task_default_routing_key ?? name }
    const type = conf.task_default_queue_type === 'quorum' ? { 'x-queue-type': 'quorum' } : {}
    return [declaration(name, { ...routing, queue_arguments: type }, conf)]
  }
  if (!Array.isArray(queues)) return Object.entries(queues).map(([key, options]) => declaration(key, options, conf))
  return queues.map((queue: unknown) => {
    if (typeof queue === 'string') return missingQueue(queue, conf)
    const options = isRecord(queue) ? queue : {}
    // As kombu's Queue objects have it, so Python's workers listen to a broadcast under this key.
    const key = options['exchange'] == null ? null : (conf.task_default_routing_key ?? name)
    return declaration(String(options['name']), { ...options, routing_key: options['routing_key'] ?? key }, conf)
  })
}

function sizeOf(queues: object): number {
  return Object.keys(queues).length
}

/** Keys as in kombu's `Queue.from_dict`. Without an exchange it is bound to the default one (client-cli.md A4). */
function declaration(name: string, options: Readonly<Record<string, unknown>>, conf: QueueSettings): QueueDeclaration {
  const { exchange, routing_key: routingKey, binding_key: bindingKey, alias, delivery_mode: deliveryMode } = options
  const named = isRecord(exchange) ? exchange : { name: exchange, type: options['exchange_type'] }
  const given = textOrNull(named['name'])
  return {
    name,
    exchange: given ?? conf.task_default_exchange ?? conf.task_default_queue,
    exchangeType: typeOf(given === null ? conf.task_default_exchange_type : named['type']),
    routingKey: textOrNull(bindingKey) ?? textOrNull(routingKey) ?? name,
    deliveryMode: deliveryMode === 1 || deliveryMode === 2 ? deliveryMode : null,
    arguments: argumentsOf(options, conf),
    alias: textOrNull(alias),
  }
}

function argumentsOf(options: Readonly<Record<string, unknown>>, conf: QueueSettings): Record<string, unknown> {
  const given = isRecord(options['queue_arguments']) ? options['queue_arguments'] : {}
  const most = options['max_priority'] ?? conf.task_queue_max_priority
  return typeof most === 'number' ? { 'x-max-priority': most, ...given } : { ...given }
}

/** A queue that nobody declared: an exchange and a key of its own name. */
function missingQueue(name: string, conf: QueueSettings): QueueDeclaration {
  const type = conf.task_create_missing_queue_type === 'quorum' ? { 'x-queue-type': 'quorum' } : {}
  return {
    name,
    exchange: name,
    exchangeType: typeOf(conf.task_create_missing_queue_exchange_type),
    routingKey: name,
    deliveryMode: null,
    arguments: argumentsOf({ queue_arguments: type }, conf),
    alias: null,
  }
}

function typeOf(type: unknown): ExchangeType {
  return type === 'topic' || type === 'fanout' ? type : 'direct'
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null
}
