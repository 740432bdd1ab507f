/** The demo's cluster: two workers, a beat and a producer, all real, over the broker that is given. */
import { fileURLToPath } from 'node:url'
import type { Broker } from '../../lib/broker/broker.ts'
import type { ResultStore } from '../../lib/results/results.ts'
import type { Runtime } from '../../lib/runtime/runtime.ts'
import { openScheduleStore } from '../../lib/schedule-store/open-schedule-store.ts'
import type { ScheduleStore } from '../../lib/schedule-store/schedule-store.ts'
import { startBeat } from '../../worker/beat/beat.ts'
import { startWorker } from '../../worker/worker.ts'
import { startBeatProcess } from './beat-process.ts'
import { DEMO_TIMES, type IncidentTimes } from './incidents.ts'
import { startProducer } from './producer.ts'
import { app } from './tasks.ts'
import { beginIncidents } from './world.ts'

export interface DemoClusterOptions {
  readonly broker: Broker
  readonly results: ResultStore | null
  /** Where other processes reach both; null when they are in the memory of this one. */
  readonly url: string | null
  readonly runtime: Runtime
  /** Stops the cluster when it aborts. */
  readonly signal?: AbortSignal
  /** When things go wrong; shorter in tests. */
  readonly times?: IncidentTimes
  /** How much of the usual load is sent; less in tests. */
  readonly share?: number
}

export interface DemoCluster {
  /** The schedule of its beat where nobody else can reach it: in this process's memory. */
  readonly schedule: ScheduleStore | null
  stop(): Promise<void>
}

/** What waits in one loop costs nothing; a process takes some 45 MB. The long work is in low_priority. */
const WORKERS = [
  { hostname: 'worker1@demo', queues: ['high_priority', 'default'], slots: { processes: 2, async: 8 } },
  { hostname: 'worker2@demo', queues: ['default', 'low_priority'], slots: { processes: 4, async: 8 } },
] as const

/** The file that the processes load: this folder's in a checkout, in `dist` of the built program. */
const TASKS = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? './tasks.ts' : './demo-tasks.js', import.meta.url),
)

/** Processes of their own, as Celery's prefork, unless there is nothing that they could share. */
export function demoPool(url: string | null): 'processes' | 'async' {
  return url === null ? 'async' : 'processes'
}

/** What is stopped, and the schedule where only this process can reach it. */
interface DemoBeats {
  readonly beats: readonly { stop(): Promise<void> }[]
  readonly schedule: ScheduleStore | null
}

/**
 * Two processes that share a schedule in Redis: one sends, the other stands by. They agree through a lease, so killing one
 * shows how the other follows. In memory there is nothing to share: one, in this process.
 */
async function startBeats({ broker, url, runtime }: DemoClusterOptions): Promise<DemoBeats> {
  if (url !== null) {
    const names = ['celerybeat1@demo', 'celerybeat2@demo']
    return { beats: names.map((name) => startBeatProcess(TASKS, url, name)), schedule: null }
  }
  const zone = app.compiled.zone
  const store = await openScheduleStore({
    ...{ runtime, broker, zone, scheduler: 'memory', schedule: null, brokerUrl: '' },
  })
  const beat = await startBeat({ app, broker, runtime, store, hostname: 'celerybeat@demo' })
  return { beats: [beat], schedule: store }
}

/** Broker and results are the caller's: opened before, closed after. */
export async function startDemoCluster(options: DemoClusterOptions): Promise<DemoCluster> {
  const { broker, results, url, runtime, signal, times = DEMO_TIMES, share = 1 } = options
  const pool = demoPool(url)
  const startedMs = runtime.clock.nowMs()
  const endIncidents = beginIncidents(startedMs, times)
  app.attach({ broker, results, runtime })
  // The processes have connections of their own.
  if (url !== null) app.override({ broker_url: url, result_backend: results === null ? null : url })
  const common = { app, appPath: TASKS, broker, results, runtime, pool, taskEvents: true }
  const workers = await Promise.all(
    WORKERS.map(({ slots, ...worker }) => startWorker({ ...common, ...worker, concurrency: slots[pool] })),
  )
  const { beats, schedule } = await startBeats(options)
  const producer = startProducer({ app, broker, runtime, times, startedMs, share })
  let stopping: Promise<void> | null = null

  async function shutDown(): Promise<void> {
    await producer.stop()
    await Promise.all(beats.map((beat) => beat.stop()))
    // A demo is ended by Ctrl-C: nobody waits for its reports.
    await Promise.all(workers.map((worker) => worker.stop('cold')))
    endIncidents()
  }

  function stop(): Promise<void> {
    stopping ??= shutDown()
    return stopping
  }

  signal?.addEventListener('abort', () => void stop(), { once: true })
  return { schedule, stop }
}
