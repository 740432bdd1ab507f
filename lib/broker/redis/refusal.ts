/** Whether a Redis that answers would take a message (wire.md A1): one that only reads looks healthy from outside. */
import type { Redis } from 'ioredis'
import type { WriteRefusal } from '../broker.ts'

const KINDS: readonly (readonly [prefix: string, kind: WriteRefusal['kind']])[] = [
  ['OOM', 'memory'],
  ['MISCONF', 'disk'],
  ['READONLY', 'replica'],
  ['NOREPLICAS', 'replicas'],
]

/**
 * Asks for a write that changes nothing: to put an empty text into `key`, which needs not be there and is not made by it.
 * Redis refuses it exactly when it refuses messages. Null too when it cannot be told (an ACL without that key).
 */
export async function readRefusal(redis: Redis, key: string): Promise<WriteRefusal | null> {
  // A replica is asked in another way: a refused write makes the connection look for the master (redis-connection.ts).
  const replication = await redis.info('replication')
  if (/^role:slave\r?$/m.test(replication) && !/^slave_read_only:0\r?$/m.test(replication)) {
    return { kind: 'replica', reason: 'it is a replica that can only be read' }
  }
  try {
    await redis.setrange(key, 0, '')
    return null
  } catch (error) {
    if (!(error instanceof Error)) throw error
    const known = KINDS.find(([prefix]) => error.message.startsWith(prefix))
    if (known !== undefined) return { kind: known[1], reason: error.message }
    if (/^(NOPERM|WRONGTYPE|ERR)/.test(error.message)) return null
    throw error
  }
}
