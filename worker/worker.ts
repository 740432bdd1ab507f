/** The worker: its parts, the order in which they start, and the order in which they end. */
import { availableParallelism, hostname as hostName } from 'node:os'
import type { Celery } from '../lib/client/celery.ts'
import { publishEvent } from '../lib/client/publish-event.ts'
import { isWithoutEffect } from '../lib/client/settings/settings.ts'
import type { Runtime } from '../lib/runtime/runtime.ts'
import { startAll } from '../lib/runtime/service.ts'
import packageInfo from '../package.json' with { type: 'json' }
import { createBooks } from './books.ts'
import { createConsumer } from './consumer.ts'
import { createMailbox } from './control/mailbox.ts'
import type { Node } from './control/node.ts'
import { createEvents } from './events.ts'
import { createExecutor } from './executor.ts'
import { createHeartbeat } from './heartbeat.ts'
import { nodeName } from './node-name.ts'
import { limitsOf, type TimeLimits } from './policy.ts'
import { createAsyncPool } from './pools/async.ts'
import { createRateLimits } from './rate-limits.ts'
import { createRevoked } from './revoked.ts'
import { createSettler } from './settle.ts'
import type { TaskInHand } from './task-in-hand.ts'
import type { StopHow, WorkerOptions } from './worker-options.ts'

export type { StopHow, WorkerOptions } from './worker-options.ts'

export interface Worker {
  readonly hostname: string
  /** Resolves when the worker has ended, also by remote control. */
  readonly ended: Promise<void>
  /** Resolves when everything has ended; may be called again, with a harder way. */
  stop(how?: StopHow): Promise<void>
}

/** Outcomes that may wait for their result to be stored before nothing more is started. */
const BACKLOG = 1_000

/** Broker and results are the caller's: open, and closed by it after `stop`. */
export async function startWorker(options: WorkerOptions): Promise<Worker> {
  const { app, broker, results, runtime } = options
  const hostname = nodeName(options.hostname, hostName())
  const taskEvents = options.taskEvents ?? app.conf.worker_send_task_events
  const slots = options.concurrency ?? app.compiled.concurrency ?? 'auto'
  const concurrency = slots === 'auto' ? availableParallelism() : slots
  const sender = app.senderOf({ broker, runtime }, hostname)
  const exchange = app.compiled.eventExchange

  warnOfSettings(app, runtime)
  // What a task sends or asks of the app goes by the worker's connections.
  const giveBack = app.borrow({ broker, results, runtime })

  const books = createBooks()
  const revoked = createRevoked(() => runtime.clock.monotonicMs())
  const timeLimits: TimeLimits = new Map()
  const rateLimits = createRateLimits(app, runtime)
  const pool = createAsyncPool(concurrency, runtime.clock, process.pid)
  const events = createEvents({ broker, runtime, clock: app.clock, hostname, exchange, taskEvents })
  const heartbeat = createHeartbeat({ events, books, runtime, version: packageInfo.version })
  const settler = createSettler({
    hostname,
    sender,
    events,
    results,
    settings: () => app.compiled,
    backlog: BACKLOG,
    onSettled,
  })
  const executor = createExecutor({
    limitsOf: (hand) => limitsOf(app.conf, hand, timeLimits),
    runtime,
    hostname,
    books,
    pool,
    revoked,
    settler,
    run: {
      hostname,
      sender,
      storeState: settler.storeState,
      sendEvent: (hand, type, fields) => void publishEvent(sender, type, { uuid: hand.message.id, ...fields }),
    },
  })
  const consumer = createConsumer({
    app,
    broker,
    runtime,
    queues: options.queues ?? queuesOf(app),
    hasBackend: results !== null,
    pool,
    books,
    events,
    executor,
    rateLimits,
    revoked,
    settler,
  })
  const node: Node = {
    hostname,
    version: packageInfo.version,
    app,
    broker,
    results,
    runtime,
    books,
    consumer,
    events,
    executor,
    heartbeat,
    pool,
    rateLimits,
    timeLimits,
    revoked,
    startedMs: runtime.clock.monotonicMs(),
    eventsPinned: taskEvents,
    shutdown: () => void stop('warm'),
  }

  function onSettled(hand: TaskInHand): void {
    books.forget(hand)
    for (const delivery of hand.again) void delivery.ack().catch(() => {}) // it comes back once more, and is acknowledged then
  }

  // Online before it takes tasks, and taking tasks before it answers, as Celery's (worker-beat.md 1.1).
  const stopAll = await startAll([heartbeat, consumer, createMailbox(node)], new AbortController().signal)
  runtime.log.info(`${hostname} ready.`)

  const end = Promise.withResolvers<void>()
  let stopping: Promise<void> | null = null

  /** Offline is announced while tasks still run; what has started ends; the rest goes back (worker-beat.md 1.3). */
  async function shutDown(): Promise<void> {
    executor.close() // first: what a cold stop gives back may be taken again before the consumer is still
    rateLimits.close()
    await heartbeat.stop()
    await consumer.pause()
    await executor.idle()
    settler.giveUp()
    await stopAll()
    await events.flush()
    giveBack()
    runtime.log.info(`${hostname} stopped.`)
    end.resolve()
  }

  function stop(how: StopHow = 'warm'): Promise<void> {
    stopping ??= shutDown()
    if (how === 'cold') {
      executor.cancelAll()
      settler.giveUp()
    }
    return stopping
  }

  return { hostname, ended: end.promise, stop }
}

/** A setting that changes nothing would be looked for in vain. */
function warnOfSettings(app: Celery, { log }: Runtime): void {
  const idle = [...app.given].filter(isWithoutEffect)
  if (idle.length > 0) log.warning(`settings without effect in Umbel: ${idle.join(', ')}`)
}

function queuesOf({ conf, compiled }: Celery): readonly string[] {
  const { task_queues: queues } = conf
  if (queues === null) return [compiled.defaultQueue]
  if (!Array.isArray(queues)) return Object.keys(queues)
  const names = queues.map((queue: unknown) => {
    if (typeof queue === 'string') return queue
    return typeof queue === 'object' && queue !== null && 'name' in queue ? String(queue.name) : null
  })
  return names.filter((name) => name !== null)
}
