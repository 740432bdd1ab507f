import type { Broker } from '../../lib/broker/broker.ts'
import { openBroker } from '../../lib/broker/open-broker.ts'
import { brokerUrlOf } from '../../lib/client/broker-url.ts'
import { Celery } from '../../lib/client/celery.ts'
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
export async function openAppLinks(
  options: AppLinkOptions,
  runtime: Runtime,
  { appIsNeeded = true }: { readonly appIsNeeded?: boolean } = {},
): Promise<AppLinks> {
  if (options.app === null && appIsNeeded) {
    throw new UmbelError('option/invalid', {
      option: '--app',
      value: '',
      expected: 'a file with the tasks: -A ./tasks.ts',
    })
  }
  const app = options.app === null ? new Celery('default') : await loadApp(options.app)
  const transportOptions = { ...app.conf.broker_transport_options, ...options.broker_transport_options }
  if (options.broker !== null) app.override({ broker_url: options.broker })
  if (options.result_backend !== null && !isDisabled(options.result_backend)) {
    app.override({ result_backend: options.result_backend })
  }
  const { result_backend, broker_failover_strategy: failoverStrategy } = app.conf
  const url = options.broker ?? brokerUrlOf(app.conf, 'read') ?? 'redis://localhost:6379/0'
  const broker = openBroker(url, { runtime, transportOptions, failoverStrategy })
  const resultsUrl = options.result_backend ?? result_backend
  const results =
    resultsUrl === null || isDisabled(resultsUrl)
      ? null
      : openResults(resultsUrl, {
          runtime,
          broker,
          replyTo: app.oid,
          ...resultOptionsOf(app.conf, app.compiled.codecs),
        })
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

function isDisabled(url: string): boolean {
  return /^disabled\b/i.test(url)
}
