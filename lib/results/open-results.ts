/** The result backend for a URL. */
import { isProblem, UmbelError } from '../errors.ts'
import { maskUrl, REDIS_SCHEMES } from '../runtime/redis-address.ts'
import type { Runtime } from '../runtime/runtime.ts'
import { createFilesystemResults } from './filesystem/filesystem-results.ts'
import { createMemoryResults } from './memory/memory-results.ts'
import { createRedisResults, type RedisResultsOptions } from './redis/redis-results.ts'
import type { ResultStore } from './results.ts'
import { createRpcResults, type ReplyTransport } from './rpc/rpc-results.ts'

export interface OpenResultsOptions extends Omit<RedisResultsOptions, 'url' | 'runtime'> {
  readonly runtime: Runtime
  /** For rpc://, which sends results as messages. */
  readonly broker?: ReplyTransport
  /** The queue in which they come back to this program; a new one when left out. */
  readonly replyTo?: string
  /** `result_persistent` */
  readonly persistent?: boolean
}

/** A worker and a dashboard in one process that name the same memory backend share it. */
const memoryStores = new Map<string, ResultStore>()

/** Backends that Celery has and Umbel has not. */
const OF_CELERY =
  /^(db\+|database|mongodb|cassandra|elasticsearch|couchbase|couchdb|cosmosdbsql|dynamodb|arangodb|azureblockblob|consul|s3|gs|gcs|django-|cache|memcached?|pylibmc|pymemcache|amqp)/
const KNOWN = [...REDIS_SCHEMES.map((scheme) => `${scheme}://`), 'rpc://', 'file:///folder', 'cache+memory://'].join(
  ', ',
)

/** Makes the store; it connects with `open` or the first call. Throws `result/bad-url`. */
export function openResults(url: string, options: OpenResultsOptions): ResultStore {
  const scheme = /^([a-z0-9+_-]+)(:|$)/i.exec(url)?.[1]?.toLowerCase() ?? ''
  const bad = (part: string, expected: string) =>
    new UmbelError('result/bad-url', { url: maskUrl(url), part, expected })
  if (scheme === 'memory' || url === 'cache+memory://') {
    const store = memoryStores.get(url) ?? createMemoryResults({ ...options, url })
    memoryStores.set(url, store)
    return store
  }
  if (scheme === 'rpc') {
    if (options.broker === undefined) throw bad('scheme', `a backend that stores results, one of ${KNOWN}`)
    return createRpcResults({ ...options, broker: options.broker })
  }
  if (scheme === 'file') return createFilesystemResults({ ...options, url })
  if (REDIS_SCHEMES.some((known) => known === scheme)) return openRedis({ ...options, url })
  if (OF_CELERY.test(url.toLowerCase())) {
    throw bad(`result backend "${scheme}", which Celery has and Umbel has not`, `one of ${KNOWN}`)
  }
  throw bad('scheme', `one of ${KNOWN}`)
}

/** Its URL is read by what brokers read theirs with. */
function openRedis(options: RedisResultsOptions): ResultStore {
  try {
    return createRedisResults(options)
  } catch (error) {
    throw isProblem(error, 'broker/bad-url') ? new UmbelError('result/bad-url', error.facts, error) : error
  }
}
