/** Sends a task: routes it, writes the message, publishes it and says so (worker-beat.md 3.1). */
import { randomUUID } from 'node:crypto'
import type { Broker } from '../broker/broker.ts'
import type { Envelope } from '../protocol/envelope.ts'
import { formatIsoTime } from '../protocol/iso-time.ts'
import { createTaskEnvelope, type NewTask } from '../protocol/task-message.ts'
import { nodeCodecs } from '../runtime/codecs.ts'
import type { Runtime } from '../runtime/runtime.ts'
import type { CallOptions } from './call-options.ts'
import { currentTask } from './current-task.ts'
import type { LamportClock } from './lamport-clock.ts'
import { publishEvent } from './publish-event.ts'
import type { RouteOptions, Router } from './routing.ts'
import type { Compiled } from './settings/compile.ts'
import type { TaskOptions } from './task.ts'

/** All that sending needs; an app has one per connection, a worker its own. */
export interface Sender {
  readonly broker: Broker
  readonly runtime: Runtime
  readonly clock: LamportClock
  /** `gen<pid>@<host>`, or the worker's name. */
  readonly origin: string
  readonly settings: () => Compiled
  readonly router: () => Router
  readonly taskOptions: (name: string) => TaskOptions | null
}

export interface TaskCall {
  readonly name: string
  readonly args: readonly unknown[]
  readonly kwargs: Readonly<Record<string, unknown>>
  readonly options: CallOptions
}

/** The id of the task. Throws `message/invalid` for arguments that cannot be sent, and the broker's errors. */
export async function sendTask(sender: Sender, call: TaskCall): Promise<string> {
  const settings = sender.settings()
  const options = mergedOptions(sender.taskOptions(call.name), call.options)
  const route = options.queue === undefined ? routeFor(sender, call, options) : null
  const place = placeOf(options, route, settings.defaultQueue)
  const id = options.taskId ?? randomUUID()
  const parent = currentTask()
  const message = newTask(sender, { ...call, options }, { id, place, route })
  const envelope = createTaskEnvelope(message, { newId: randomUUID, codecs: nodeCodecs })

  await sender.broker.publish(place.routingKey, envelope)
  parent?.children.push(id)
  if (settings.sendSentEvent) await announce(sender, envelope, id, place)
  return id
}

/** Call options win over those of the task; what is undefined was not given. */
function mergedOptions(task: TaskOptions | null, call: CallOptions): CallOptions {
  const { queue, exchange, routingKey, priority, serializer, compression } = task ?? {}
  const { timeLimit, softTimeLimit, expires, ignoreResult } = task ?? {}
  const own = {
    queue,
    exchange,
    routingKey,
    priority,
    serializer,
    compression,
    timeLimit,
    softTimeLimit,
    expires,
    ignoreResult,
  }
  return { ...given(own), ...given(call) }
}

function given<T extends object>(options: T): Given<T> {
  const entries = Object.entries(options).filter(([, value]) => value !== undefined)
  // The same keys with the same values, less those that are undefined.
  return Object.fromEntries(entries) as Given<T>
}

type Given<T> = { [K in keyof T]?: Exclude<T[K], undefined> }

function routeFor(sender: Sender, { name, args, kwargs }: TaskCall, options: CallOptions): RouteOptions | null {
  return sender.router()({ name, args, kwargs, options: { ...options } })
}

interface Place {
  readonly exchange: string
  /** With exchange '' the name of the queue. */
  readonly routingKey: string
}

/**
 * A direct exchange without a routing key becomes the anonymous one with the name of the queue (wire.md A5); so does
 * one with both, since Umbel publishes to queues.
 */
function placeOf(options: CallOptions, route: RouteOptions | null, defaultQueue: string): Place {
  const queue = options.queue ?? route?.queue ?? options.routingKey ?? route?.routing_key ?? defaultQueue
  return { exchange: '', routingKey: queue }
}

interface Facts {
  readonly id: string
  readonly place: Place
  readonly route: RouteOptions | null
}

function newTask(sender: Sender, { name, args, kwargs, options }: TaskCall, { id, place, route }: Facts): NewTask {
  const settings = sender.settings()
  const parent = currentTask()
  const nowMs = sender.runtime.clock.nowMs()
  const etaMs = options.eta?.getTime() ?? (options.countdown === undefined ? null : nowMs + options.countdown * 1000)
  const expiresMs = typeof options.expires === 'number' ? nowMs + options.expires * 1000 : options.expires?.getTime()
  const priority =
    options.priority ?? route?.priority ?? inheritedPriority(settings, parent) ?? settings.defaultPriority
  return {
    task: name,
    id,
    args,
    kwargs,
    exchange: place.exchange,
    routingKey: place.routingKey,
    eta: etaMs === null ? null : formatIsoTime(etaMs),
    expires: expiresMs === undefined ? null : formatIsoTime(expiresMs),
    expirationMs: expiresMs === undefined ? null : Math.max(0, expiresMs - nowMs),
    retries: options.retries ?? 0,
    timelimit: [options.timeLimit ?? settings.timeLimitSeconds, options.softTimeLimit ?? settings.softTimeLimitSeconds],
    group: options.groupId ?? null,
    groupIndex: options.groupIndex ?? null,
    rootId: options.rootId ?? parent?.rootId ?? parent?.id ?? id,
    parentId: options.parentId ?? parent?.id ?? null,
    shadow: options.shadow ?? null,
    origin: sender.origin,
    ignoreResult: options.ignoreResult ?? settings.ignoreResult,
    callbacks: listOf(options.link),
    errbacks: listOf(options.linkError),
    chain: options.chain ?? null,
    chord: options.chord ?? null,
    replyTo: options.replyTo ?? '',
    priority: priority ?? 0,
    deliveryMode: settings.deliveryMode,
    reprMaxLevels: settings.reprMaxLevels,
    serializer: options.serializer ?? route?.serializer ?? settings.serializer,
    compression: options.compression ?? settings.compression,
    ...given({ argsrepr: options.argsrepr, kwargsrepr: options.kwargsrepr, headers: options.headers }),
  }
}

function inheritedPriority(settings: Compiled, parent: { readonly priority: number } | null): number | null {
  return settings.inheritPriority && parent !== null ? parent.priority : null
}

function listOf<T>(value: T | readonly T[] | undefined): readonly T[] | null {
  if (value === undefined) return null
  return Array.isArray(value) ? value : [value as T] // not an array, so it is one of them
}

/** task-sent; its fields are those of the message as it went out (wire.md C4). */
export function announce(
  sender: Sender,
  { headers }: Envelope,
  id: string,
  { exchange, routingKey }: Place,
): Promise<void> {
  return publishEvent(sender, 'task-sent', {
    uuid: id,
    root_id: headers['root_id'],
    parent_id: headers['parent_id'],
    name: headers['task'],
    args: headers['argsrepr'],
    kwargs: headers['kwargsrepr'],
    retries: headers['retries'],
    eta: headers['eta'],
    expires: headers['expires'],
    queue: routingKey,
    exchange,
    routing_key: routingKey,
  })
}
