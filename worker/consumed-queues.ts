/** Which queues a worker consumes, as Celery reads task_queues, -Q and -X (worker-beat.md 1.8, wire.md G3, G4). */
import { randomUUID } from 'node:crypto'
import type { QueueDeclaration, QueueTable } from '../lib/client/queue-table.ts'
import { isRecord } from '../lib/protocol/record.ts'

export interface ConsumedQueues {
  /** In the order in which they were given. */
  readonly selected: readonly QueueDeclaration[]
  /** Selects a queue: one that is declared as it is, another one as `options` say, else as a direct queue. */
  add(name: string, options?: QueueOptions): QueueDeclaration
  /** By name or alias; null when it is not selected. */
  remove(name: string): QueueDeclaration | null
}

/** The arguments of add_consumer. */
export interface QueueOptions {
  readonly exchange?: unknown
  readonly exchangeType?: unknown
  readonly routingKey?: unknown
}

export interface QueueChoice {
  readonly table: QueueTable
  /** Node name. */
  readonly hostname: string
  /** -Q, names or aliases; all that are declared, when it is empty. */
  readonly include: readonly string[]
  /** -X */
  readonly exclude: readonly string[]
  /** worker_direct: one more queue, for this worker alone. */
  readonly direct: boolean
}

/** Throws queue/not-declared for a queue of -Q that is neither declared nor may be made. */
export function createConsumedQueues(choice: QueueChoice): ConsumedQueues {
  const { table, hostname, include, exclude, direct } = choice
  const selected = new Map<string, QueueDeclaration>()
  const wanted = include.length === 0 ? table.declared : include.map((name) => table.get(name))
  for (const queue of wanted.map(ownCopy)) selected.set(queue.name, queue)
  for (const name of exclude) remove(name)
  if (direct) select(directQueue(hostname))

  function select(queue: QueueDeclaration): QueueDeclaration {
    selected.set(queue.name, queue)
    return queue
  }

  function remove(name: string): QueueDeclaration | null {
    const queue = selected.get(name) ?? [...selected.values()].find(({ alias }) => alias === name) ?? null
    if (queue !== null) selected.delete(queue.name)
    return queue
  }

  return {
    get selected() {
      return [...selected.values()]
    },
    add(name, options = {}) {
      const known = [...selected.values(), ...table.declared].find((one) => one.name === name || one.alias === name)
      if (known !== undefined) return selected.get(known.name) ?? select(ownCopy(known))
      return select(ownCopy(queueOf(name, options)))
    },
    remove,
  }
}

/** kombu's Broadcast: a queue of a fanout exchange is each worker's own, and the name it was given is its alias. */
function ownCopy(queue: QueueDeclaration): QueueDeclaration {
  if (queue.exchangeType !== 'fanout' || queue.name.startsWith('bcast.')) return queue
  return { ...queue, name: `bcast.${randomUUID()}`, alias: queue.alias ?? queue.name }
}

function queueOf(name: string, { exchange, exchangeType, routingKey }: QueueOptions): QueueDeclaration {
  const exchangeName = isRecord(exchange) ? exchange['name'] : exchange
  return {
    name,
    exchange: textOr(exchangeName, name),
    exchangeType: exchangeType === 'topic' || exchangeType === 'fanout' ? exchangeType : 'direct',
    routingKey: textOr(routingKey, name),
    deliveryMode: null,
    arguments: {},
    alias: null,
  }
}

/** Celery's utils.nodenames.worker_direct. */
function directQueue(hostname: string): QueueDeclaration {
  return { ...queueOf(`${hostname}.dq2`, {}), exchange: 'C.dq2', routingKey: hostname }
}

function textOr(value: unknown, fallback: string): string {
  return typeof value === 'string' && value !== '' ? value : fallback
}
