/**
 * One connection to Redis that neither hangs nor gives up. Why each setting is as it is was measured
 * (reliability-security.md 2.1): without a socket time-out a half-open connection hangs for ever; a subscriber
 * notices it only by its own PINGs; a command time-out alone never reconnects.
 */
import { readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { type ConnectionOptions, createSecureContext } from 'node:tls'
import { Redis, type RedisOptions } from 'ioredis'
import { messageOf, UmbelError } from '../errors.ts'
import { backoffMs } from './backoff.ts'
import type { Failover } from './failover.ts'
import { forgetWhatWasSent } from './forget-sent.ts'
import type { RedisAddress, RedisTls } from './redis-address.ts'
import { directConnector, SafeSentinelConnector, type SocketPlace } from './redis-connector.ts'
import { redisTrouble } from './redis-trouble.ts'
import type { Runtime } from './runtime.ts'
import { watchForSilence } from './silence-watch.ts'

export { maskUrl, parseRedisUrl, REDIS_SCHEMES, type RedisAddress, type RedisUrlOptions } from './redis-address.ts'

/**
 * command: short requests; a silence of `COMMAND_TIMEOUT_MS` ends them and the connection.
 * blocking: long answers or blocking commands; ends when the socket is silent. Block for less than the socket time-out.
 * subscriber: pub/sub; the caller subscribes again on every `ready` (what was sent meanwhile is lost).
 */
export type RedisRole = 'command' | 'blocking' | 'subscriber'

export interface RedisConnectionStatus {
  readonly state: 'connecting' | 'ready' | 'reconnecting' | 'closed'
  /** Why it is not ready, for a person; null when ready. */
  readonly reason: string | null
}

export interface RedisConnectionOptions {
  readonly runtime: Runtime
  /** Shown by CLIENT LIST. */
  readonly name: string
  readonly role: RedisRole
  readonly onStatus?: (status: RedisConnectionStatus) => void
  readonly connectTimeoutMs?: number
  readonly commandTimeoutMs?: number
  /** Silence after which a connection with an open question counts as dead. */
  readonly socketTimeoutMs?: number
  readonly pingEveryMs?: number
  /** Names the server; else it is always the address itself. */
  readonly failover?: Failover | null
}

export const COMMAND_TIMEOUT_MS = 5_000
const CONNECT_TIMEOUT_MS = 5_000
const SOCKET_TIMEOUT_MS = 8_000
/** With the socket time-out: a dead connection is known after 13 s at most. */
const PING_EVERY_MS = 5_000
/** One reset is no outage. */
const FIRST_RETRY_MS = 5
/** While an outage is young users wait for the return; later, a fleet must not storm a server that starts. */
const YOUNG_OUTAGE_MS = 60_000
const RETRY_CAP_MS = { young: 2_000, old: 8_000 }
/** A server that is a read-only replica is asked again once a second, not once per refused command. */
const READONLY_RETRY_MS = 1_000

/**
 * Connects at once and for ever, until `disconnect()`. Commands that cannot be sent or whose answer is lost with the
 * connection reject (an LPUSH may have happened all the same); nothing is sent twice by itself.
 * @throws UmbelError `broker/bad-url` when a certificate file cannot be used
 */
export function connectRedis(address: RedisAddress, options: RedisConnectionOptions): Redis {
  const { runtime, failover = null } = options
  const { clock } = runtime
  let tried = address
  const closing = new AbortController()
  let reason: string | null = null
  let wasReady = false
  let downSinceMs = clock.monotonicMs()
  let readonlyAtMs = Number.NEGATIVE_INFINITY

  const redis = new Redis({
    ...place(address, () => {
      tried = failover?.current() ?? address
      return tried
    }),
    db: address.db,
    username: address.username ?? undefined,
    password: address.password ?? undefined,
    connectionName: options.name,
    protocol: 2, // RESP2: on a subscriber nothing but pub/sub, and every server since 4 speaks it
    disableClientInfo: true,
    connectTimeout: options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS,
    keepAlive: 10_000,
    maxLoadingRetryTime: 1_000, // LOADING counts as down; asked again every second
    maxRetriesPerRequest: 0, // a lost connection rejects what was open, at once
    autoResendUnfulfilledCommands: false,
    autoResubscribe: false, // it hides the gap, and its failure would be an unhandled rejection
    retryStrategy(attempt) {
      const young = clock.monotonicMs() - downSinceMs < YOUNG_OUTAGE_MS
      const limits = { firstMs: FIRST_RETRY_MS, maxMs: young ? RETRY_CAP_MS.young : RETRY_CAP_MS.old, jitter: 0.5 }
      return Math.max(1, backoffMs(attempt - 1, limits, runtime.random))
    },
    reconnectOnError(error) {
      if (!error.message.startsWith('READONLY')) return false
      const nowMs = clock.monotonicMs()
      if (nowMs - readonlyAtMs < READONLY_RETRY_MS) return false
      readonlyAtMs = nowMs
      return true // after a fail-over the old master is a replica; its name leads to the new one
    },
  })

  forgetWhatWasSent(redis)
  redis.setMaxListeners(0) // every request that waits for the connection listens
  const say = teller(options.onStatus)
  say({ state: 'connecting', reason: null })
  redis.on('error', (error: Error) => {
    reason = redisTrouble(error, address)
    // ioredis would go on with database 0 after a failed SELECT.
    if (/DB index|can't run this command.*select|NOPERM.*select/i.test(error.message)) redis.stream?.destroy()
    if (redis.status !== 'ready') say({ state: 'reconnecting', reason })
  })
  redis.on('ready', () => {
    if (redis.status !== 'ready') return // events come a tick late; it may be gone again
    reason = null
    wasReady = true
    say({ state: 'ready', reason: null })
  })
  redis.on('close', () => {
    if (wasReady) downSinceMs = clock.monotonicMs()
    else failover?.failed(tried)
    wasReady = false
    if (closing.signal.aborted || redis.status === 'end') return
    say({ state: 'reconnecting', reason: reason ?? 'the connection was closed by the other side' })
  })
  redis.on('end', () => {
    closing.abort()
    say({ state: 'closed', reason: 'closed by this program' })
  })

  failover?.onSwitch(({ username, password }) => {
    Object.assign(redis.options, { username: username ?? undefined, password: password ?? undefined })
    if (tried !== failover.current()) redis.stream?.destroy(new Error('another server was chosen'))
  })

  // ioredis clears its timer and then waits for the end of a socket that has ended before.
  const disconnect = redis.disconnect.bind(redis)
  redis.disconnect = (reconnect = false) => {
    const between = redis.status === 'reconnecting'
    disconnect(reconnect)
    if (!between || reconnect) return
    redis.status = 'end'
    redis.emit('end')
  }

  void keepAsking(redis, options, closing.signal)
  void watchForSilence(redis, longestSilenceMs(options), clock, closing.signal)
  return redis
}

/**
 * Resolves at once when connected, else when it is again, or rejects after `timeoutMs` with what `why` says then. Await it before a command
 * that must not wait unseen in the client's queue.
 * @throws UmbelError `broker/unreachable` or `broker/closed`
 */
export async function whenReady(
  redis: Redis,
  address: RedisAddress,
  timeoutMs: number,
  why: () => string | null = () => null,
): Promise<void> {
  if (redis.status === 'ready') return
  await new Promise<void>((resolve, reject) => {
    const settle = (error?: UmbelError) => {
      clearTimeout(timer)
      redis.off('ready', onReady)
      redis.off('end', onEnd)
      if (error === undefined) resolve()
      else reject(error)
    }
    const onReady = () => redis.status === 'ready' && settle()
    const onEnd = () => settle(new UmbelError('broker/closed', { url: address.url }))
    const timer = setTimeout(() => {
      const facts = { url: address.url, reason: why() || `not connected for ${timeoutMs} ms` }
      settle(new UmbelError('broker/unreachable', facts))
    }, timeoutMs)
    redis.on('ready', onReady)
    redis.on('end', onEnd)
    if (redis.status === 'end') onEnd()
  })
}

/** Tells each status once. */
function teller(onStatus: RedisConnectionOptions['onStatus']): (status: RedisConnectionStatus) => void {
  let last: RedisConnectionStatus | null = null
  return (status) => {
    if (last?.state === 'closed' || (last?.state === status.state && last.reason === status.reason)) return
    last = status
    onStatus?.(status)
  }
}

function longestSilenceMs({ role, commandTimeoutMs, socketTimeoutMs = SOCKET_TIMEOUT_MS }: RedisConnectionOptions) {
  return role === 'command' ? Math.min(commandTimeoutMs ?? COMMAND_TIMEOUT_MS, socketTimeoutMs) : socketTimeoutMs
}

/** PINGs while ready: keeps firewalls open, and starts the socket time-out where nothing else would. */
async function keepAsking(redis: Redis, options: RedisConnectionOptions, closed: AbortSignal): Promise<void> {
  const everyMs = options.pingEveryMs ?? PING_EVERY_MS
  for (;;) {
    await options.runtime.clock.sleep(everyMs, closed)
    if (closed.aborted) return
    if (redis.status === 'ready') await redis.ping().catch(() => {}) // a failure shows as a lost connection
  }
}

function place(address: RedisAddress, current: () => RedisAddress): RedisOptions {
  if (address.sentinel === null) {
    const sockets = new Map([address, ...address.alternates].map((one) => [one, socketOf(one)] as const))
    const socket = socketOf(address)
    return { ...socket, Connector: directConnector(() => sockets.get(current()) ?? socket) }
  }
  const tls = address.tls === null ? undefined : tlsOptions(address.tls, address)
  const { masterName, username, password } = address.sentinel
  return {
    Connector: SafeSentinelConnector as RedisOptions['Connector'], // ioredis types the options it passes as unknown
    sentinels: address.hosts.map(({ host, port }) => ({ host, port })),
    name: masterName,
    sentinelUsername: username ?? undefined,
    sentinelPassword: password ?? undefined,
    sentinelCommandTimeout: 2_000,
    sentinelRetryStrategy: (attempt) => Math.min(100 * attempt, 1_000),
    failoverDetector: false, // the connector has its own; READONLY is the net below
    enableTLSForSentinelMode: tls !== undefined,
    tls,
  }
}

function socketOf(address: RedisAddress): SocketPlace {
  if (address.socketPath !== null) return { path: address.socketPath }
  const [first] = address.hosts
  const servername = first !== undefined && isIP(first.host) === 0 ? first.host : undefined
  return { ...first, ...(address.tls !== null && { tls: { ...tlsOptions(address.tls, address), servername } }) }
}

function tlsOptions(tls: RedisTls, address: RedisAddress): ConnectionOptions {
  const read = (part: string, file: string | null) => {
    try {
      return file === null ? undefined : readFileSync(file)
    } catch (error) {
      const facts = { url: address.url, part: `${part} ${file}`, expected: `a readable file (${messageOf(error)})` }
      throw new UmbelError('broker/bad-url', facts, error)
    }
  }
  const files = {
    ca: read('ssl_ca_certs', tls.caFile),
    cert: read('ssl_certfile', tls.certFile),
    key: read('ssl_keyfile', tls.keyFile ?? tls.certFile), // Python, too, looks for the key beside the certificate
  }
  try {
    createSecureContext(files) // ioredis would end for ever on a file that is not PEM
  } catch (error) {
    const facts = { url: address.url, part: 'ssl_ files', expected: `PEM that fits together (${messageOf(error)})` }
    throw new UmbelError('broker/bad-url', facts, error)
  }
  const anyHost = tls.verify && tls.checkHostname ? {} : { checkServerIdentity: () => undefined }
  return { ...files, rejectUnauthorized: tls.verify, ...anyHost }
}
