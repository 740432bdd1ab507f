import type { TaskRecord } from '../../monitor/records.ts'
import { flowerFloat, flowerJson } from './flower-json.ts'

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
    field('exchange', exchangeOf(task)),
    field('routing_key', task.routingKey),
    field('clock', task.clock ?? 0),
    field('client', task.client),
    field('root', task.rootId),
    field('root_id', task.rootId),
    field('parent', task.parentId),
    field('parent_id', task.parentId),
    field('children', childrenOf(task, children)),
  ]
  if (worker === 'in-place') parts.splice(WORKER_PLACE, 0, field('worker', task.worker))
  else if (task.worker !== null) parts.push(field('worker', task.worker))
  return `{${parts.join(', ')}}`
}

/** task-sent names both; the default exchange's empty name is not kept. */
function exchangeOf(task: TaskRecord): string | null {
  return task.exchange ?? (task.routingKey === null ? null : '')
}

/** Celery names a task that retries itself as its own parent (wire.md C), and Flower lists it as its own child. */
function childrenOf(task: TaskRecord, children: readonly string[]): readonly string[] {
  return task.parentId === task.uuid ? [task.uuid, ...children] : children
}

/** After `retries`. */
const WORKER_PLACE = 16

function field(name: string, value: unknown): string {
  return `"${name}": ${flowerJson(value)}`
}

function time(name: string, seconds: number | null): string {
  return `"${name}": ${flowerFloat(seconds)}`
}
