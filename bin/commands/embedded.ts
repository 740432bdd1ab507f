import { join, resolve } from 'node:path'
import type { Broker } from '../../lib/broker/broker.ts'
import { brokerUrlOf } from '../../lib/client/broker-url.ts'
import type { Celery } from '../../lib/client/celery.ts'
import type { ResultSettings } from '../../lib/client/connection.ts'
import { NO_FILE } from '../../lib/client/load-app.ts'
import { isProblem, UmbelError } from '../../lib/errors.ts'
import type { ScheduleSource } from '../../lib/monitor/schedules/schedule-source.ts'
import type { ResultStore } from '../../lib/results/results.ts'
import type { Runtime } from '../../lib/runtime/runtime.ts'
import type { DashboardOptions } from '../options/dashboard-options.ts'

export interface Surroundings {
  readonly runtime: Runtime
  readonly broker: Broker
  readonly results: ResultStore | null
  /** With their passwords, as the dashboard itself reached them. */
  readonly brokerUrl: string
  readonly transportOptions: Readonly<Record<string, unknown>>
  readonly resultsUrl: string | null
  readonly dataDir: string | null
  /** Shows the schedule that beat works on; the function returned takes it away. */
  addSchedule(source: ScheduleSource): () => Promise<void>
}

/** A worker and a beat in the dashboard's own process: `--worker`, `--beat`. */
export interface Embedded {
  readonly app: Celery
  /** Where the app says that messages and results are; null where it does not. */
  readonly brokerUrl: string | null
  readonly resultBackend: string | null
  readonly transportOptions: Readonly<Record<string, unknown>>
  /** How its results are stored. */
  readonly resultOptions: Partial<ResultSettings>
  /** To be called when the broker is connected. */
  start(around: Surroundings): Promise<void>
  /** Running tasks finish first. */
  stop(): Promise<void>
}

/**
 * Loads the app, so that a mistake in it is told before anything starts; also when it is only to say where messages and
 * results are, as Flower's -A. Null: there is none, or none in a file of ours.
 */
export async function loadEmbedded(options: DashboardOptions): Promise<Embedded | null> {
  const isNeeded = options.worker || options.beat
  if (options.app === null) {
    if (!isNeeded) return null
    const option = options.worker ? '--worker' : '--beat'
    throw new UmbelError('option/invalid', { option, value: '', expected: 'a file with the tasks: --app=./tasks.ts' })
  }
  const [{ loadApp }, { resultOptionsOf }] = await Promise.all([
    import('../../lib/client/load-app.ts'),
    import('../../lib/client/connection.ts'),
  ])
  const app = await loadApp(options.app).catch((error: unknown) => {
    // CELERY_APP, or -A as it was for Flower, may name an app in Python (python-app.ts).
    if (isNeeded || !isMissing(error)) throw error
    return null
  })
  if (app === null) return null
  const appPath = resolve(options.app)
  const stops: (() => Promise<void>)[] = []
  let stopping = false
  return {
    app,
    brokerUrl: brokerUrlOf(app.conf, 'read'),
    resultBackend: app.conf.result_backend,
    transportOptions: app.conf.broker_transport_options,
    // The pages show results in any content: what the app accepts is for those who act upon it.
    resultOptions: { ...resultOptionsOf(app.conf, app.compiled.codecs), accept: undefined },
    async start(around) {
      // Threads and processes make connections of their own, to the same place.
      app.override({
        broker_url: around.brokerUrl,
        ...(Object.keys(around.transportOptions).length > 0 && { broker_transport_options: around.transportOptions }),
        ...(around.resultsUrl !== null && { result_backend: around.resultsUrl }),
      })
      if (options.worker && !stopping) stops.push(await runWorker(app, appPath, options, around))
      if (options.beat && !stopping) stops.push(await runBeat(app, around))
    },
    async stop() {
      stopping = true
      for (const stop of stops.splice(0).reverse()) await stop()
    },
  }
}

function isMissing(error: unknown): boolean {
  return isProblem(error, 'app/cannot-load') && error.facts.reason === NO_FILE
}

async function runWorker(
  app: Celery,
  appPath: string,
  { worker_pool: pool, worker_concurrency: concurrency, worker_queues: queues }: DashboardOptions,
  { broker, results, runtime }: Surroundings,
): Promise<() => Promise<void>> {
  const { startWorker } = await import('../../worker/worker.ts')
  const worker = await startWorker({
    ...{ app, appPath, broker, results, runtime, taskEvents: true },
    ...(pool !== null && { pool }),
    ...(concurrency !== null && { concurrency }),
    ...(queues.length > 0 && { queues }),
  })
  return () => worker.stop()
}

async function runBeat(
  app: Celery,
  { broker, runtime, dataDir, brokerUrl, addSchedule }: Surroundings,
): Promise<() => Promise<void>> {
  const [{ startBeat }, { openBeatStore }] = await Promise.all([
    import('../../worker/beat/beat.ts'),
    import('./beat-store.ts'),
  ])
  const isGiven = app.given.has('beat_scheduler') || app.given.has('beat_schedule_filename')
  const schedule = dataDir === null || isGiven ? null : join(dataDir, 'beat.json')
  // Without a folder of its own it writes nothing.
  const scheduler = dataDir === null && !isGiven ? 'memory' : null
  const store = await openBeatStore({ app, scheduler, schedule, brokerUrl, broker, runtime })
  const beat = await startBeat({ app, broker, runtime, store, isEmbedded: true })
  const hide = addSchedule({ name: 'app', store, zone: app.compiled.zone, unasked: false, owned: false })
  return async () => {
    await hide()
    await beat.stop()
  }
}
