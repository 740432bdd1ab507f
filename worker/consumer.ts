/** Takes messages and finds out what is to be done with each (worker-beat.md 2.1). */
import type { Broker, Consumer as BrokerConsumer, Delivery, Poison } from '../lib/broker/broker.ts'
import type { Celery } from '../lib/client/celery.ts'
import { messageOf } from '../lib/errors.ts'
import { formatIsoTime } from '../lib/protocol/iso-time.ts'
import { argsRepr, kwargsRepr } from '../lib/protocol/repr.ts'
import type { TaskMessage } from '../lib/protocol/task-message.ts'
import type { Runtime } from '../lib/runtime/runtime.ts'
import type { Service } from '../lib/runtime/service.ts'
import type { Books } from './books.ts'
import { celeryError } from './celery-error.ts'
import { createEtaQueue, type Timed } from './eta.ts'
import type { Events } from './events.ts'
import { type Executor, unwanted } from './executor.ts'
import { failureOf } from './failure.ts'
import { policyOf } from './policy.ts'
import type { Pool } from './pools/pool.ts'
import { prefetchCount } from './prefetch.ts'
import type { RateLimits } from './rate-limits.ts'
import type { EventFields } from './request.ts'
import type { Revoked } from './revoked.ts'
import type { Settler } from './settle.ts'
import { decide } from './strategy.ts'
import { isRedelivered, shownName, type TaskInHand } from './task-in-hand.ts'

const SET_ASIDE_EVERY_MS = 10_000

export interface ConsumerParts {
  readonly app: Celery
  readonly broker: Broker
  readonly runtime: Runtime
  readonly queues: readonly string[]
  readonly hasBackend: boolean
  readonly pool: Pool
  readonly books: Books
  readonly events: Events
  readonly executor: Executor
  readonly rateLimits: RateLimits
  readonly revoked: Revoked
  readonly settler: Settler
}

export interface Consumer extends Service {
  readonly queues: readonly string[]
  readonly prefetch: number
  /** What waits for its time, soonest first. */
  scheduled(): readonly Timed<TaskInHand>[]
  addQueue(queue: string): Promise<void>
  cancelQueue(queue: string): Promise<void>
  /** Drops what waits for its time under this id, because it was revoked; false when nothing does. */
  discard(id: string): boolean
  /** After the number of slots has changed. */
  adjustPrefetch(): void
  /** Nothing more is taken; what was taken can still be settled. */
  pause(): Promise<void>
}

export function createConsumer(parts: ConsumerParts): Consumer {
  const { app, broker, runtime, books, events, executor, pool, rateLimits, revoked, settler } = parts
  const waiting = createEtaQueue<TaskInHand>(runtime, (hand) => {
    consumer.adjustPrefetch()
    release(hand)
  })
  let taking: BrokerConsumer | null = null
  let setAside = 0
  let setAsideToldMs = Number.NEGATIVE_INFINITY

  /** Whatever a message does to us: it is refused, and the next one is taken. */
  function take(delivery: Delivery): void {
    try {
      sort(delivery)
    } catch (error) {
      runtime.log.error('a message was refused because of an error here', { reason: messageOf(error) })
      void dispose(delivery, 'reject')
    }
  }

  function sort(delivery: Delivery): void {
    const decision = decide(delivery, {
      tasks: app.tasks,
      acceptContent: app.compiled.acceptContent,
      policyOf: (task, message) => policyOf(app.conf, task, message, parts.hasBackend),
    })
    if (decision.type === 'task') receive(decision.hand)
    else if (decision.type === 'not-registered') void refuseUnregistered(delivery, decision.message)
    else {
      runtime.log.warning(decision.says, { queue: delivery.queue, detail: decision.detail })
      void dispose(delivery, decision.settle)
    }
  }

  function receive(hand: TaskInHand): void {
    const running = isRedelivered(hand.delivery) ? books.find(hand.message.id) : null
    if (running !== null && books.active.has(running)) {
      // The broker gave the message out again while its first run goes on, after a lost connection for instance.
      running.again.push(hand.delivery)
      return
    }
    runtime.log.info(`Task ${shownName(hand)}[${hand.message.id}] received`)
    const end = unwanted(hand, runtime.clock.nowMs(), revoked)
    if (end !== null) {
      if (end.type === 'expired') revoked.add(hand.message.id)
      void settler.advance(hand, end)
      return
    }
    void settler.advance(hand, { type: 'received', fields: receivedFields(hand) })
    if (hand.etaMs !== null) {
      waiting.add(hand.etaMs, hand)
      consumer.adjustPrefetch()
    } else release(hand)
  }

  /** Its time has come; its rate may still hold it back. */
  function release(hand: TaskInHand): void {
    books.reserve(hand)
    rateLimits.pass(hand, executor.submit)
  }

  async function refuseUnregistered(delivery: Delivery, message: TaskMessage): Promise<void> {
    runtime.log.error(`Received unregistered task of type ${JSON.stringify(message.task)}. It has been discarded.`)
    const { exception, repr } = failureOf(celeryError('NotRegistered', [message.task]))
    const meta = {
      status: 'FAILURE',
      result: exception,
      traceback: null,
      children: [],
      date_done: formatIsoTime(runtime.clock.nowMs()),
      task_id: message.id,
    }
    if (message.ignoreResult !== true) {
      await settler.storeMeta(meta).catch((error: unknown) => {
        runtime.log.error('the failure of an unregistered task was not stored', { reason: messageOf(error) })
      })
    }
    events.sendAlways('task-failed', { uuid: message.id, exception: repr })
    await dispose(delivery, 'reject')
  }

  async function dispose(delivery: Delivery, how: 'ack' | 'reject'): Promise<void> {
    await delivery[how]().catch((error: unknown) => {
      runtime.log.warning('a message could not be settled; it will come back', { reason: messageOf(error) })
    })
  }

  /** One line in 10 s: whoever writes nonsense writes it fast. The broker keeps and counts it. */
  function onPoison({ queue, reason }: Poison): void {
    setAside++
    const nowMs = runtime.clock.monotonicMs()
    if (nowMs - setAsideToldMs < SET_ASIDE_EVERY_MS) return
    setAsideToldMs = nowMs
    runtime.log.error('a message that cannot be read was set aside', { queue, reason, sinceStart: setAside })
  }

  const consumer: Consumer = {
    name: 'consumer',
    get queues() {
      return taking?.queues ?? parts.queues
    },
    get prefetch() {
      return taking?.prefetch ?? 0
    },
    scheduled: () => waiting.entries(),
    discard(id) {
      const entry = waiting.entries().find(({ item }) => item.message.id === id)
      if (entry === undefined || !waiting.remove(entry.item)) return false
      consumer.adjustPrefetch()
      void settler.advance(entry.item, { type: 'revoked' })
      return true
    },
    adjustPrefetch() {
      const { prefetchMultiplier: multiplier, etaTaskLimit: limit } = app.compiled
      const count = prefetchCount({ slots: pool.size, multiplier, waiting: waiting.size, limit })
      if (taking !== null && taking.prefetch !== count) taking.setPrefetch(count)
    },
    async addQueue(queue) {
      await declare(queue)
      await taking?.addQueue(queue)
    },
    async cancelQueue(queue) {
      await taking?.cancelQueue(queue)
    },
    async pause() {
      await taking?.pause()
    },
    async start() {
      const { prefetchMultiplier: multiplier, etaTaskLimit: limit } = app.compiled
      const prefetch = prefetchCount({ slots: pool.size, multiplier, waiting: 0, limit })
      for (const queue of parts.queues) void declare(queue)
      taking = broker.consume({ queues: parts.queues, prefetch, onDelivery: take, onPoison })
    },
    /** What is still held goes back to the head of its queue. */
    async stop() {
      for (const hand of waiting.close()) void settler.advance(hand, { type: 'given-back' })
      await taking?.close()
    },
  }

  /** So that other programs find the queue in the broker's bindings, as those of Python workers (wire.md A5). */
  async function declare(queue: string): Promise<void> {
    await broker.bindings.bind(queue, queue, queue, null).catch((error: unknown) => {
      runtime.log.warning('a queue could not be declared', { queue, reason: messageOf(error) })
    })
  }

  return consumer
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
