import type { TaskRecord } from '../../monitor/records.ts'

/**
 * Flower's task dict as JSON text: 31 keys in its order (flower.md 2.4). Text, because Python writes whole seconds as
 * `5.0`, so that clients with typed numbers read a float every time.
 * `worker` comes last, and only when known, in the list (`last`); in its place, or null, in the single answer.
 */
export function flowerTask(task: TaskRecord, children: readonly string[], worker: 'last' | 'in-place'): string {
  const parts = [
    field('uuid', task.uuid),
    field('name', task.name),
    field('state', task.state),
    time('received', task.received),
    time('sent', task.sent),
    time('started', task.started),
    time('rejected', task.rejected),
    time('succeeded', task.succeeded),
    time('failed', task.failed),
    time('retried', task.retried),
    time('revoked', task.revoked),
    field('args', task.args),
    field('kwargs', task.kwargs),
    field('eta', task.eta),
    field('expires', task.expires),
    field('retries', task.retries),
    field('result', task.result),
    field('exception', task.exception),
    time('timestamp', task.timestamp),
    time('runtime', task.runtime),
    field('traceback', task.traceback),
    field('exchange', task.exchange),
    field('routing_key', task.routingKey),
    field('clock', task.clock ?? 0),
    field('client', task.client),
    field('root', task.rootId),
    field('root_id', task.rootId),
    field('parent', task.parentId),
    field('parent_id', task.parentId),
    field('children', children),
  ]
  if (worker === 'in-place') parts.splice(WORKER_PLACE, 0, field('worker', task.worker))
  else if (task.worker !== null) parts.push(field('worker', task.worker))
  return `{${parts.join(', ')}}`
}

/** After `retries`. */
const WORKER_PLACE = 16

function field(name: string, value: unknown): string {
  return `"${name}": ${JSON.stringify(value)}`
}

function time(name: string, seconds: number | null): string {
  return `"${name}": ${pythonFloat(seconds)}`
}

export function pythonFloat(value: number | null): string {
  if (value === null || !Number.isFinite(value)) return 'null'
  return Number.isInteger(value) && Math.abs(value) < 1e16 ? `${value}.0` : String(value)
}
