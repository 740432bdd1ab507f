/** A worker of ours for a test, with connections of its own to the broker and the results. */
import { startWorker, type Worker } from '../../worker/worker.ts'
import type { WorkerOptions } from '../../worker/worker-options.ts'
import type { Broker } from '../broker/broker.ts'
import { openBroker } from '../broker/open-broker.ts'
import { type OpenResultsOptions, openResults } from '../results/open-results.ts'
import type { ResultStore } from '../results/results.ts'
import { createRuntime, type Runtime } from '../runtime/runtime.ts'

export interface UmbelWorker {
  readonly worker: Worker
  readonly broker: Broker
  readonly results: ResultStore
  readonly runtime: Runtime
  /** Cold; its connections are closed after it. */
  stop(): Promise<void>
}

export interface UmbelWorkerOptions extends Omit<WorkerOptions, 'broker' | 'results' | 'runtime'> {
  /** Results are there too, unless `backend` says otherwise. */
  readonly url: string
  readonly backend?: string
  /** How results are written. */
  readonly resultOptions?: Partial<OpenResultsOptions>
}

/** Called `ts@test`, unless the options say otherwise. */
export async function startUmbelWorker({
  url,
  backend = url,
  resultOptions = {},
  ...options
}: UmbelWorkerOptions): Promise<UmbelWorker> {
  const runtime = createRuntime()
  const broker = openBroker(url, { runtime })
  const results = openResults(backend, { runtime, ...resultOptions })
  await broker.open()
  await results.open()
  const worker = await startWorker({ hostname: 'ts@test', ...options, broker, results, runtime })
  return {
    worker,
    broker,
    results,
    runtime,
    async stop() {
      await worker.stop('cold')
      await results.close()
      await broker.close()
    },
  }
}
