/** RedBeat's settings as options of the store: what is not said there is the broker's, as in RedBeat 2.4. */
import { UmbelError } from '../../errors.ts'
import { isRecord } from '../../protocol/record.ts'
import { LEASE_MS } from './leases.ts'
import { plainNumber } from './python-values.ts'
import type { RedisScheduleStoreOptions } from './redis-schedule-store.ts'

export interface RedBeatConf {
  readonly redbeat_redis_url: string | null
  readonly redbeat_redis_options: Readonly<Record<string, unknown>> | null
  readonly redbeat_redis_use_ssl: boolean | Readonly<Record<string, unknown>> | null
  readonly redbeat_key_prefix: string
  readonly redbeat_lock_key: string | null
  readonly redbeat_lock_timeout: number | null
  readonly broker_transport_options: Readonly<Record<string, unknown>>
  readonly broker_use_ssl: boolean | Readonly<Record<string, unknown>>
}

/** What these settings are when nobody gives them. */
export const DEFAULT_REDBEAT_CONF: RedBeatConf = {
  redbeat_redis_url: null,
  redbeat_redis_options: null,
  redbeat_redis_use_ssl: null,
  redbeat_key_prefix: 'redbeat:',
  redbeat_lock_key: 'redbeat::lock',
  redbeat_lock_timeout: null,
  broker_transport_options: {},
  broker_use_ssl: false,
}

export type RedBeatPlace = Pick<
  RedisScheduleStoreOptions,
  'url' | 'masterName' | 'sentinelUsername' | 'sentinelPassword' | 'keyPrefix' | 'lockKey' | 'leaseMs'
>

/** RedBeat's own default, which follows the prefix. */
const DEFAULT_LOCK_KEY = 'redbeat::lock'
/** No longer than ours: 25 minutes, as RedBeat has it, are for a lock that is not renewed while beat sleeps. */
const SHORTEST_LEASE_MS = 500

/** Throws option/invalid for what cannot be used here, such as a Redis Cluster. */
export function readRedBeatSettings(conf: RedBeatConf, brokerUrl: string): RedBeatPlace {
  const options = conf.redbeat_redis_options ?? conf.broker_transport_options
  const { redbeat_lock_key: lockKey, redbeat_lock_timeout: lockSeconds } = conf
  const given = conf.redbeat_redis_url ?? firstServer(brokerUrl)
  if (options['cluster'] === true || given.startsWith('redis-cluster')) {
    throw new UmbelError('option/invalid', {
      option: 'redbeat_redis_options.cluster',
      value: 'true',
      expected: 'one server or sentinels: Redis Cluster is not supported',
    })
  }
  const login = isRecord(options['sentinel_kwargs']) ? options['sentinel_kwargs'] : {}
  const masterName = textOf(options['service_name']) ?? textOf(options['master_name'])
  const sentinelUsername = textOf(login['username'])
  const sentinelPassword = textOf(login['password'])
  const bySentinel = given.startsWith('redis-sentinel')
  const leaseMs = Math.min(Math.max((lockSeconds || LEASE_MS / 1000) * 1000, SHORTEST_LEASE_MS), LEASE_MS)
  return {
    url: withSsl(bySentinel ? sentinelUrl(options) : given, conf.redbeat_redis_use_ssl ?? conf.broker_use_ssl),
    ...(masterName !== undefined && { masterName }),
    ...(masterName === undefined && bySentinel && { masterName: 'master' }), // RedBeat's default
    ...(sentinelUsername !== undefined && { sentinelUsername }),
    ...(sentinelPassword !== undefined && { sentinelPassword }),
    keyPrefix: conf.redbeat_key_prefix,
    ...(lockKey !== DEFAULT_LOCK_KEY && { lockKey }),
    leaseMs,
  }
}

/** Of several brokers the schedule lies in the first; sentinels are one. */
function firstServer(url: string): string {
  return url.trim().startsWith('sentinel:') ? url : (url.split(/;(?=[a-z+]+:\/\/)/i)[0] ?? url)
}

/** RedBeat names the sentinels in its options; the URL only says that there are some. */
function sentinelUrl(options: Readonly<Record<string, unknown>>): string {
  const { sentinels, username, password, db } = options
  const hosts = (Array.isArray(sentinels) ? sentinels : []).map((place: unknown) => {
    const [host, port = 26_379] = Array.isArray(place) ? place : []
    return typeof host === 'string' ? `${host}:${Number(port)}` : null
  })
  if (hosts.length === 0 || hosts.includes(null)) {
    throw new UmbelError('option/invalid', {
      option: 'redbeat_redis_options.sentinels',
      value: JSON.stringify(sentinels) ?? 'nothing',
      expected: 'a list of [host, port]',
    })
  }
  const secret = textOf(password)
  const user = encodeURIComponent(textOf(username) ?? '')
  const before = secret === undefined ? '' : `${user}:${encodeURIComponent(secret)}@`
  return `${hosts.map((host) => `sentinel://${before}${host}`).join(';')}/${plainNumber(db) ?? 0}`
}

/** As RedBeat: only where TLS is spoken anyway. */
function withSsl(url: string, ssl: boolean | Readonly<Record<string, unknown>>): string {
  if (typeof ssl === 'boolean' || !/^(rediss|sentinel):/.test(url)) return url
  const given = new URLSearchParams(url.split('?')[1] ?? '')
  const added = Object.entries(ssl).filter(
    ([name, value]) => name.startsWith('ssl_') && !given.has(name) && value != null,
  )
  if (added.length === 0) return url
  const query = new URLSearchParams(added.map(([name, value]) => [name, String(value)]))
  return `${url}${url.includes('?') ? '&' : '?'}${query}`
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}
