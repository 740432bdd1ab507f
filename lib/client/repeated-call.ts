/**
 * A call that is sent again and again, as beat's are: its message is written once, as a form with holes for what differs
 * each time (its ids and times). Calls that differ in their arguments only share a form; each keeps little more than its
 * body.
 */
import { randomUUID } from 'node:crypto'
import { encodeBody } from '../protocol/body.ts'
import type { Envelope } from '../protocol/envelope.ts'
import { formatEnvelope } from '../protocol/message.ts'
import { argsRepr, kwargsRepr } from '../protocol/repr.ts'
import { createHole, cutForm, type Form, fillForm, WrittenEnvelope } from '../protocol/written-envelope.ts'
import { flatUuid } from '../runtime/flat-uuid.ts'
import type { CallOptions } from './call-options.ts'
import { currentTask } from './current-task.ts'
import type { Destination } from './destination.ts'
import { createMessage, sentFields } from './message-of-call.ts'
import { publishEvent } from './publish-event.ts'
import { declareQueue, type PublishRetry, publishTask } from './publish-task.ts'
import { isAwaited, type PreparedTask, planOf, retryOf, type Sender, type TaskCall } from './send.ts'
import { type Planned, planCall, type SendPlan } from './send-plan.ts'
import { isoTimeIn } from './time-text.ts'

export interface RepeatedCall {
  /** Null: a listener wants to see each message, or settings have changed; then it is to be made anew. */
  prepare(): PreparedTask | null
}

/** Null for a call that must be made anew each time. Throws as `prepareTask` does. */
export type RepeatCall = (call: TaskCall) => RepeatedCall | null

const HOLES = {
  ...{ id: randomUUID(), tag: createHole(), body: createHole(), args: createHole(), kwargs: createHole() },
  ...{ eta: createHole(), expires: createHole() },
}

interface CallForm {
  readonly sender: Sender
  readonly name: string
  readonly plan: SendPlan
  readonly text: Form<keyof typeof HOLES>
  /** With holes. */
  readonly envelope: Envelope
  readonly idHeaders: readonly string[]
  readonly hasIdAsCorrelation: boolean
  readonly destination: Destination
  readonly retry: PublishRetry
  readonly countdown: number | null
  readonly expires: number | null
  readonly encoding: { readonly serializer: string; readonly compression: string | null }
}

/** What gets ids of its own each time, or says itself what the message is to be. */
const EACH_TIME = ['taskId', 'link', 'linkError', 'chain', 'chord', 'eta', 'replacedTaskNesting'] as const
const NO_EMBED = { callbacks: null, errbacks: null, chain: null, chord: null }
const MOST_FORMS = 1_000

export function createRepeatedCalls(sender: Sender): RepeatCall {
  const forms = new Map<string, CallForm | null>()

  function formFor(call: TaskCall): CallForm | null {
    const { argsrepr: _, kwargsrepr: __, ...options } = call.options
    const key = `${call.name}\n${JSON.stringify(options)}`
    const known = forms.get(key)
    if (known !== undefined && (known === null || isCurrent(known))) return known
    const made = createForm(sender, call)
    if (forms.size >= MOST_FORMS) forms.clear()
    forms.set(key, made)
    return made
  }

  return function repeat(call) {
    if (isSeen(sender) || !sender.router().byNameOnly || sender.settings().protocol === 1 || currentTask() !== null) {
      return null
    }
    const form = formFor(call)
    if (form === null) return null
    const { args, kwargs, options } = call
    const { codecs, reprMaxLevels: maxLevels } = sender.settings()
    const { body, ...content } = encodeBody([args, kwargs, NO_EMBED], { codecs, ...form.encoding })
    if (content['content-type'] !== form.envelope['content-type']) return null
    if (content['content-encoding'] !== form.envelope['content-encoding']) return null
    const repr = { maxLength: 1024, maxLevels }
    return new OneCall(
      form,
      body,
      options.argsrepr ?? argsRepr(args, repr),
      options.kwargsrepr ?? kwargsRepr(kwargs, repr),
    )
  }
}

/** Null where it is not the same each time. */
function createForm(sender: Sender, call: TaskCall): CallForm | null {
  const { name } = call
  const settings = sender.settings()
  const plan = planOf(sender, name)
  const planned = planCall(plan, call, sender.router(), sender.queues())
  const { destination, options, route } = planned
  const { countdown: given, properties } = options
  const expires = options.expires === undefined ? (route?.expires ?? null) : options.expires
  if (destination.exchange !== '' || plan.task?.options.shadowName != null || properties != null) return null
  if (EACH_TIME.some((key) => (options[key] ?? route?.[key] ?? null) !== null)) return null
  if (expires !== null && typeof expires !== 'number') return null

  const countdown = given || null
  const first = { ...planned, options: { ...options, taskId: HOLES.id } }
  const facts = { id: HOLES.id, call, planned: first, parent: null, settings, task: plan.task, sender }
  const { envelope } = createMessage(facts)
  const holed = withHoles(envelope, countdown !== null, expires !== null)
  const { headers } = envelope
  return {
    ...{ sender, name, plan, destination, countdown, expires, envelope: holed },
    text: cutForm(formatEnvelope(holed), HOLES),
    idHeaders: Object.keys(headers).filter((header) => headers[header] === HOLES.id),
    hasIdAsCorrelation: envelope.properties.correlation_id === HOLES.id,
    retry: retryOf(options, settings),
    encoding: encodingOf(planned, settings),
  }
}

function withHoles(envelope: Envelope, hasEta: boolean, hasExpires: boolean): Envelope {
  const headers = {
    ...{ ...envelope.headers, argsrepr: HOLES.args, kwargsrepr: HOLES.kwargs },
    ...(hasEta && { eta: HOLES.eta }),
    ...(hasExpires && { expires: HOLES.expires }),
  }
  return { ...envelope, body: HOLES.body, headers, properties: { ...envelope.properties, delivery_tag: HOLES.tag } }
}

function encodingOf({ options, route }: Planned, settings: ReturnType<Sender['settings']>): CallForm['encoding'] {
  const pick = (key: 'serializer' | 'compression', { [key]: own }: CallOptions) => own ?? route?.[key] ?? null
  return {
    serializer: pick('serializer', options) ?? settings.serializer,
    compression: pick('compression', options) ?? settings.compression,
  }
}

/** Settings and the task are as they were. */
function isCurrent({ sender, name, plan }: CallForm): boolean {
  return sender.plans().get(name) === plan
}

/** Somebody wants to see each message. */
function isSeen({ signals }: Sender): boolean {
  return signals.beforeTaskPublish.hasListeners || signals.afterTaskPublish.hasListeners
}

class OneCall implements RepeatedCall {
  readonly #form: CallForm
  readonly #body: string
  readonly #args: string
  readonly #kwargs: string

  constructor(form: CallForm, body: string, args: string, kwargs: string) {
    this.#form = form
    this.#body = body
    this.#args = args
    this.#kwargs = kwargs
  }

  prepare(): PreparedTask | null {
    if (!isCurrent(this.#form) || isSeen(this.#form.sender)) return null
    const id = flatUuid()
    return new PreparedCall(this.#form, id, this.#fill(id))
  }

  #fill(id: string): WrittenEnvelope {
    const form = this.#form
    const tag = flatUuid()
    const headers: Record<string, unknown> = { ...form.envelope.headers }
    headers['argsrepr'] = this.#args
    headers['kwargsrepr'] = this.#kwargs
    for (const header of form.idHeaders) headers[header] = id
    const properties = { ...form.envelope.properties, delivery_tag: tag }
    if (form.hasIdAsCorrelation) properties.correlation_id = id
    const texts = { id: `"${id}"`, tag: `"${tag}"`, body: JSON.stringify(this.#body), eta: '', expires: '' }
    if (form.countdown !== null) texts.eta = timeIn(form.sender, headers, 'eta', form.countdown)
    if (form.expires !== null) texts.expires = timeIn(form.sender, headers, 'expires', form.expires)
    const [args, kwargs] = [JSON.stringify(this.#args), JSON.stringify(this.#kwargs)]
    const text = fillForm(form.text, { ...texts, args, kwargs })
    return new WrittenEnvelope(text, { ...form.envelope, body: this.#body, headers, properties })
  }
}

/** Sets the header to so many seconds from now; its JSON text. */
function timeIn(sender: Sender, headers: Record<string, unknown>, header: string, seconds: number): string {
  const text = isoTimeIn(sender.settings().zone, sender.runtime.clock.nowMs() + seconds * 1000)
  headers[header] = text
  return `"${text}"`
}

class PreparedCall implements PreparedTask {
  readonly id: string
  readonly envelope: Envelope
  readonly #form: CallForm

  constructor(form: CallForm, id: string, envelope: Envelope) {
    this.#form = form
    this.id = id
    this.envelope = envelope
  }

  get queue(): string {
    return this.#form.destination.routingKey
  }
  publish(): Promise<void> {
    const { sender, destination, retry } = this.#form
    if (retry !== null || sender.broker.status().state !== 'ready') {
      return publishTask(sender, this.envelope, destination, retry)
    }
    this.declare()
    return sender.broker.publish(destination.routingKey, this.envelope)
  }
  declare(): void {
    const { sender, destination } = this.#form
    if (destination.queue !== null) void declareQueue(sender.broker, sender.runtime, destination.queue)
  }
  isAwaited(): boolean {
    return isAwaited(this.#form.sender)
  }
  async announce(): Promise<void> {
    const { sender, destination } = this.#form
    if (!sender.settings().sendSentEvent) return
    const { exchange, routingKey: routing_key, queue } = destination
    const place = { queue: queue?.name ?? null, exchange, routing_key }
    await publishEvent(sender, 'task-sent', { ...sentFields(this.envelope.headers, this.id), ...place })
  }
}
