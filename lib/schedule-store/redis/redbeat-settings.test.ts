import { expect, test } from 'vitest'
import { parseRedisUrl } from '../../runtime/redis-address.ts'
import { DEFAULT_REDBEAT_CONF, type RedBeatConf, readRedBeatSettings } from './redbeat-settings.ts'

const BROKER = 'redis://broker:6379/1'
const conf = (parts: Partial<RedBeatConf> = {}): RedBeatConf => ({ ...DEFAULT_REDBEAT_CONF, ...parts })

test('what is not said is the broker’s', () => {
  expect(readRedBeatSettings(conf(), BROKER)).toEqual({ url: BROKER, keyPrefix: 'redbeat:', leaseMs: 4_000 })
})

test('of several brokers the first has the schedule', () => {
  expect(readRedBeatSettings(conf(), 'redis://a:1/0;redis://b:1/0').url).toBe('redis://a:1/0')
  const sentinels = 'sentinel://a:1;sentinel://b:1/0'
  expect(readRedBeatSettings(conf(), sentinels).url).toBe(sentinels)
})

test('a place, a prefix, a lock of its own or none, and a shorter turn', () => {
  const own = { redbeat_redis_url: 'redis://other:6379/2', redbeat_key_prefix: 'mine:', redbeat_lock_key: 'l' }
  expect(readRedBeatSettings(conf({ ...own, redbeat_lock_timeout: 1.5 }), BROKER)).toEqual({
    url: 'redis://other:6379/2',
    keyPrefix: 'mine:',
    lockKey: 'l',
    leaseMs: 1_500,
  })
  expect(readRedBeatSettings(conf({ redbeat_lock_key: null, redbeat_lock_timeout: 1500 }), BROKER)).toMatchObject({
    lockKey: null,
    leaseMs: 4_000,
  })
})

test('sentinels are named in the options', () => {
  const options = {
    ...{ sentinels: [['one', 26379], ['two']], service_name: 'tasks', password: 'p@ss', db: 3 },
    sentinel_kwargs: { password: 'other' },
  }
  const { url, masterName, sentinelPassword } = readRedBeatSettings(
    conf({ redbeat_redis_url: 'redis-sentinel://x', redbeat_redis_options: options }),
    BROKER,
  )
  const address = parseRedisUrl(url, { masterName: masterName ?? '', sentinelPassword: sentinelPassword ?? '' })
  expect(address).toMatchObject({ db: 3, password: 'p@ss', sentinel: { masterName: 'tasks', password: 'other' } })
  expect(address.hosts).toEqual([
    { host: 'one', port: 26379 },
    { host: 'two', port: 26379 },
  ])
})

test('TLS options go into a URL that speaks TLS, and into no other', () => {
  const ssl = { ssl_ca_certs: '/etc/ca.pem', ssl_cert_reqs: 'required' }
  const given = (url: string) =>
    readRedBeatSettings(conf({ redbeat_redis_url: url, redbeat_redis_use_ssl: ssl }), BROKER)
  expect(parseRedisUrl(given('rediss://h:1/0').url).tls).toMatchObject({ caFile: '/etc/ca.pem', verify: true })
  expect(given('redis://h:1/0').url).toBe('redis://h:1/0')
})

test('a Redis Cluster is refused, and sentinels without a list', () => {
  expect(() => readRedBeatSettings(conf({ redbeat_redis_url: 'redis-cluster://h' }), BROKER)).toThrow(/Cluster/)
  expect(() => readRedBeatSettings(conf({ redbeat_redis_url: 'redis-sentinel://h' }), BROKER)).toThrow(/\[host, port\]/)
})
