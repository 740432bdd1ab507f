/**
 * The contract of every message broker. A broker moves messages; it knows kombu's envelope and nothing of tasks.
 *
 *  BRK-1  A published message is taken at least once, or is still there.
 *  BRK-2  Taking is one step: at no instant is a message in neither place.
 *  BRK-3  A delivery that is neither settled nor kept alive comes back after `visibilityTimeoutMs`, also when the
 *         process that took it is gone, also to a program in another language.
 *  BRK-4  ack, reject and requeue may be called twice; the second call does nothing.
 *  BRK-5  A consumer never holds more than its prefetch limit (0 = no limit).
 *  BRK-6  Fan-out reaches every subscriber that is connected at that time, and nobody else. It may be lost; a
 *         subscriber is told when its stream was interrupted (`onGap`).
 *  BRK-7  A lost connection comes back by itself; consumers and subscriptions go on without being made anew.
 *  BRK-8  A message that cannot be read is set aside (`Poison`), counted and kept; it neither stops a consumer nor
 *         comes back to it.
 *  BRK-9  Every call ends: with its result, or with an UmbelError, within the time-outs of the connection.
 *  BRK-10 A message that was acknowledged early, and whose program is gone before it said `over`, is shown to one
 *         consumer's `onLost` when its lease has run out. Only where messages outlive programs.
 */
import type { Envelope } from '../protocol/envelope.ts'

export interface BrokerSupport {
  readonly priorities: boolean
  readonly fanout: boolean
  readonly peek: boolean
  readonly unacked: boolean
}

export type BrokerState = 'connecting' | 'ready' | 'reconnecting' | 'closed'

export interface BrokerStatus {
  readonly state: BrokerState
  /** Wall clock of the last change of state. */
  readonly sinceMs: number
  /** Why it is not ready, for a person; null when ready. */
  readonly reason: string | null
}

export interface Broker {
  /** With the password masked. */
  readonly url: string
  readonly kind: 'redis' | 'memory' | 'amqp'
  readonly supports: BrokerSupport
  status(): BrokerStatus
  /** Called on every change of state. Returns a function that ends the subscription. */
  onStatus(listener: (status: BrokerStatus) => void): () => void
  /**
   * Starts connecting. Resolves when first connected; while the broker is down it keeps trying and stays pending, so
   * a caller that must not wait does not await it. Rejects only when `close` is called or the settings cannot work.
   */
  open(): Promise<void>
  close(): Promise<void>

  /** Puts a message at the end of a queue, by the envelope's priority where the broker has priorities. */
  publish(queue: string, envelope: Envelope): Promise<void>
  /** Only where messages lie in lists of a Redis: for beat, which pushes a message and notes the run in one step. */
  listPut?(queue: string, envelope: Envelope): ListPut
  consume(options: ConsumeOptions): Consumer
  readonly fanout: Fanout
  readonly bindings: Bindings
  readonly queues: Queues
  /** What the server tells of itself, for a person. Only where there is a server. */
  facts?(): Promise<BrokerFacts>
}

export interface BrokerFacts {
  readonly facts: readonly { readonly name: string; readonly value: string }[]
  /** How it is set up, or doing, so that messages can be lost: whole sentences. */
  readonly warnings: readonly string[]
}

/** What `publish` would push, to the head of which list. */
export interface ListPut {
  readonly list: string
  readonly raw: string
  /** To be called when it was: consumers in this program look at once. */
  readonly pushed: () => void
}

export interface ConsumeOptions {
  readonly queues: readonly string[]
  /** Most deliveries held at once; 0 = no limit. */
  readonly prefetch: number
  readonly onDelivery: (delivery: Delivery) => void
  readonly onPoison?: (poison: Poison) => void
  /** What another program lost (BRK-10). */
  readonly onLost?: (lost: LostDelivery) => void
}

/** An acknowledgement before the work is over. */
export interface EarlyAck {
  /** How long after its last sign of life the program counts as gone. */
  readonly leaseMs: number
  /** Asked once, when the acknowledgement is sent: what is over by then need not be kept in mind. */
  isOver(): boolean
}

export interface LostDelivery {
  readonly queue: string
  readonly envelope: Envelope
  readonly raw: string
  /** It was told of. Not called: another consumer will be shown it. */
  told(): Promise<void>
}

export interface Consumer {
  readonly queues: readonly string[]
  readonly prefetch: number
  /** Deliveries taken and not yet settled. */
  readonly held: number
  setPrefetch(limit: number): void
  addQueue(queue: string): Promise<void>
  cancelQueue(queue: string): Promise<void>
  /** Takes nothing more; what is held stays held and can still be settled. */
  pause(): Promise<void>
  resume(): void
  /** Pauses, and gives what is still held back to the head of its queue, marked redelivered. */
  close(): Promise<void>
}

export interface Delivery {
  readonly tag: string
  readonly queue: string
  readonly envelope: Envelope
  /** The message as it came, byte for byte. */
  readonly raw: string
  /** Done: the broker forgets it. */
  ack(early?: EarlyAck | null): Promise<void>
  /** Refused for good: the broker forgets it. */
  reject(): Promise<void>
  /** Back to the end of its queue, marked redelivered. */
  requeue(): Promise<void>
  /** After an early acknowledgement: the work is over. */
  over?(): void
}

export const POISON_REASONS = ['not-json', 'not-an-object', 'no-properties', 'no-delivery-tag', 'too-large'] as const
export type PoisonReason = (typeof POISON_REASONS)[number]

export interface Poison {
  readonly queue: string
  readonly reason: PoisonReason
  /** The first bytes of it, at most 1 kB. */
  readonly head: string
}

export interface FanoutMessage {
  /** As the publisher gave it: `task.multi`, `worker.heartbeat`, or '' . */
  readonly routingKey: string
  /** The envelope's JSON text. Not parsed: the hot path reads it once, in its own way. */
  readonly raw: string
}

export interface FanoutSubscription {
  close(): Promise<void>
}

export interface Fanout {
  /** Delivers to all who listen now, and says how many they were; null = this broker cannot. `routingKey` may be ''. */
  publish(exchange: string, routingKey: string, envelope: Envelope): Promise<number | null>
  /**
   * `pattern` is a routing key, `#` for all, `worker.#` for all below; '' for messages without one.
   * `onGap` is called when messages may have been missed, with the wall clock of the last moment that was whole.
   */
  subscribe(
    exchange: string,
    pattern: string,
    onMessage: (message: FanoutMessage) => void,
    onGap?: (sinceMs: number) => void,
  ): Promise<FanoutSubscription>
}

/** Which queues an exchange leads to (kombu's `_kombu.binding.*`). */
export interface Bindings {
  /**
   * Adds, or renews, a binding. `expiresMs`: a queue that goes away with its owner (reply queues), else null. In a
   * topic exchange the routing key is a pattern.
   */
  bind(
    exchange: string,
    routingKey: string,
    queue: string,
    expiresMs: number | null,
    type?: BoundExchangeType,
  ): Promise<void>
  unbind(exchange: string, routingKey: string, queue: string): Promise<void>
  /** Queues bound to `exchange` with exactly this routing key. */
  queuesFor(exchange: string, routingKey: string): Promise<readonly string[]>
  /** Queues that a message with this key goes to: in a topic exchange those whose pattern takes it. */
  route(exchange: string, routingKey: string, type: BoundExchangeType): Promise<readonly string[]>
}

export type BoundExchangeType = 'direct' | 'topic'

export interface QueueLength {
  readonly name: string
  /** Waiting messages, all priorities together. */
  readonly waiting: number
  /** By priority step (0 first), only where the broker has steps. */
  readonly byPriority: readonly { readonly step: number; readonly waiting: number }[]
  /** Set when this queue's key could not be read; `waiting` is then 0 and means nothing. */
  readonly error: string | null
}

/** Of RabbitMQ: `messages`, `messages_ready`, `consumers`, `idle_since`, `arguments` and dozens more. */
export type QueueDetails = { readonly name: string } & Readonly<Record<string, unknown>>

export interface PeekedMessage {
  /** 0 = next to be taken. */
  readonly position: number
  readonly raw: string
}

export interface UnackedMessage {
  readonly raw: string
  /** When it was taken, or kept from being restored for the last time; wall clock; null when that is not told. */
  readonly takenMs: number | null
}

export interface PeekedUnacked {
  readonly messages: readonly UnackedMessage[]
  /** False when there are more, or may be. */
  readonly isWhole: boolean
}

export interface Queues {
  lengths(names: readonly string[]): Promise<readonly QueueLength[]>
  /** Queue names the broker itself knows of (bindings), sorted; reply and event queues left out. */
  names(): Promise<readonly string[]>
  /** Taken but unacknowledged messages by queue, of all consumers. `scanned` < `total` when cut at `limit`. */
  unacked(limit: number): Promise<Unacked>
  /** Reads without taking, from the next to be taken on. */
  peek(queue: string, offset: number, limit: number): Promise<readonly PeekedMessage[]>
  /**
   * Task ids of the messages that are next to be taken, one a priority step, by queue; queues with none left out.
   * Reads no message whole. Nothing where that cannot be done.
   */
  heads(names: readonly string[]): Promise<Readonly<Record<string, readonly string[]>>>
  /**
   * Messages of one queue that were taken and not acknowledged, the longest taken first, at most `limit`. Looks at no
   * more than `scanLimit` of all queues' together.
   */
  peekUnacked(queue: string, limit: number, scanLimit: number): Promise<PeekedUnacked>
  /** How many unreadable messages consumers of these queues have set aside (BRK-8); queues with none left out. */
  setAside(names: readonly string[]): Promise<Readonly<Record<string, number>>>
  /** Unreadable messages of one queue, the last to be set aside first; at most 100. None is ever read whole. */
  readSetAside(queue: string, offset: number, limit: number): Promise<readonly SetAsideMessage[]>
  /** Puts them back at the end of the queue, as they are; null = all of it. Returns how many were still there. */
  putBack(queue: string, ids: readonly string[] | null): Promise<number>
  /** Deletes them for good; null = all of the queue. Returns how many were still there. */
  discard(queue: string, ids: readonly string[] | null): Promise<number>
  /**
   * Deletes one waiting message, of all that are the same byte for byte (`raw`, as `peek` gave it) the next to be taken.
   * False when none waits any more: whoever took it keeps it.
   */
  remove(queue: string, raw: string): Promise<boolean>
  /** Deletes what waits; what is taken is not touched. Returns how many. */
  purge(queue: string): Promise<number>
  /** Why the broker takes no message though it answers; null when it takes them, or when that cannot be told. */
  refusal(): Promise<WriteRefusal | null>
  /** All that the broker's management API tells of each task queue, under its names. Only where there is one. */
  details?(): Promise<readonly QueueDetails[]>
}

export interface WriteRefusal {
  /** Its memory is full, its disk cannot be written, it is a replica, or it has too few replicas. */
  readonly kind: 'memory' | 'disk' | 'replica' | 'replicas'
  /** The broker's own words. */
  readonly reason: string
}

/** An unreadable message that a consumer kept (BRK-8). */
export interface SetAsideMessage {
  /** Names it for `putBack` and `discard`; messages that are the same byte for byte may share it. */
  readonly id: string
  /** The first bytes of it, at most `SET_ASIDE_HEAD_BYTES`. */
  readonly head: string
  readonly bytes: number
  /** Null when the program that set it aside did not say. */
  readonly reason: PoisonReason | null
  /** Wall clock; null as above. */
  readonly atMs: number | null
}

export const SET_ASIDE_HEAD_BYTES = 65_536
export const SET_ASIDE_MOST = 100

export interface Unacked {
  readonly total: number
  readonly scanned: number
  readonly byQueue: Readonly<Record<string, number>>
}
