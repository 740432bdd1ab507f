/** Whether a schedule lies in the very database in which the broker's messages lie. */
import { maskUrl, parseRedisUrl, type RedisAddress } from '../../runtime/redis-address.ts'

/** Asked before each send, and worked out when the broker has gone on to another server. */
export function createSamePlace(
  address: RedisAddress,
  broker: { readonly url: string; readonly listPut?: unknown } | null,
): () => boolean {
  let known: { readonly url: string; readonly isSame: boolean } | null = null
  return () => {
    if (broker === null || broker.listPut === undefined) return false
    const { url } = broker
    if (known?.url !== url) known = { url, isSame: isSamePlace(address, url) }
    return known.isSame
  }
}

/** Whether a broker's URL (its password masked) is of the database at `address`. */
function isSamePlace(address: RedisAddress, brokerUrl: string): boolean {
  if (brokerUrl === address.url || maskUrl(brokerUrl) === address.url) return true
  try {
    // A broker over sentinels keeps the master's name in its options.
    const other = parseRedisUrl(brokerUrl, { masterName: address.sentinel?.masterName })
    return placeOf(other) === placeOf(address)
  } catch {
    return false // no Redis
  }
}

function placeOf({ hosts, socketPath, db, sentinel }: RedisAddress): string {
  const places = hosts.map(({ host, port }) => `${host === 'localhost' ? '127.0.0.1' : host.toLowerCase()}:${port}`)
  return JSON.stringify([places.sort(), socketPath, db, sentinel?.masterName ?? null])
}
