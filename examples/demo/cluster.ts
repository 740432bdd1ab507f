/** The demo's cluster in one process: two workers, a beat and a producer, all real, over the broker that is given. */
import type { Broker } from '../../lib/broker/broker.ts'
import type { ResultStore } from '../../lib/results/results.ts'
import type { Runtime } from '../../lib/runtime/runtime.ts'
import { startBeat } from '../../worker/beat/beat.ts'
import { startWorker } from '../../worker/worker.ts'
import type { IncidentTimes } from './incidents.ts'
import { startProducer } from './producer.ts'
import { app } from './tasks.ts'
import { world } from './world.ts'

export interface DemoClusterOptions {
  readonly broker: Broker
  readonly results: ResultStore | null
  readonly runtime: Runtime
  /** Stops the cluster when it aborts. */
  readonly signal?: AbortSignal
  /** When things go wrong; shorter in tests. */
  readonly times?: IncidentTimes
}

export interface DemoCluster {
  stop(): Promise<void>
}

const WORKERS = [
  { hostname: 'worker1@demo', queues: ['high_priority', 'default'], concurrency: 8 },
  { hostname: 'worker2@demo', queues: ['default', 'low_priority'], concurrency: 8 },
] as const

/** Broker and results are the caller's: opened before, closed after. */
export async function startDemoCluster(options: DemoClusterOptions): Promise<DemoCluster> {
  const { broker, results, runtime, signal, times } = options
  app.attach({ broker, results, runtime })
  const workers = await Promise.all(
    WORKERS.map((worker) => startWorker({ app, broker, results, runtime, taskEvents: true, ...worker })),
  )
  const beat = await startBeat({ app, broker, runtime })
  const producer = startProducer({ app, broker, runtime, world, ...(times === undefined ? {} : { times }) })
  let stopping: Promise<void> | null = null

  async function shutDown(): Promise<void> {
    await producer.stop()
    await beat.stop()
    // A demo is ended by Ctrl-C: nobody waits for its reports.
    await Promise.all(workers.map((worker) => worker.stop('cold')))
  }

  function stop(): Promise<void> {
    stopping ??= shutDown()
    return stopping
  }

  signal?.addEventListener('abort', () => void stop(), { once: true })
  return { stop }
}
