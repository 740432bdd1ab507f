/** Writes a task message as Celery 5.7 does: protocol 2, keys in the same order (wire.md B1). */
import type { Codecs } from './codecs.ts'
import { createEnvelope } from './create-envelope.ts'
import type { Envelope } from './envelope.ts'
import { argsRepr, kwargsRepr } from './repr.ts'

/** What is left out is null, empty or zero, as a plain `delay()` sends it. */
export interface NewTask {
  readonly task: string
  /** A new one when left out. */
  readonly id?: string
  readonly args?: readonly unknown[]
  readonly kwargs?: Readonly<Record<string, unknown>>
  /** With exchange '' the name of the queue. */
  readonly routingKey?: string
  readonly exchange?: string
  /** ISO text. */
  readonly eta?: string | null
  readonly expires?: string | null
  /** Milliseconds until a broker that can (RabbitMQ) drops it; sent beside `expires`. */
  readonly expirationMs?: number | null
  readonly retries?: number
  /** Seconds: hard, soft. */
  readonly timelimit?: readonly [number | null, number | null]
  readonly group?: string | null
  readonly groupIndex?: number | null
  readonly rootId?: string | null
  readonly parentId?: string | null
  readonly shadow?: string | null
  /** `gen<pid>@<host>` */
  readonly origin?: string | null
  readonly ignoreResult?: boolean | null
  readonly replacedTaskNesting?: number
  readonly stampedHeaders?: readonly string[] | null
  readonly stamps?: Readonly<Record<string, unknown>>
  readonly callbacks?: readonly unknown[] | null
  readonly errbacks?: readonly unknown[] | null
  /** Reversed: the next step last. */
  readonly chain?: readonly unknown[] | null
  readonly chord?: unknown
  readonly argsrepr?: string
  readonly kwargsrepr?: string
  readonly reprMaxLength?: number
  readonly reprMaxLevels?: number
  /** The queue of the RPC backend; '' for none. */
  readonly replyTo?: string
  /** 0..9 */
  readonly priority?: number
  readonly deliveryMode?: 1 | 2
  readonly serializer?: string
  readonly compression?: string | null
  /** Custom headers, after Celery's own. */
  readonly headers?: Readonly<Record<string, unknown>>
}

export interface CreateTaskParts {
  readonly newId: () => string
  readonly codecs: Codecs
}

/** Throws `message/invalid` when an argument cannot be sent, and what the serializer and the compression throw. */
export function createTaskEnvelope(task: NewTask, parts: CreateTaskParts): Envelope {
  const { args = [], kwargs = {}, id = parts.newId() } = task
  const { callbacks = null, errbacks = null, chain = null, chord = null } = task
  return createEnvelope({
    body: [args, kwargs, { callbacks, errbacks, chain, chord }],
    headers: task.headers === undefined ? headersOf(task, id) : { ...headersOf(task, id), ...task.headers },
    exchange: task.exchange ?? '',
    routingKey: task.routingKey ?? 'celery',
    deliveryMode: task.deliveryMode ?? 2,
    priority: task.priority ?? 0,
    address: { correlation_id: id, reply_to: task.replyTo ?? '' },
    expiration: typeof task.expirationMs === 'number' ? String(Math.trunc(task.expirationMs)) : null,
    newId: parts.newId,
    codecs: parts.codecs,
    serializer: task.serializer ?? 'json',
    compression: task.compression ?? null,
  })
}

function headersOf(task: NewTask, id: string): Record<string, unknown> {
  const repr = { maxLength: task.reprMaxLength ?? 1024, maxLevels: task.reprMaxLevels ?? 3 }
  return {
    lang: 'js',
    task: task.task,
    id,
    shadow: task.shadow ?? null,
    eta: task.eta ?? null,
    expires: task.expires ?? null,
    group: task.group ?? null,
    group_index: task.groupIndex ?? null,
    retries: task.retries ?? 0,
    timelimit: task.timelimit ?? [null, null],
    root_id: task.rootId ?? id,
    parent_id: task.parentId ?? null,
    argsrepr: task.argsrepr ?? argsRepr(task.args ?? [], repr),
    kwargsrepr: task.kwargsrepr ?? kwargsRepr(task.kwargs ?? {}, repr),
    origin: task.origin ?? null,
    ignore_result: task.ignoreResult ?? null,
    replaced_task_nesting: task.replacedTaskNesting ?? 0,
    stamped_headers: task.stampedHeaders ?? null,
    stamps: task.stamps ?? {},
  }
}
