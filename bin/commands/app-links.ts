import type { Broker } from '../../lib/broker/broker.ts'
import { openBroker } from '../../lib/broker/open-broker.ts'
import type { Celery } from '../../lib/client/celery.ts'
import { resultOptionsOf } from '../../lib/client/connection.ts'
import { loadApp } from '../../lib/client/load-app.ts'
import { UmbelError } from '../../lib/errors.ts'
import { openResults } from '../../lib/results/open-results.ts'
import type { ResultStore } from '../../lib/results/results.ts'
import type { Runtime } from '../../lib/runtime/runtime.ts'

export interface AppLinkOptions {
  readonly app: string | null
  readonly broker: string | null
  readonly broker_transport_options: Readonly<Record<string, unknown>>
  readonly result_backend: string | null
}

export interface AppLinks {
  readonly app: Celery
  readonly broker: Broker
  readonly results: ResultStore | null
  close(): Promise<void>
}

/** The app of a file with its broker and backend, where the command line did not name others. Not yet connected. */
export async function openAppLinks(options: AppLinkOptions, runtime: Runtime): Promise<AppLinks> {
  if (options.app === null) {
    throw new UmbelError('option/invalid', {
      option: '--app',
      value: '',
      expected: 'a file with the tasks: -A ./tasks.ts',
    })
  }
  const app = await loadApp(options.app)
  const { broker_url, result_backend, broker_transport_options } = app.conf
  const transportOptions = { ...broker_transport_options, ...options.broker_transport_options }
  const broker = openBroker(options.broker ?? broker_url ?? 'redis://localhost:6379/0', { runtime, transportOptions })
  const resultsUrl = options.result_backend ?? result_backend
  const results =
    resultsUrl === null || /^disabled\b/i.test(resultsUrl)
      ? null
      : openResults(resultsUrl, { runtime, ...resultOptionsOf(app.conf) })
  return {
    app,
    broker,
    results,
    async close() {
      await results?.close()
      await broker.close()
    },
  }
}
