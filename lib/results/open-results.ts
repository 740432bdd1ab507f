/** The result backend for a URL. */
import { UmbelError } from '../errors.ts'
import { maskUrl, REDIS_SCHEMES } from '../runtime/redis-address.ts'
import type { Runtime } from '../runtime/runtime.ts'
import { createMemoryResults } from './memory/memory-results.ts'
import { createRedisResults, type RedisResultsOptions } from './redis/redis-results.ts'
import type { ResultStore } from './results.ts'

export interface OpenResultsOptions extends Omit<RedisResultsOptions, 'url' | 'runtime'> {
  readonly runtime: Runtime
}

/** A worker and a dashboard in one process that name the same memory backend share it. */
const memoryStores = new Map<string, ResultStore>()

/** Makes the store; it connects with `open` or the first call. Throws `broker/bad-url`. */
export function openResults(url: string, options: OpenResultsOptions): ResultStore {
  const scheme = /^([a-z+]+):/i.exec(url)?.[1]?.toLowerCase() ?? ''
  if (scheme === 'memory' || url === 'cache+memory://') {
    const store = memoryStores.get(url) ?? createMemoryResults({ runtime: options.runtime, url })
    memoryStores.set(url, store)
    return store
  }
  if (REDIS_SCHEMES.some((known) => known === scheme)) return createRedisResults({ ...options, url })
  const expected = `${REDIS_SCHEMES.map((known) => `${known}://`).join(', ')} or memory://`
  throw new UmbelError('broker/bad-url', { url: maskUrl(url), part: 'scheme', expected })
}
