/** The message of a call: Celery's headers, body and properties from options, task and settings (client-cli.md A2). */
import { randomUUID } from 'node:crypto'
import { createTaskEnvelopeV1, taskBodyV1 } from '../protocol/create-task-v1.ts'
import type { Envelope } from '../protocol/envelope.ts'
import { argsRepr, kwargsRepr } from '../protocol/repr.ts'
import { createTaskEnvelope, type NewTask } from '../protocol/task-message.ts'
import type { Runtime } from '../runtime/runtime.ts'
import type { CallOptions } from './call-options.ts'
import type { CurrentTask } from './current-task.ts'
import type { Planned, PlannedCall } from './send-plan.ts'
import type { Compiled } from './settings/compile.ts'
import type { RegisteredTask } from './task.ts'
import { checkedSeconds, isoTimeIn, msOfText } from './time-text.ts'

export interface Message {
  readonly envelope: Envelope
  /** Before it is serialized: `[args, kwargs, embed]`, or the object of protocol 1. */
  readonly body: unknown
  /** The fields of task-sent, less those of the place. */
  sentFields(): Readonly<Record<string, unknown>>
  /** The same message with what listeners have made of its parts. */
  rebuild(body: unknown, headers: Record<string, unknown>, properties: Record<string, unknown>): Message
}

export interface MessageFacts {
  readonly id: string
  readonly call: PlannedCall
  readonly planned: Planned
  /** The task that sends this one. */
  readonly parent: CurrentTask | null
  readonly settings: Compiled
  /** Null: not registered in this program, so that all that is not given is left to the worker. */
  readonly task: RegisteredTask | null
  readonly sender: { readonly runtime: Runtime; readonly origin: string; readonly replyTo?: string }
}

/** Throws `message/invalid` when an argument cannot be sent, and what the serializer throws. */
export function createMessage(facts: MessageFacts): Message {
  const task = newTask(facts)
  const { properties } = facts.planned.options
  const message = facts.settings.protocol === 1 ? version1(task, facts.settings) : version2(task, facts.settings)
  if (properties == null) return message
  return {
    ...message,
    envelope: { ...message.envelope, properties: { ...message.envelope.properties, ...properties } },
  }
}

function version2(task: NewTask & { readonly id: string }, settings: Compiled): Message {
  const { codecs } = settings
  const envelope = createTaskEnvelope(task, { newId: randomUUID, codecs })
  return {
    envelope,
    get body() {
      const { args, kwargs, callbacks = null, errbacks = null, chain = null, chord = null } = task
      return [args, kwargs, { callbacks, errbacks, chain, chord }]
    },
    sentFields: () => sentFields(envelope.headers, task.id),
    rebuild(body, headers, properties) {
      // A listener changes what is in these three; what it puts in their place is its own affair.
      const [args, kwargs, embed] = body as [NewTask['args'], NewTask['kwargs'], Pick<NewTask, 'callbacks' | 'chain'>]
      const built = version2({ ...task, ...embed, args, kwargs }, settings)
      return { ...built, body, envelope: withParts(built.envelope, headers, properties) }
    },
  }
}

function version1(task: NewTask & { readonly id: string }, settings: Compiled): Message {
  const { codecs, utc } = settings
  const body = taskBodyV1(task, utc)
  const envelope = createTaskEnvelopeV1(task, body, { newId: randomUUID, codecs })
  return {
    envelope,
    body,
    sentFields() {
      const { args = [], kwargs = {}, retries = 0, eta = null, expires = null } = task
      return { uuid: task.id, name: task.task, args: argsRepr(args), kwargs: kwargsRepr(kwargs), retries, eta, expires }
    },
    rebuild(changed, headers, properties) {
      const built = createTaskEnvelopeV1(task, changed, { newId: randomUUID, codecs })
      return { ...version1(task, settings), body: changed, envelope: withParts(built, headers, properties) }
    },
  }
}

function withParts(
  envelope: Envelope,
  headers: Record<string, unknown>,
  properties: Record<string, unknown>,
): Envelope {
  // Listeners add properties; the tag and the delivery_info that a broker needs are put back if they are gone.
  return { ...envelope, headers, properties: { ...envelope.properties, ...properties } }
}

/** In Celery's order (wire.md C4). */
export function sentFields(headers: Envelope['headers'], id: string): Record<string, unknown> {
  return {
    uuid: id,
    root_id: headers['root_id'],
    parent_id: headers['parent_id'],
    name: headers['task'],
    args: headers['argsrepr'],
    kwargs: headers['kwargsrepr'],
    retries: headers['retries'],
    eta: headers['eta'],
    expires: headers['expires'],
  }
}

function newTask(facts: MessageFacts): NewTask & { readonly id: string } {
  const { id, call, planned, parent, settings, task, sender } = facts
  const { options, route, destination } = planned
  const { eta, expires, expirationMs } = timesOf(options, route, facts)
  const pick = <K extends keyof CallOptions>(key: K) => options[key] ?? route?.[key] ?? null
  return {
    task: call.name,
    id,
    args: call.args,
    kwargs: call.kwargs,
    exchange: destination.exchange,
    routingKey: destination.routingKey,
    eta,
    expires,
    expirationMs,
    retries: options.retries ?? 0,
    timelimit: limitsOf(facts),
    group: options.groupId ?? null,
    groupIndex: options.groupIndex ?? null,
    rootId: options.rootId ?? parent?.rootId ?? parent?.id ?? id,
    parentId: options.parentId ?? parent?.id ?? null,
    shadow: options.shadow ?? task?.options.shadowName?.(call.args, call.kwargs, options) ?? null,
    origin: options.origin ?? sender.origin,
    ignoreResult: options.ignoreResult ?? (task === null ? null : settings.ignoreResult),
    replacedTaskNesting: options.replacedTaskNesting ?? 0,
    stampedHeaders: options.stampedHeaders ?? null,
    stamps: options.stamps ?? {},
    callbacks: listOf(options.link),
    errbacks: listOf(options.linkError),
    chain: options.chain ?? null,
    chord: options.chord ?? null,
    replyTo: options.replyTo ?? sender.replyTo ?? '',
    priority: pick('priority') ?? inheritedPriority(settings, parent) ?? settings.defaultPriority ?? 0,
    deliveryMode: pick('deliveryMode') ?? destination.queue?.deliveryMode ?? settings.deliveryMode,
    reprMaxLevels: settings.reprMaxLevels,
    serializer: pick('serializer') ?? settings.serializer,
    compression: pick('compression') ?? settings.compression,
    argsrepr: options.argsrepr ?? undefined,
    kwargsrepr: options.kwargsrepr ?? undefined,
    headers: options.headers ?? undefined,
  }
}

type Times = Pick<NewTask, 'eta' | 'expires' | 'expirationMs'>

const NO_TIMES: Times = { eta: null, expires: null, expirationMs: null }

function timesOf(options: CallOptions, route: CallOptions | null, { id, settings, sender }: MessageFacts): Times {
  const { countdown, eta = null } = options
  const expires = options.expires === undefined ? (route?.expires ?? null) : options.expires
  // A countdown of 0 is none.
  const counts = countdown != null && countdown !== 0
  if (!counts && eta === null && expires === null) return NO_TIMES
  const { clock, log } = sender.runtime
  const nowMs = clock.nowMs()
  const inSeconds = (seconds: number, what: 'countdown' | 'expires') =>
    isoTimeIn(settings.zone, nowMs + checkedSeconds(seconds, what) * 1000)
  const start = counts ? inSeconds(countdown, 'countdown') : eta === null ? null : textOf(eta, 'eta')
  if (expires === null) return { ...NO_TIMES, eta: start }
  const end = typeof expires === 'number' ? inSeconds(expires, 'expires') : textOf(expires, 'expires')
  const leftMs = (typeof expires === 'number' ? expires * 1000 : (msOfText(end) ?? nowMs) - nowMs) || 0
  if (leftMs < 0) log.warning('a task was sent that has expired before', { id, seconds: -leftMs / 1000 })
  return { eta: start, expires: end, expirationMs: Math.max(0, leftMs) }
}

function textOf(time: Date | string, what: 'eta' | 'expires'): string {
  if (time instanceof Date && !Number.isNaN(time.getTime())) return isoTimeIn('UTC', time.getTime())
  if (typeof time === 'string' && msOfText(time) !== null) return time
  throw new RangeError(`${what} is no time: ${String(time)}`)
}

/** What a task that is not registered here has for limits, its worker knows. Null clears the task's own. */
function limitsOf({
  planned: { options, route },
  settings,
  task,
}: MessageFacts): readonly [number | null, number | null] {
  const { timeLimit = route?.timeLimit, softTimeLimit = route?.softTimeLimit } = options
  const known = task !== null
  return [
    timeLimit === undefined ? (known ? settings.timeLimitSeconds : null) : timeLimit,
    softTimeLimit === undefined ? (known ? settings.softTimeLimitSeconds : null) : softTimeLimit,
  ]
}

function inheritedPriority(settings: Compiled, parent: CurrentTask | null): number | null {
  return settings.inheritPriority && parent !== null ? parent.priority : null
}

function listOf<T>(value: T | readonly T[] | null | undefined): readonly T[] | null {
  if (value === undefined || value === null) return null
  return Array.isArray(value) ? value : [value as T] // not an array, so it is one of them
}
