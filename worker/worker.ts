/** The worker: its parts, the order in which they start, and the order in which they end. */
import { hostname as hostName } from 'node:os'
import type { Celery } from '../lib/client/celery.ts'
import { loadIncluded } from '../lib/client/load-included.ts'
import { isWithoutEffect } from '../lib/client/settings/settings.ts'
import type { Runtime } from '../lib/runtime/runtime.ts'
import { type Service, startAll } from '../lib/runtime/service.ts'
import packageInfo from '../package.json' with { type: 'json' }
import { createAutoscaler, keepaliveMsOf } from './autoscale.ts'
import { createBooks } from './books.ts'
import { registerBuiltInTasks } from './built-in-tasks.ts'
import { callSignature } from './call-signature.ts'
import { cancelLateAcked } from './cancel-late-acked.ts'
import { watchConnection } from './connection-watch.ts'
import { createConsumedQueues } from './consumed-queues.ts'
import { createConsumer } from './consumer.ts'
import { createMailbox } from './control/mailbox.ts'
import type { Node } from './control/node.ts'
import { createEvents } from './events.ts'
import { createExecutor } from './executor.ts'
import { createFinished } from './finished.ts'
import { createGossip } from './gossip.ts'
import { createHeartbeat, heartbeatEveryMs } from './heartbeat.ts'
import { leaseMsOf } from './lost-tasks.ts'
import { createMingle } from './mingle.ts'
import { expandNodeName, nodeName } from './node-name.ts'
import { openPool } from './open-pool.ts'
import { limitsOf, type TimeLimits } from './policy.ts'
import type { Pool } from './pools/pool.ts'
import { purgeQueues } from './purge.ts'
import { createRateLimits } from './rate-limits.ts'
import { createRefuser } from './refuse.ts'
import { createRevoked, revokedOptionsOf } from './revoked.ts'
import { createSettler } from './settle.ts'
import { createShutdown } from './shutdown.ts'
import type { TaskInHand } from './task-in-hand.ts'
import type { StopHow, WorkerOptions } from './worker-options.ts'

export type { StopHow, WorkerOptions } from './worker-options.ts'

export interface Worker {
  readonly hostname: string
  /** Tasks started since the start. */
  readonly processed: number
  /** Resolves when the worker has ended, also by remote control. */
  readonly ended: Promise<void>
  /**
   * Resolves when everything has ended; may be called again, with a harder way. `signal` is what signals are told of.
   * The first SIGTERM or SIGINT means warm; SIGQUIT, a second SIGINT, and SIGTERM with REMAP_SIGTERM=SIGQUIT mean soft,
   * which is cold without worker_soft_shutdown_timeout; one more of these means cold (worker-beat.md 1.3).
   */
  stop(how?: StopHow, signal?: string): Promise<void>
}

/** Outcomes that may wait for their result to be stored before nothing more is started. */
const BACKLOG = 1_000
/** After a lost connection workers ask each other what they missed; not all at the same moment. */
const ASK_AGAIN_MS = 2_000

/** Broker and results are the caller's, and closed by it after `stop`. Waits for the broker to be there. */
export async function startWorker(options: WorkerOptions): Promise<Worker> {
  const { app, broker, results, runtime } = options
  const { conf, signals, clock } = app
  const hostname = nodeName(options.hostname, hostName())
  const taskEvents = options.taskEvents ?? conf.worker_send_task_events
  const sender = app.senderOf({ broker, runtime, results }, hostname)
  const { controlExchange } = app.compiled

  if (signals.workerInit.hasListeners) await signals.workerInit.send({ sender: hostname })
  if (conf.imports.length + conf.include.length > 0) await loadIncluded(app)
  warnOfSettings(app, runtime)
  const books = createBooks()
  const revoked = createRevoked(() => runtime.clock.monotonicMs(), revokedOptionsOf(process.env))
  const timeLimits: TimeLimits = new Map()
  const rateLimits = createRateLimits(app, runtime)
  const finished = createFinished()
  const deduplicator =
    conf.worker_deduplicate_successful_tasks && results !== null
      ? (await import('./deduplicate.ts')).createDeduplicator(results, sender)
      : null
  const queues = createConsumedQueues({
    table: app.queues,
    hostname,
    include: options.queues ?? [],
    exclude: options.excludeQueues ?? [],
    direct: conf.worker_direct,
  })
  const statePath = options.statedb ?? conf.worker_state_db
  const stateDb =
    statePath === null
      ? null
      : await (await import('./state-db.ts')).openStateDb({
          path: expandNodeName(statePath, hostname),
          revoked,
          clock,
          runtime,
        })
  const events = createEvents({ broker, runtime, clock, hostname, settings: () => app.compiled, taskEvents })
  const heartbeat = createHeartbeat({
    events,
    books,
    runtime,
    version: packageInfo.version,
    everyMs: options.withoutHeartbeat === true ? null : heartbeatEveryMs(options.heartbeatIntervalMs),
    onSent() {
      if (signals.heartbeatSent.hasListeners) void signals.heartbeatSent.send({ sender: hostname })
    },
  })
  const settler = createSettler({
    hostname,
    sender,
    events,
    results,
    settings: () => app.compiled,
    backlog: BACKLOG,
    leaseMs: () => leaseMsOf(app, pool),
    onSettled,
    onLateAck: finished.note,
    ...(deduplicator === null ? {} : { onSucceeded: deduplicator.note }),
  })
  const { pool, run } = await openPool(options, { hostname, sender, settler, events })
  const autoscaler =
    options.autoscale === undefined
      ? null
      : createAutoscaler({
          ...options.autoscale,
          pool,
          runtime,
          keepaliveMs: keepaliveMsOf(process.env),
          quantity: () => books.reserved.size + books.active.size,
        })
  const executor = createExecutor({
    ...(autoscaler === null ? {} : { onSubmit: autoscaler.onTask }),
    retriesOnWorkerLost: conf.task_retry_on_worker_lost,
    limitsOf: (hand) => limitsOf(conf, hand, timeLimits),
    runtime,
    hostname,
    books,
    pool,
    revoked,
    settler,
    run,
  })
  const disablePrefetch = options.disablePrefetch ?? conf.worker_disable_prefetch
  const consumer = createConsumer({
    app,
    hostname,
    broker,
    runtime,
    queues,
    results,
    prefetchMultiplier: options.prefetchMultiplier ?? app.compiled.prefetchMultiplier,
    disablePrefetch,
    slots: () => autoscaler?.max ?? pool.size,
    books,
    executor,
    rateLimits,
    revoked,
    settler,
    refuser: createRefuser({
      hostname,
      signals,
      runtime,
      events,
      settler,
      isExtended: () => app.compiled.resultExtended,
    }),
    finished,
    deduplicator,
  })
  const mingle =
    options.withoutMingle === true
      ? null
      : createMingle({
          broker,
          runtime,
          clock,
          hostname,
          exchange: controlExchange,
          revoked,
          content: () => app.compiled,
        })
  const gossip =
    options.withoutGossip === true
      ? null
      : createGossip({
          broker,
          runtime,
          clock,
          events,
          hostname,
          settings: () => app.compiled,
          callTask: (signature) => callSignature(app, signature),
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
    gossip,
    heartbeat,
    pool,
    autoscaler,
    rateLimits,
    timeLimits,
    revoked,
    stateDb,
    startedMs: runtime.clock.monotonicMs(),
    eventsPinned: taskEvents,
    shutdown: () => void stop('warm', 'shutdown'),
  }

  function onSettled(hand: TaskInHand): void {
    books.forget(hand)
    for (const delivery of hand.again) void delivery.ack().catch(() => {}) // it comes back once more, and is acknowledged then
    if (disablePrefetch) consumer.adjustPrefetch()
  }

  const ended = new AbortController()
  const unwatch = watchConnection(broker, runtime.log, {
    onLost() {
      if (conf.worker_cancel_long_running_tasks_on_connection_loss) cancelLateAcked(node, settler)
    },
    onBack() {
      void runtime.clock.sleep(runtime.random() * ASK_AGAIN_MS, ended.signal).then(() => mingle?.sync())
    },
  })
  // A broker that is down is waited for, and said so.
  await broker.open()
  if (options.purge === true) await purgeQueues(broker, queues.selected, runtime.log)

  // What a task sends or asks of the app goes by the worker's connections.
  const giveBack = app.borrow({ broker, results, runtime })
  registerBuiltInTasks(app)
  let stopServices = async () => {}
  const { stop, ended: end } = createShutdown({
    hostname,
    runtime,
    signals,
    books,
    consumer,
    events,
    executor,
    heartbeat,
    pool,
    rateLimits,
    settler,
    softMs: app.compiled.softShutdownMs,
    softOnIdle: conf.worker_enable_soft_shutdown_on_idle,
    async stopAll() {
      ended.abort()
      unwatch()
      await stopServices()
      await stateDb?.saved()
      giveBack()
    },
  })
  // Online before it takes tasks, and taking tasks before it answers, as Celery's (worker-beat.md 1.1).
  const services: Service[] = [poolService(pool), heartbeat]
  if (autoscaler !== null) services.push(autoscaler)
  if (mingle !== null) services.push({ name: 'mingle', start: mingle.sync, stop: async () => mingle.close() })
  services.push(consumer)
  if (conf.worker_enable_remote_control) services.push(createMailbox(node))
  if (gossip !== null) services.push(gossip)
  stopServices = await startAll(services, ended.signal)
  runtime.log.info(`${hostname} ready.`)
  if (signals.workerReady.hasListeners) void signals.workerReady.send({ sender: hostname })

  return {
    hostname,
    get processed() {
      return books.processed
    },
    ended: end,
    stop: (how = 'warm', signal = how === 'warm' ? 'SIGTERM' : 'SIGQUIT') => stop(how, signal),
  }
}

/** Children end last: what still runs in them at a cold stop is given back by the consumer. */
function poolService(pool: Pool): Service {
  return { name: 'pool', start: () => pool.start(), stop: () => pool.stop() }
}

/** A setting that changes nothing would be looked for in vain. */
function warnOfSettings(app: Celery, { log }: Runtime): void {
  const idle = [...app.given].filter(isWithoutEffect)
  if (idle.length > 0) log.warning(`settings without effect in Umbel: ${idle.join(', ')}`)
}
