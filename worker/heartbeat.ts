/** Says that this worker is there: online, a heartbeat every two seconds, offline (worker-beat.md 1.4). */
import { loadavg, type } from 'node:os'
import type { Runtime } from '../lib/runtime/runtime.ts'
import type { Service } from '../lib/runtime/service.ts'
import type { Books } from './books.ts'
import type { Events } from './events.ts'

export interface HeartbeatParts {
  readonly events: Events
  readonly books: Books
  readonly runtime: Runtime
  readonly version: string
  /** Null: this worker says nothing of itself (--without-heartbeat). */
  readonly everyMs: number | null
  readonly onSent: () => void
}

export interface Heartbeat extends Service {
  /** The answer to the control command of this name, without the counts, as Celery's. */
  answer(): void
}

/** Receivers take a worker for dead after two of these without a sign. */
const HEARTBEAT_MS = 2_000
const LEAST_MS = 100

/** Nothing and 0 are the default, as in Celery; what is too short would leave no time for anything else. */
export function heartbeatEveryMs(wantedMs = 0): number {
  return wantedMs > 0 ? Math.max(wantedMs, LEAST_MS) : HEARTBEAT_MS
}

export function createHeartbeat({ events, books, runtime, version, everyMs, onSent }: HeartbeatParts): Heartbeat {
  const ended = new AbortController()
  const software = { sw_ident: 'umbel', sw_ver: version, sw_sys: type() }

  function beat(event: string, freqMs: number): void {
    const counts = { active: books.active.size, processed: books.processed, loadavg: loadavg().map(upToCents) }
    events.sendWorker(event, { freq: freqMs / 1000, ...counts, ...software })
    onSent()
  }

  async function loop(freqMs: number): Promise<void> {
    await runtime.clock.sleep(freqMs, ended.signal)
    while (!ended.signal.aborted) {
      beat('worker-heartbeat', freqMs)
      await runtime.clock.sleep(freqMs, ended.signal)
    }
  }

  return {
    name: 'heartbeat',
    async start() {
      if (everyMs === null) return
      beat('worker-online', everyMs)
      void loop(everyMs)
    },
    /** At the beginning of a warm shutdown, while tasks still run: so does Celery. */
    async stop() {
      if (ended.signal.aborted || everyMs === null) return
      ended.abort()
      beat('worker-offline', everyMs)
      await events.flush()
    },
    answer: () => events.sendWorker('worker-heartbeat', { freq: 5, ...software }),
  }
}

function upToCents(load: number): number {
  return Math.ceil(load * 100) / 100
}
