/** Sends a task: routes it, writes the message, publishes it and says so (worker-beat.md 3.1, client-cli.md A2). */
import { randomUUID } from 'node:crypto'
import type { Broker } from '../broker/broker.ts'
import type { Envelope } from '../protocol/envelope.ts'
import type { Runtime } from '../runtime/runtime.ts'
import type { CallOptions } from './call-options.ts'
import { currentTask } from './current-task.ts'
import type { LamportClock } from './lamport-clock.ts'
import { createMessage, type Message, sentFields } from './message-of-call.ts'
import { publishEvent } from './publish-event.ts'
import { declareQueue, type PublishRetry, publishTask } from './publish-task.ts'
import type { QueueTable } from './queue-table.ts'
import type { Router } from './routing.ts'
import { createSendPlan, type Planned, planCall, type SendPlan } from './send-plan.ts'
import type { Compiled } from './settings/compile.ts'
import type { Signals } from './signals.ts'
import type { RegisteredTask } from './task.ts'

/** All that sending needs; an app has one per connection, a worker its own. */
export interface Sender {
  readonly broker: Broker
  readonly runtime: Runtime
  readonly clock: LamportClock
  /** `gen<pid>@<host>`, or the worker's name. */
  readonly origin: string
  /** The queue in which results come back over rpc://; Celery names it in every message (wire.md B1). */
  readonly replyTo?: string
  readonly signals: Signals
  readonly settings: () => Compiled
  readonly router: () => Router
  readonly queues: () => QueueTable
  readonly task: (name: string) => RegisteredTask | null
  /** Kept as long as settings and tasks do not change. */
  readonly plans: () => Map<string, SendPlan>
}

export interface TaskCall {
  readonly name: string
  readonly args: readonly unknown[]
  readonly kwargs: Readonly<Record<string, unknown>>
  readonly options: CallOptions
}

/** Names that were sent to, of which the plan is kept. */
const MOST_PLANS = 10_000

/**
 * The id of the task. Throws `message/invalid` for arguments that cannot be sent, `queue/not-declared`, RangeError for
 * a time that cannot be, and the broker's errors.
 */
export async function sendTask(sender: Sender, call: TaskCall): Promise<string> {
  const prepared = prepare(sender, call)
  const { id, options, planned, retry } = prepared
  let { message } = prepared
  const { beforeTaskPublish, afterTaskPublish } = sender.signals
  if (beforeTaskPublish.hasListeners) message = await announceBefore(sender, call.name, message, planned, retry)

  await publishTask(sender, message.envelope, planned.destination, retry)
  if (options.addToParent !== false) currentTask()?.children.push(id)
  if (afterTaskPublish.hasListeners) announceAfter(sender, call.name, message, planned)
  if (sender.settings().sendSentEvent) await announceSent(sender, message, planned)
  return id
}

/** A task's message that is ready to go: for beat, which notes a run before it sends it. */
export interface PreparedTask {
  readonly id: string
  readonly envelope: Envelope
  /** The one queue that it goes straight to; null when an exchange leads to none or several. */
  readonly queue: string | null
  /** Throws as `sendTask` does. */
  publish(): Promise<void>
  /** For whoever puts it into its queue without `publish`: other programs find the queue. */
  declare(): void
  /** Somebody wants to be told of it once it is sent. */
  isAwaited(): boolean
  /** What is told of a message once it is sent, to signals and as an event. */
  announce(): Promise<void>
}

/** All of `sendTask` up to where the broker comes in. Throws `message/invalid`, `queue/not-declared`, RangeError. */
export async function prepareTask(sender: Sender, call: TaskCall): Promise<PreparedTask> {
  const prepared = prepare(sender, call)
  const { id, planned, retry } = prepared
  let { message } = prepared
  const { beforeTaskPublish } = sender.signals
  if (beforeTaskPublish.hasListeners) message = await announceBefore(sender, call.name, message, planned, retry)
  const { envelope } = message
  const { destination } = planned
  const { exchange, routingKey, queue } = destination
  return {
    id,
    envelope,
    queue: exchange === '' ? routingKey : null,
    publish: () => publishTask(sender, envelope, destination, retry),
    declare() {
      if (queue !== null) void declareQueue(sender.broker, sender.runtime, queue)
    },
    isAwaited: () => isAwaited(sender),
    async announce() {
      if (sender.signals.afterTaskPublish.hasListeners) announceAfter(sender, call.name, message, planned)
      if (sender.settings().sendSentEvent) await announceSent(sender, message, planned)
    },
  }
}

/** By listeners, or as an event. */
export function isAwaited({ signals, settings }: Sender): boolean {
  return signals.afterTaskPublish.hasListeners || settings().sendSentEvent
}

interface Prepared {
  readonly id: string
  readonly options: CallOptions
  readonly message: Message
  readonly planned: Planned
  readonly retry: PublishRetry
}

function prepare(sender: Sender, call: TaskCall): Prepared {
  mustBeCall(call)
  const settings = sender.settings()
  const plan = planOf(sender, call.name)
  const planned = planCall(plan, call, sender.router(), sender.queues())
  const { options } = planned
  const id = options.taskId ?? randomUUID()
  const message = createMessage({ id, call, planned, parent: currentTask(), settings, task: plan.task, sender })
  return { id, options, message, planned, retry: retryOf(options, settings) }
}

/** What is kept of a task's name; `queue/not-declared` when its queue is not there. */
export function planOf(sender: Sender, name: string): SendPlan {
  const plans = sender.plans()
  const known = plans.get(name)
  if (known !== undefined) return known
  const plan = createSendPlan(name, sender.task(name), sender.router(), sender.queues())
  if (plans.size >= MOST_PLANS) plans.clear()
  plans.set(name, plan)
  return plan
}

/** For callers that types do not hold back. */
function mustBeCall({ name, args, kwargs }: TaskCall): void {
  if (typeof name !== 'string' || name === '') throw new TypeError('the name of a task must be a text')
  if (!Array.isArray(args)) throw new TypeError('task args must be a list or tuple')
  if (typeof kwargs !== 'object' || kwargs === null || Array.isArray(kwargs)) {
    throw new TypeError('task keyword arguments must be a mapping')
  }
}

/** The policy of a call is merged key by key over the setting's (client-cli.md A3). */
export function retryOf({ retry, retryPolicy }: CallOptions, settings: Compiled): PublishRetry {
  const wanted = retry ?? settings.publishRetry !== null
  if (!wanted) return null
  return retryPolicy == null ? settings.publishPolicy : { ...settings.publishPolicy, ...retryPolicy }
}

/** Listeners may change headers, properties and what is in the body. */
async function announceBefore(
  sender: Sender,
  name: string,
  { envelope, body, rebuild }: Message,
  { destination }: Planned,
  retryPolicy: PublishRetry,
): Promise<Message> {
  const headers = { ...envelope.headers }
  const properties: Record<string, unknown> = { ...envelope.properties }
  const copy = structuredCopy(body)
  await sender.signals.beforeTaskPublish.send({
    sender: name,
    body: copy,
    exchange: destination.exchange,
    routingKey: destination.routingKey,
    headers,
    properties,
    declare: destination.queue === null ? [] : [destination.queue.name],
    retryPolicy: retryPolicy === null ? null : { ...retryPolicy },
  })
  return rebuild(copy, headers, properties)
}

/** Arrays and plain objects anew, so that a listener's change reaches the message and not the caller's own arguments. */
function structuredCopy(value: unknown, levels = 3): unknown {
  if (levels === 0 || typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map((item: unknown) => structuredCopy(item, levels - 1))
  if (Object.getPrototypeOf(value) !== Object.prototype) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, structuredCopy(item, levels - 1)]))
}

function announceAfter(sender: Sender, name: string, { body, envelope }: Message, { destination }: Planned): void {
  const { exchange, routingKey } = destination
  void sender.signals.afterTaskPublish.send({ sender: name, body, exchange, routingKey, headers: envelope.headers })
}

function announceSent(sender: Sender, message: Message, { destination }: Planned): Promise<void> {
  const { exchange, routingKey, queue } = destination
  const place = { queue: queue?.name ?? null, exchange, routing_key: routingKey }
  return publishEvent(sender, 'task-sent', { ...message.sentFields(), ...place })
}

/** task-sent for a message of protocol 2 that is sent on; its fields are those of the message (wire.md C4). */
export function announce(
  sender: Sender,
  { headers }: Envelope,
  id: string,
  { exchange, routingKey }: { readonly exchange: string; readonly routingKey: string },
): Promise<void> {
  const place = { queue: routingKey, exchange, routing_key: routingKey }
  return publishEvent(sender, 'task-sent', { ...sentFields(headers, id), ...place })
}
