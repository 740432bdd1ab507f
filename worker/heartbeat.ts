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
}

/** Receivers take a worker for dead after two of these without a sign. */
const EVERY_MS = 2_000

export interface Heartbeat extends Service {
  /** The answer to the control command of this name, without the counts, as Celery's. */
  answer(): void
}

export function createHeartbeat({ events, books, runtime, version }: HeartbeatParts): Heartbeat {
  const ended = new AbortController()
  const software = { sw_ident: 'umbel', sw_ver: version, sw_sys: type() }

  function beat(event: string): void {
    const counts = { active: books.active.size, processed: books.processed, loadavg: loadavg().map(upToCents) }
    events.sendWorker(event, { freq: EVERY_MS / 1000, ...counts, ...software })
  }

  async function loop(): Promise<void> {
    await runtime.clock.sleep(EVERY_MS, ended.signal)
    while (!ended.signal.aborted) {
      beat('worker-heartbeat')
      await runtime.clock.sleep(EVERY_MS, ended.signal)
    }
  }

  return {
    name: 'heartbeat',
    async start() {
      beat('worker-online')
      void loop()
    },
    /** At the beginning of a warm shutdown, while tasks still run: so does Celery. */
    async stop() {
      if (ended.signal.aborted) return
      ended.abort()
      beat('worker-offline')
      await events.flush()
    },
    answer: () => events.sendWorker('worker-heartbeat', { freq: 5, ...software }),
  }
}

function upToCents(load: number): number {
  return Math.ceil(load * 100) / 100
}
