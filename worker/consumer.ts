/** Takes messages and finds out what is to be done with each (worker-beat.md 2.1). */
import type { Broker, Consumer as BrokerConsumer, Delivery, EarlyAck } from '../lib/broker/broker.ts'
import type { Celery } from '../lib/client/celery.ts'
import type { QueueDeclaration } from '../lib/client/queue-table.ts'
import { messageOf } from '../lib/errors.ts'
import { argsRepr, kwargsRepr } from '../lib/protocol/repr.ts'
import type { ResultStore } from '../lib/results/results.ts'
import { quiet } from '../lib/runtime/log.ts'
import type { Runtime } from '../lib/runtime/runtime.ts'
import type { Service } from '../lib/runtime/service.ts'
import type { Books } from './books.ts'
import { requestOf } from './bound-task.ts'
import { createBroadcasts } from './broadcasts.ts'
import type { ConsumedQueues, QueueOptions } from './consumed-queues.ts'
import type { Deduplicator } from './deduplicate.ts'
import { createEtaQueue, type Timed } from './eta.ts'
import { type Executor, unwanted } from './executor.ts'
import { type Finished, isSameMessage } from './finished.ts'
import { createLostTasks } from './lost-tasks.ts'
import { policyOf } from './policy.ts'
import { freeSlots, prefetchCount } from './prefetch.ts'
import type { RateLimits } from './rate-limits.ts'
import type { Refuser } from './refuse.ts'
import type { EventFields } from './request.ts'
import type { Revoked } from './revoked.ts'
import type { Settler } from './settle.ts'
import { decide } from './strategy.ts'
import { isRedelivered, shownName, type TaskInHand } from './task-in-hand.ts'

export interface ConsumerParts {
  readonly app: Celery
  readonly hostname: string
  readonly broker: Broker
  readonly runtime: Runtime
  readonly queues: ConsumedQueues
  readonly results: ResultStore | null
  /** Messages held per slot; 0 = no limit. */
  readonly prefetchMultiplier: number
  /** Take a message only when a slot is free. */
  readonly disablePrefetch: boolean
  /** Slots of the pool; with autoscale the most it may have. */
  readonly slots: () => number
  readonly books: Books
  readonly executor: Executor
  readonly rateLimits: RateLimits
  readonly revoked: Revoked
  readonly settler: Settler
  readonly refuser: Refuser
  readonly finished: Finished
  readonly deduplicator: Deduplicator | null
}

export interface Consumer extends Service {
  readonly queues: readonly QueueDeclaration[]
  readonly prefetch: number
  /** What waits for its time, soonest first. */
  scheduled(): readonly Timed<TaskInHand>[]
  addQueue(name: string, options?: QueueOptions): Promise<void>
  cancelQueue(name: string): Promise<void>
  /** Drops what waits, for its time, its rate or a slot, and is revoked now. */
  discardRevoked(): void
  /** After the number of slots has changed, or a task has ended. */
  adjustPrefetch(): void
  /** Nothing more is taken; what was taken can still be settled. */
  pause(): Promise<void>
}

export function createConsumer(parts: ConsumerParts): Consumer {
  const { app, broker, runtime, books, executor, rateLimits, revoked, settler, queues, refuser } = parts
  const { finished, deduplicator, disablePrefetch, hostname } = parts
  const { taskReceived } = app.signals
  const { log } = runtime
  const waiting = createEtaQueue<TaskInHand>(runtime, (hand) => {
    release(hand)
    adjustPrefetch()
  })
  const broadcasts = createBroadcasts({ broker, runtime, onDelivery: take })
  const strategy = {
    tasks: app.tasks,
    get acceptContent() {
      return app.compiled.acceptContent
    },
    get codecs() {
      return app.compiled.codecs
    },
    policyOf: (task: TaskInHand['task'], message: TaskInHand['message']) =>
      policyOf(app.conf, task, message, parts.results !== null, app.signals),
  }
  let taking: BrokerConsumer | null = null
  let isPaused = false

  /** Whatever a message does to us: it is refused, and the next one is taken. */
  function take(delivery: Delivery): void {
    try {
      const decision = decide(disablePrefetch ? watched(delivery) : delivery, strategy)
      if (decision.type === 'task') receive(decision.hand)
      else if (decision.type === 'not-registered') refuser.unregistered(delivery, decision.message)
      else refuser.unreadable(delivery, decision)
    } catch (error) {
      refuser.broken(delivery, error)
    }
    if (disablePrefetch) adjustPrefetch()
  }

  function receive(hand: TaskInHand): void {
    if (isRedelivered(hand.delivery) && isKnown(hand)) return
    if (log.info !== quiet) log.info(`Task ${shownName(hand)}[${hand.message.id}] received`)
    const end = unwanted(hand, runtime.clock.nowMs(), revoked)
    if (end !== null) {
      if (end.type === 'expired') revoked.add(hand.message.id)
      log.info(`Discarding ${end.type} task: ${shownName(hand)}[${hand.message.id}]`)
      void settler.advance(hand, end)
      return
    }
    if (taskReceived.hasListeners) void taskReceived.send({ sender: hostname, request: requestOf(hand, hostname) })
    void settler.advance(hand, { type: 'received', fields: receivedFields(hand) })
    if (hand.etaMs === null) release(hand)
    else {
      waiting.add(hand.etaMs, hand)
      adjustPrefetch()
    }
  }

  /**
   * A message that comes again, after a lost connection for instance. While its first run goes on, or waits, it is
   * acknowledged together with that; when that has ended, at once (worker-beat.md 1.5 says what Celery does instead).
   */
  function isKnown(hand: TaskInHand): boolean {
    const twin = inHand(hand)
    if (twin !== null) twin.again.push(hand.delivery)
    else if (finished.has(hand)) refuser.settle(hand.delivery, 'ack')
    else if (deduplicator?.isSuspect(hand) === true && !hand.isChecked) void deduplicate(hand, deduplicator)
    else return false
    return true
  }

  function inHand(hand: TaskInHand): TaskInHand | null {
    const isTwin = (other: TaskInHand) => isSameMessage(hand, other) && other.isGivenBack !== true
    return books.findWhere(isTwin) ?? waiting.entries().find(({ item }) => isTwin(item))?.item ?? null
  }

  async function deduplicate(hand: TaskInHand, { verdictOn }: Deduplicator): Promise<void> {
    hand.isChecked = true
    const verdict = await verdictOn(hand)
    if (verdict === 'run') receive(hand)
    else refuser.settle(hand.delivery, verdict)
  }

  /** Its time has come; its rate may still hold it back. */
  function release(hand: TaskInHand): void {
    books.reserve(hand)
    rateLimits.pass(hand, executor.submit)
  }

  function adjustPrefetch(): void {
    if (taking === null || isPaused) return
    if (disablePrefetch) adjustToFreeSlots(taking)
    else {
      const count = countFor(waiting.size)
      if (taking.prefetch !== count) taking.setPrefetch(count)
    }
  }

  function countFor(waitingTasks: number): number {
    const { prefetchMultiplier: multiplier } = parts
    return prefetchCount({ slots: parts.slots(), multiplier, waiting: waitingTasks, limit: app.compiled.etaTaskLimit })
  }

  function adjustToFreeSlots(consumer: BrokerConsumer): void {
    const busy = books.reserved.size + books.active.size
    const count = freeSlots({ held: consumer.held, slots: parts.slots(), busy })
    const most = countFor(waiting.size) || Number.POSITIVE_INFINITY
    if (count === null || consumer.held >= most) void consumer.pause()
    else {
      consumer.setPrefetch(Math.min(count, most))
      consumer.resume()
    }
  }

  /** An acknowledgement makes room in the broker's eyes, not in the pool's. */
  function watched(delivery: Delivery): Delivery {
    const after = (settled: Promise<void>) => {
      adjustPrefetch()
      return settled
    }
    const { tag, queue, envelope, raw } = delivery
    const ack = (early?: EarlyAck | null) => after(delivery.ack(early))
    const reject = () => after(delivery.reject())
    const requeue = () => after(delivery.requeue())
    const over = () => delivery.over?.()
    return { tag, queue, envelope, raw, ack, reject, requeue, over }
  }

  /** So that other programs find the queue in the broker's bindings, as those of Python workers (wire.md A5). */
  async function declare({ name, exchange, exchangeType, routingKey }: QueueDeclaration): Promise<void> {
    if (exchangeType === 'fanout') return
    await broker.bindings.bind(exchange, routingKey, name, null, exchangeType).catch((error: unknown) => {
      runtime.log.warning('a queue could not be declared', { queue: name, reason: messageOf(error) })
    })
  }

  return {
    name: 'consumer',
    get queues() {
      return queues.selected
    },
    get prefetch() {
      return taking?.prefetch ?? 0
    },
    scheduled: () => waiting.entries(),
    discardRevoked() {
      const isRevoked = ({ message }: TaskInHand) => revoked.covers(message)
      for (const { item } of waiting.entries()) {
        if (isRevoked(item) && waiting.remove(item)) void settler.advance(item, { type: 'revoked' })
      }
      for (const hand of rateLimits.discard(isRevoked)) void settler.advance(hand, { type: 'revoked' })
      for (const hand of [...books.reserved]) if (isRevoked(hand)) executor.discard(hand.message.id)
      adjustPrefetch()
    },
    adjustPrefetch,
    async addQueue(name, options) {
      const queue = queues.add(name, options)
      if (queue.exchangeType === 'fanout') return broadcasts.add(queue)
      await declare(queue)
      await taking?.addQueue(queue.name)
      runtime.log.info(`Started consuming from ${queue.name}`)
    },
    async cancelQueue(name) {
      runtime.log.info(`Canceling queue ${name}`)
      const queue = queues.remove(name)
      if (queue === null) return
      await broadcasts.cancel(queue.name)
      await taking?.cancelQueue(queue.name)
    },
    async pause() {
      isPaused = true
      await taking?.pause()
    },
    async start() {
      const direct = queues.selected.filter(({ exchangeType }) => exchangeType !== 'fanout')
      for (const queue of direct) void declare(queue)
      for (const queue of queues.selected) if (queue.exchangeType === 'fanout') void broadcasts.add(queue)
      taking = broker.consume({
        queues: direct.map(({ name }) => name),
        prefetch: disablePrefetch ? parts.slots() : countFor(0),
        onDelivery: take,
        onPoison: refuser.poison,
        onLost: createLostTasks({ strategy, settler, refuser, results: parts.results, runtime }),
      })
    },
    /** What is still held goes back to the head of its queue. */
    async stop() {
      await broadcasts.close()
      for (const hand of waiting.close()) {
        hand.again.length = 0 // they go back as well
        void settler.advance(hand, { type: 'given-back' })
      }
      const held = taking?.held ?? 0
      if (held > 0) log.info(`Restoring ${held} unacknowledged message(s)`)
      await taking?.close()
    },
  }
}

/** The fields of task-received in Celery's order; reprs are made here only when the sender left them out. */
function receivedFields({ message }: TaskInHand): EventFields {
  return {
    name: message.shadow || message.task,
    args: message.argsrepr ?? argsRepr(message.args),
    kwargs: message.kwargsrepr ?? kwargsRepr(message.kwargs),
    root_id: message.rootId,
    parent_id: message.parentId,
    retries: message.retries,
    eta: message.eta,
    expires: message.expires,
  }
}
