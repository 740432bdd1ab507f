import { messageOf } from '../../lib/errors.ts'
import { type OpenResultsOptions, openResults } from '../../lib/results/open-results.ts'
import type { ResultStore } from '../../lib/results/results.ts'
import { readResultTransportOptions } from '../../lib/results/transport-options.ts'
import { REDIS_SCHEMES } from '../../lib/runtime/redis-address.ts'
import type { Runtime } from '../../lib/runtime/runtime.ts'
import type { DashboardOptions } from '../options/dashboard-options.ts'

/** Backends that Celery has and Umbel cannot read: an application that uses one is watched all the same. */
const OTHER_BACKENDS =
  /^(rpc|amqp|db|database|mongodb|memcached?|pylibmc|cache|cassandra|elasticsearch|couchbase|couchdb|cosmosdbsql|dynamodb|filesystem|arangodb|azureblockblob|consul|s3|gcs|django-(db|cache))\b/i

/**
 * The result backend to read, or null; `more` is how a worker in this process wants its results stored. Throws
 * `result/bad-url` for a URL that means nothing.
 */
export function dashboardResults(
  options: DashboardOptions,
  runtime: Runtime,
  more: Partial<OpenResultsOptions> = {},
): ResultStore | null {
  const url = options.result_backend ?? (isRedis(options.broker) ? firstServer(options.broker) : null)
  if (url === null || /^disabled\b/i.test(url)) return null
  if (OTHER_BACKENDS.test(url)) {
    runtime.log.warning('Results are not read: this kind of result backend is not supported', {
      kind: url.slice(0, url.search(/[:/]|$/)),
    })
    return null
  }
  // The same sentinels serve both as a rule; a key prefix belongs to one of the two only (wire.md E1).
  const { master_name, sentinel_kwargs } = options.broker_transport_options
  const own = options.result_backend_transport_options
  const results = openResults(url, {
    ...more,
    runtime,
    ...readResultTransportOptions({ master_name, sentinel_kwargs, ...own }),
  })
  results.open().catch((error: unknown) => {
    runtime.log.debug('The result backend was closed', { reason: messageOf(error) })
  })
  return results
}

/** Of a list of brokers: results do not move when messages do. The sentinels of a list are one place. */
function firstServer(broker: string): string {
  return broker.startsWith('sentinel:') ? broker : (broker.split(/;(?=[a-z+]+:\/\/)/)[0] ?? broker)
}

function isRedis(url: string): boolean {
  return REDIS_SCHEMES.some((scheme) => url.startsWith(`${scheme}://`))
}
