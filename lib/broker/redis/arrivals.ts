/**
 * Tells at once when a message comes into an idle queue, without taking it: BLMOVE from the end of a list to the same
 * end of the same list waits until something is there and changes nothing, so that the message is in its place at every
 * instant and the take stays one step (BRK-2). A BRPOP, as Celery's, loses the message with the connection.
 */
import type { Redis } from 'ioredis'
import { isUmbelError, messageOf } from '../../errors.ts'
import type { Runtime } from '../../runtime/runtime.ts'
import type { RedisKeys } from './keys.ts'
import type { RedisLinks } from './links.ts'
import type { RedisTransportOptions } from './transport-options.ts'

/** Each waits on a connection of its own; messages of more queues, and with a priority, are found by looking. */
const MOST_QUEUES = 4
/** An answer has to come before the connection counts as silent. */
const WAIT_SECONDS = 4
/** All idle workers are told of each message and one gets it: the others are not told again for this long. */
const IN_VAIN_MS = { first: 5, most: 100 }

export interface Arrivals {
  /** From now until the next arrival in one of them, which is told once. */
  expect(queues: readonly string[]): void
  /** How many messages the last look brought. */
  found(count: number): void
}

export interface ArrivalsParts {
  readonly links: RedisLinks
  readonly keys: RedisKeys
  readonly options: RedisTransportOptions
  readonly runtime: Runtime
  readonly onArrival: () => void
}

export function createArrivals({ links, keys, options, runtime, onArrival }: ArrivalsParts): Arrivals {
  const waiting = new Set<string>()
  const seconds = Math.min(WAIT_SECONDS, (options.socket_timeout ?? Number.POSITIVE_INFINITY) / 2)
  let isPossible = true
  let isTold = false
  let inVain = 0
  let againAtMs = 0

  async function wait(list: string, redis: Redis): Promise<void> {
    waiting.add(list)
    try {
      if ((await redis.blmove(list, list, 'RIGHT', 'RIGHT', seconds)) === null) return
      isTold = true
      onArrival()
    } catch (error) {
      // Redis before 6.2, or a user who may not: looking goes on as before. A lost connection is another matter.
      if (
        error instanceof Error &&
        error.name === 'ReplyError' &&
        !/^(READONLY|LOADING|UNBLOCKED|WRONGTYPE)/.test(error.message)
      ) {
        isPossible = false
        runtime.log.debug('Arrivals cannot be waited for.', { reason: messageOf(error) })
      }
    } finally {
      waiting.delete(list)
    }
  }

  return {
    expect(queues) {
      if (!isPossible || runtime.clock.monotonicMs() < againAtMs) return
      let count = 0
      for (const queue of queues) {
        if (count++ >= MOST_QUEUES) return
        const list = keys.list(queue, 0)
        if (waiting.has(list)) continue
        const redis = connectionOf(links, list)
        if (redis?.status === 'ready') void wait(list, redis)
      }
    },
    found(count) {
      if (count > 0) inVain = 0
      else if (isTold)
        againAtMs = runtime.clock.monotonicMs() + Math.min(IN_VAIN_MS.most, IN_VAIN_MS.first * 2 ** inVain++)
      isTold = false
    },
  }
}

/** Null when this program closes its connections. */
function connectionOf(links: RedisLinks, list: string): Redis | null {
  try {
    return links.aside(list)
  } catch (error) {
    if (isUmbelError(error)) return null
    throw error
  }
}
