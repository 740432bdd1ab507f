/** The connection of the result backend: made when first needed, with errors in our own words. */
import type { Redis } from 'ioredis'
import { isUmbelError, UmbelError } from '../../errors.ts'
import { connectRedis, type RedisAddress, whenReady } from '../../runtime/redis-connection.ts'
import { redisTrouble } from '../../runtime/redis-trouble.ts'
import type { Runtime } from '../../runtime/runtime.ts'

export interface RedisLink {
  /** With the password masked. */
  readonly url: string
  /** Resolves when connected, however long that takes; rejects when closed. */
  open(): Promise<void>
  close(): Promise<void>
  /** Runs commands on a connection that is up. Rejects with `broker/unreachable`, `broker/refused` or `broker/closed`. */
  run<T>(work: (redis: Redis) => Promise<T>): Promise<T>
}

export interface RedisLinkOptions {
  readonly runtime: Runtime
  readonly readyTimeoutMs?: number
}

export const READY_TIMEOUT_MS = 5_000
const LONGEST_WAIT_MS = 2_147_483_647

export function createRedisLink(address: RedisAddress, options: RedisLinkOptions): RedisLink {
  const { runtime, readyTimeoutMs = READY_TIMEOUT_MS } = options
  let redis: Redis | null = null
  let closed = false
  let reason = ''

  function connection(): Redis {
    if (closed) throw new UmbelError('broker/closed', { url: address.url })
    redis ??= connectRedis(address, {
      runtime,
      name: 'umbel-results',
      role: 'command',
      onStatus(status) {
        const was = reason
        reason = status.reason ?? ''
        if (status.state === 'reconnecting' && was === '') {
          runtime.log.warning(`The result backend at ${address.url} is away: ${reason}`)
        }
      },
    })
    return redis
  }

  return {
    url: address.url,
    async open() {
      await whenReady(connection(), address, LONGEST_WAIT_MS)
    },
    async close() {
      closed = true
      redis?.disconnect()
    },
    async run(work) {
      const current = connection()
      try {
        await whenReady(current, address, readyTimeoutMs, () => reason)
        return await work(current)
      } catch (error) {
        if (isUmbelError(error) || !(error instanceof Error)) throw error
        // What Redis itself answered, it refused; all else is the connection's trouble.
        const code = error.name === 'ReplyError' ? 'broker/refused' : 'broker/unreachable'
        throw new UmbelError(code, { url: address.url, reason: redisTrouble(error, address) }, error)
      }
    },
  }
}
