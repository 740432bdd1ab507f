import type { RedisAddress } from './redis-address.ts'

/** What a failed connection or a refused command means, for a person. First match wins. */
const MEANINGS: readonly (readonly [RegExp, string])[] = [
  [
    /SELF_SIGNED|UNABLE_TO_(VERIFY|GET)|self-signed|unable to (verify|get)/,
    'the certificate is not signed by a trusted authority (ssl_ca_certs names another one)',
  ],
  [/ALTNAME|altnames/, 'the certificate is for another host name'],
  [/CERT_HAS_EXPIRED|certificate has expired/, 'the certificate has expired'],
  [/CERT_NOT_YET_VALID|not yet valid/, 'the certificate is not valid yet'],
  [/certificate required|handshake failure|bad certificate/i, 'the server wants a client certificate (ssl_certfile)'],
  [/wrong version number|packet length|WRONG_VERSION/i, 'what answers there does not speak TLS'],
  [
    /unsupported protocol|UNSUPPORTED_PROTOCOL|protocol version/i,
    'the server speaks only versions of TLS that are too old',
  ],
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
  [/NOREPLICAS/, 'the server has too few replicas and refuses writes'],
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
  if (address.tls !== null && text.includes('connect ETIMEDOUT')) return 'no TLS handshake in time'
  const known = MEANINGS.find(([sign]) => sign.test(text))?.[1]
  if (known !== undefined) return known
  const short = error.message.slice(0, 200) || error.name
  return address.password === null ? short : short.replaceAll(address.password, '***')
}
