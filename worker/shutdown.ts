/** How a worker ends: warm, soft and cold, in Celery's order (worker-beat.md 1.3). */
import type { Signals } from '../lib/client/signals.ts'
import type { Runtime } from '../lib/runtime/runtime.ts'
import type { Books } from './books.ts'
import type { Consumer } from './consumer.ts'
import type { Events } from './events.ts'
import type { Executor } from './executor.ts'
import type { Heartbeat } from './heartbeat.ts'
import type { Pool } from './pools/pool.ts'
import type { RateLimits } from './rate-limits.ts'
import type { Settler } from './settle.ts'
import type { StopHow } from './worker-options.ts'

export interface ShutdownParts {
  readonly hostname: string
  readonly runtime: Runtime
  readonly signals: Signals
  readonly books: Books
  readonly consumer: Consumer
  readonly events: Events
  readonly executor: Executor
  readonly heartbeat: Heartbeat
  readonly pool: Pool
  readonly rateLimits: RateLimits
  readonly settler: Settler
  /** worker_soft_shutdown_timeout */
  readonly softMs: number
  /** worker_enable_soft_shutdown_on_idle */
  readonly softOnIdle: boolean
  /** Everything else that was started. */
  readonly stopAll: () => Promise<void>
}

export interface Shutdown {
  readonly ended: Promise<void>
  stop(how: StopHow, signal: string): Promise<void>
}

/** Outcomes that cannot be written, because the broker is away, are waited for this long after the last task. */
const WRITE_MS = 3_000
const LOOK_EVERY_MS = 250

export function createShutdown(parts: ShutdownParts): Shutdown {
  const { hostname, runtime, signals, books, executor, settler, consumer, events } = parts
  const { clock, log } = runtime
  const end = Promise.withResolvers<void>()
  const cut = new AbortController()
  let stopping: Promise<void> | null = null

  /** Offline is announced while tasks still run; what has started ends; the rest goes back. */
  async function shutDown(): Promise<void> {
    executor.close() // first: what a cold stop gives back may be taken again before the consumer is still
    parts.rateLimits.close()
    const offline = parts.heartbeat.stop()
    await Promise.all([consumer.pause(), offline, drained()])
    settler.giveUp()
    await parts.stopAll()
    await events.flush()
    log.info(`${hostname} stopped.`)
    if (signals.workerShutdown.hasListeners) await signals.workerShutdown.send({ sender: hostname })
  }

  /** Running tasks have all the time there is; the broker that is to hear of their outcomes has not. */
  async function drained(): Promise<void> {
    const done = new AbortController()
    const idle = executor.idle().then(() => done.abort())
    let leftMs = WRITE_MS
    while (!done.signal.aborted) {
      await clock.sleep(LOOK_EVERY_MS, done.signal)
      leftMs = parts.pool.running === 0 ? leftMs - LOOK_EVERY_MS : WRITE_MS
      if (leftMs <= 0) settler.giveUp()
    }
    await idle
  }

  /** Celery sleeps the whole time, also when the last task ends earlier; here only where it is asked for. */
  async function soften(): Promise<void> {
    const { softMs, softOnIdle } = parts
    if (softMs > 0 && (softOnIdle || books.active.size > 0)) {
      log.warning(`Initiating Soft Shutdown, terminating in ${softMs / 1000} seconds`)
      const over = softOnIdle ? cut.signal : AbortSignal.any([cut.signal, idleSignal()])
      await clock.sleep(softMs, over)
    }
    cancel()
  }

  function idleSignal(): AbortSignal {
    const idle = new AbortController()
    void executor.idle().then(() => idle.abort())
    return idle.signal
  }

  /** What is not acknowledged stays in the consumer's hands, which gives it back to the head of its queue. */
  function cancel(): void {
    cut.abort()
    executor.close() // first: a slot that this frees must not take what waits
    settler.keepForReturn()
    executor.cancelAll()
    settler.giveUp()
  }

  return {
    ended: end.promise,
    stop(how, sig) {
      if (signals.workerShuttingDown.hasListeners) {
        const exitcode = sig === 'SIGINT' ? 1 : 0
        const name = { warm: 'Warm', soft: 'Soft', cold: 'Cold' }[how]
        void signals.workerShuttingDown.send({ sender: hostname, sig, how: name, exitcode })
      }
      if (how === 'soft') {
        const softened = soften()
        stopping ??= (parts.softOnIdle ? softened.then(shutDown) : shutDown()).finally(end.resolve)
        return stopping
      }
      stopping ??= shutDown().finally(end.resolve)
      if (how === 'cold') cancel()
      return stopping
    },
  }
}
