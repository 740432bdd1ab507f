/** Writes a task message of protocol 1, for workers before Celery 4: everything is in the body (wire.md B4). */
import { createEnvelope } from './create-envelope.ts'
import type { CreateTaskParts, NewTask } from './create-task.ts'
import type { Envelope } from './envelope.ts'

/** Chains, stamps, parents and reprs have no place in it. `utc`: eta and expires are in UTC. */
export function taskBodyV1(task: NewTask & { readonly id: string }, utc: boolean): Readonly<Record<string, unknown>> {
  const { group = null } = task
  return {
    task: task.task,
    id: task.id,
    args: task.args ?? [],
    kwargs: task.kwargs ?? {},
    group,
    group_index: task.groupIndex ?? null,
    retries: task.retries ?? 0,
    eta: task.eta ?? null,
    expires: task.expires ?? null,
    utc,
    callbacks: task.callbacks ?? null,
    errbacks: task.errbacks ?? null,
    timelimit: task.timelimit ?? [null, null],
    taskset: group,
    chord: task.chord ?? null,
  }
}

/** Throws as `createTaskEnvelope`. */
export function createTaskEnvelopeV1(
  task: NewTask & { readonly id: string },
  body: unknown,
  { newId, codecs }: CreateTaskParts,
): Envelope {
  return createEnvelope({
    body,
    headers: { ...task.headers },
    exchange: task.exchange ?? '',
    routingKey: task.routingKey ?? 'celery',
    deliveryMode: task.deliveryMode ?? 2,
    priority: task.priority ?? 0,
    address: { correlation_id: task.id, reply_to: task.replyTo ?? '' },
    expiration: typeof task.expirationMs === 'number' ? String(Math.trunc(task.expirationMs)) : null,
    newId,
    codecs,
    serializer: task.serializer ?? 'json',
    compression: task.compression ?? null,
  })
}
