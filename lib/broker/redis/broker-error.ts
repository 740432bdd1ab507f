import { isUmbelError, UmbelError } from '../../errors.ts'
import type { RedisAddress } from '../../runtime/redis-address.ts'
import { redisTrouble } from '../../runtime/redis-trouble.ts'

/** Errors with which the server itself refuses; everything else means that it was not reached, or not in time. */
const REFUSALS =
  /^(ERR|OOM|MISCONF|READONLY|NOPERM|NOAUTH|WRONGPASS|BUSY|LOADING|MASTERDOWN|MOVED|CLUSTERDOWN|NOREPLICAS|EXECABORT|CROSSSLOT)\b/

/** What ioredis threw, as an error of ours. `key` is the one that was used, for a wrong type. */
export function toBrokerError(error: unknown, address: RedisAddress, key = ''): UmbelError {
  if (isUmbelError(error)) return error
  if (!(error instanceof Error)) return new UmbelError('internal', { reason: String(error) })
  const { url } = address
  if (error.message.includes('WRONGTYPE')) {
    return new UmbelError('broker/wrong-type', { key, found: 'value of another type', wanted: 'list' }, error)
  }
  if (error.message.startsWith('NOPERM')) {
    return new UmbelError('broker/refused', { url, reason: error.message.slice(0, 200) }, error)
  }
  const reason = redisTrouble(error, address)
  if (REFUSALS.test(error.message)) return new UmbelError('broker/refused', { url, reason }, error)
  const lost = 'the connection was lost; whether the request was carried out is not known'
  return new UmbelError(
    'broker/unreachable',
    { url, reason: /MaxRetries|closed/i.test(error.message) ? lost : reason },
    error,
  )
}
