/** The queues that an app knows of by its settings: task_queues, or the default one (worker-beat.md 1.8). */
import type { Celery } from './celery.ts'

export interface AppQueue {
  readonly name: string
  readonly exchange: string
  readonly exchangeType: string
  readonly routingKey: string
}

/** In the order in which they were given. A queue without an exchange has one of its own name. */
export function appQueues({ conf, compiled }: Celery): readonly AppQueue[] {
  const { task_queues: queues } = conf
  if (queues === null) return [appQueue(compiled.defaultQueue)]
  if (!Array.isArray(queues)) return Object.entries(queues).map(([name, options]) => appQueue(name, options))
  return queues.flatMap((queue: unknown) => {
    if (typeof queue === 'string') return [appQueue(queue)]
    const named = typeof queue === 'object' && queue !== null && 'name' in queue && typeof queue.name === 'string'
    return named ? [appQueue(String(queue.name), queue)] : []
  })
}

/** The queue of this name as the settings have it, or as it is made when they do not know it. */
export function appQueueNamed(app: Celery, name: string): AppQueue {
  return appQueues(app).find((queue) => queue.name === name) ?? appQueue(name)
}

function appQueue(name: string, options: unknown = {}): AppQueue {
  const { exchange, exchange_type: type, routing_key: routingKey } = Object(options)
  return {
    name,
    exchange: textOr(exchange, name),
    exchangeType: textOr(type, 'direct'),
    routingKey: textOr(routingKey, name),
  }
}

function textOr(value: unknown, otherwise: string): string {
  return typeof value === 'string' && value !== '' ? value : otherwise
}
