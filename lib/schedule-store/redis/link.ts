/** The connection of a schedule in Redis: made when first needed, with errors in our own words. */
import type { Redis } from 'ioredis'
import { isUmbelError, messageOf, UmbelError } from '../../errors.ts'
import { connectRedis, type RedisAddress, whenReady } from '../../runtime/redis-connection.ts'
import { redisTrouble } from '../../runtime/redis-trouble.ts'
import type { Runtime } from '../../runtime/runtime.ts'

export interface ScheduleLink {
  readonly address: RedisAddress
  /** Resolves when connected; rejects when closed. */
  open(): Promise<void>
  close(): void
  /** Every failure is `schedule/unavailable`; after a lost connection it is not known whether it was done. */
  run<T>(work: (redis: Redis) => Promise<T>): Promise<T>
  /** One of several answers of a pipeline, as an error of ours. */
  trouble(error: unknown): UmbelError
}

/** How long a request waits for a connection that is coming back: less than a lease lasts. */
const READY_TIMEOUT_MS = 2_000
/** No answer within this is none: a lease that could not be renewed for longer is over. */
const COMMAND_TIMEOUT_MS = 5_000
const LONGEST_WAIT_MS = 2_147_483_647

export function createLink(address: RedisAddress, runtime: Runtime): ScheduleLink {
  let redis: Redis | null = null
  let closed = false
  let reason = ''

  function connection(): Redis {
    if (closed) throw new UmbelError('schedule/unavailable', { place: address.url, reason: 'closed by this program' })
    redis ??= connectRedis(address, {
      runtime,
      name: 'umbel-schedule',
      role: 'command',
      commandTimeoutMs: COMMAND_TIMEOUT_MS,
      onStatus(status) {
        const was = reason
        reason = status.reason ?? ''
        if (status.state === 'reconnecting' && was === '') {
          runtime.log.warning(`The schedule at ${address.url} is away: ${reason}`)
        }
      },
    })
    return redis
  }

  function trouble(error: unknown): UmbelError {
    if (isUmbelError(error) && !error.code.startsWith('broker/')) return error
    const known = error instanceof Error && !isUmbelError(error) ? redisTrouble(error, address) : messageOf(error)
    return new UmbelError('schedule/unavailable', { place: address.url, reason: known }, error)
  }

  return {
    address,
    trouble,
    async open() {
      await whenReady(connection(), address, LONGEST_WAIT_MS)
    },
    close() {
      closed = true
      redis?.disconnect()
    },
    async run(work) {
      const current = connection()
      try {
        if (current.status !== 'ready') await whenReady(current, address, READY_TIMEOUT_MS, () => reason)
        return await work(current)
      } catch (error) {
        throw trouble(error)
      }
    },
  }
}
