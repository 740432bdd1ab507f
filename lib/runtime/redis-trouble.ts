import type { RedisAddress } from './redis-address.ts'

/** What a failed connection or a refused command means, for a person. First match wins. */
const MEANINGS: readonly (readonly [RegExp, string])[] = [
  [/ECONNREFUSED/, 'connection refused'],
  [/ENOTFOUND|EAI_AGAIN/, 'the host name cannot be resolved'],
  [/EHOSTUNREACH|ENETUNREACH/, 'no route to the host'],
  [/ENOENT/, 'the socket file does not exist'],
  [/EACCES|EPERM/, 'no permission to open the socket'],
  [/ETIMEDOUT|Socket timeout|Command timed out/, 'no answer in time'],
  [/ECONNRESET|EPIPE|Connection is closed/, 'the connection was cut'],
  [/WRONGPASS|invalid password|invalid username/i, 'user name or password refused'],
  [/NOAUTH|Authentication required/i, 'a password is required'],
  [/DB index/i, 'the server has no database with this number'],
  [/max number of clients/i, 'the server has its maximum number of clients'],
  [/LOADING/, 'the server is loading its data'],
  [/MASTERDOWN|READONLY/, 'the server is a read-only replica'],
  [/MISCONF/, 'the server cannot save to its disk and refuses writes'],
  [/OOM/, 'the server is out of memory and refuses writes'],
  [/BUSY/, 'the server is busy with a script'],
  [/MOVED|CLUSTERDOWN|CROSSSLOT/, 'Redis Cluster is not supported by the Celery wire format'],
  [/All sentinels are unreachable/, 'no sentinel answers'],
  [/invalid reply/, 'the sentinels do not know this master name'],
  [/Protocol error|RESP type|Unexpected/i, 'what answers there is not a Redis server'],
]

/** A sentence's end ("connection refused") for anything ioredis or Redis says. Holds no secret. */
export function redisTrouble(error: Error, address: RedisAddress): string {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  const text = `${code} ${error.message}`
  const known = MEANINGS.find(([sign]) => sign.test(text))?.[1]
  if (known !== undefined) return known
  const short = error.message.slice(0, 200) || error.name
  return address.password === null ? short : short.replaceAll(address.password, '***')
}
