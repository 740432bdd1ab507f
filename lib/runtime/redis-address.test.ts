import { describe, expect, test } from 'vitest'
import { isProblem } from '../errors.ts'
import { maskUrl, parseRedisUrl } from './redis-address.ts'

describe('parseRedisUrl', () => {
  test.each([
    ['redis://', { host: '127.0.0.1', port: 6379 }, 0],
    ['redis://localhost', { host: 'localhost', port: 6379 }, 0],
    ['redis://h:1/', { host: 'h', port: 1 }, 0],
    ['redis://h:1/5', { host: 'h', port: 1 }, 5],
    ['redis:///3', { host: '127.0.0.1', port: 6379 }, 3],
    ['redis://[::1]:7000/0', { host: '::1', port: 7000 }, 0],
    ['REDIS://h/0?health_check_interval=5', { host: 'h', port: 6379 }, 0],
    ['redis://h/?virtual_host=4', { host: 'h', port: 6379 }, 4],
  ])('%s', (url, host, db) => {
    const address = parseRedisUrl(url)

    expect(address.hosts).toEqual([host])
    expect(address.db).toBe(db)
    expect(address.tls).toBe(null)
  })

  test('user, password and path are percent-decoded', () => {
    const address = parseRedisUrl('redis://u%40x:p%3A%2F%40@h/0')

    expect(address).toMatchObject({ username: 'u@x', password: 'p:/@', url: 'redis://u%40x:***@h/0' })
  })

  test('a password without a user', () => {
    expect(parseRedisUrl('redis://:secret@h/0')).toMatchObject({ username: null, password: 'secret' })
  })

  test('rediss takes the ssl options', () => {
    const query = 'ssl_cert_reqs=CERT_NONE&ssl_ca_certs=/ca.pem&ssl_certfile=/c.pem&ssl_keyfile=/k.pem'

    expect(parseRedisUrl(`rediss://h/0?${query}`).tls).toEqual({
      verify: false,
      checkHostname: true,
      caFile: '/ca.pem',
      certFile: '/c.pem',
      keyFile: '/k.pem',
    })
    expect(parseRedisUrl('rediss://h/0').tls?.verify).toBe(true)
  })

  test('a socket file', () => {
    const address = parseRedisUrl('redis+socket:///run/my%20redis.sock?virtual_host=2')

    expect(address).toMatchObject({ socketPath: '/run/my redis.sock', db: 2, hosts: [] })
  })

  test('sentinels', () => {
    const url = 'sentinel://:pw@h1:26380/1;sentinel://h2/1'

    const address = parseRedisUrl(url, { masterName: 'main', sentinelPassword: 'x' })

    expect(address.hosts).toEqual([
      { host: 'h1', port: 26380 },
      { host: 'h2', port: 26379 },
    ])
    expect(address).toMatchObject({ db: 1, password: 'pw', sentinel: { masterName: 'main', password: 'x' } })
    expect(address.url).toBe('sentinel://:***@h1:26380/1;sentinel://h2/1')
  })

  test.each([
    ['', 'URL', 'redis://host:port/db'],
    ['foo', 'URL', 'redis://host:port/db'],
    ['http://x', 'scheme "http"', 'redis, rediss, redis+socket, sentinel'],
    ['sqs://', 'scheme "sqs"', 'redis, rediss'],
    ['redis://h:port/0', 'port "port"', '1 to 65535'],
    ['redis://h:0/0', 'port "0"', '1 to 65535'],
    ['redis://h:70000/0', 'port "70000"', '1 to 65535'],
    ['redis://h/abc', 'database "abc"', 'a number'],
    ['redis://h/-1', 'database "-1"', 'a number'],
    ['redis://u:p@ss@h/0', 'password', '%40'],
    ['redis://u:p/ss@h/0', 'password', '%2F'],
    ['redis://u:p#ss@h/0', 'password', '%23'],
    ['redis://u:%zz@h/0', 'password', '%25'],
    ['redis://a b/0', 'host "a b"', 'host name'],
    ['redis://::1/0', 'host "::1"', 'brackets'],
    ['redis://h/0?ssl_cert_reqs=none', 'ssl_cert_reqs', 'rediss://'],
    ['rediss://h/0?ssl_cert_reqs=maybe', 'ssl_cert_reqs "maybe"', 'required, optional or none'],
    ['rediss://h/0?ssl_cert_req=none', 'option ssl_cert_req', 'ssl_cert_reqs'],
    ['redis+socket://', 'path', 'socket file'],
    ['sentinel://h', 'master name', 'master_name'],
    ['redis://a/0;redis://b/0', 'URL', 'sentinel://'],
  ])('%s names what is wrong', (url, part, expected) => {
    let thrown: unknown
    try {
      parseRedisUrl(url)
    } catch (error) {
      thrown = error
    }

    if (!isProblem(thrown, 'broker/bad-url')) throw thrown ?? new Error('nothing was thrown')
    expect(thrown.facts.part).toContain(part)
    expect(thrown.facts.expected).toContain(expected)
    expect(thrown.message).not.toMatch(/p[@/#]ss/)
  })
})

test.each([
  ['redis://u:p@ss@h/0', 'redis://u:***@h/0'],
  ['redis://:a/b?c#d@h/0', 'redis://:***@h/0'],
  ['redis://user@h/0', 'redis://user@h/0'],
  ['redis://h:1/0?x=a@b', 'redis://h:***@b'],
  ['rediss://h/0?password=abc&x=1', 'rediss://h/0?password=***&x=1'],
  ['nonsense', 'nonsense'],
])('maskUrl(%s) hides every password, rather too much than too little', (url, masked) => {
  expect(maskUrl(url)).toBe(masked)
})
