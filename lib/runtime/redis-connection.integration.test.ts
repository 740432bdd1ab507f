import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { freePort } from '../testing/free-port.ts'
import { type RedisServer, startRedis } from '../testing/redis.ts'
import { waitFor } from '../testing/wait-for.ts'
import {
  connectRedis,
  parseRedisUrl,
  type RedisConnectionStatus,
  type RedisUrlOptions,
  whenReady,
} from './redis-connection.ts'
import { createRuntime } from './runtime.ts'

const runtime = createRuntime()
const dir = mkdtempSync(join(tmpdir(), 'umbel-connection-'))
const socket = join(dir, 'redis.sock')
const certificate = join(dir, 'server.pem')
const key = join(dir, 'server.key')
let server: RedisServer
let tlsPort: number
const open: Redis[] = []

function connect(url: string, options: RedisUrlOptions = {}) {
  const statuses: RedisConnectionStatus[] = []
  const address = parseRedisUrl(url, options)
  const redis = connectRedis(address, { runtime, name: 'test', role: 'command', onStatus: (one) => statuses.push(one) })
  open.push(redis)
  return { redis, statuses, address, last: () => statuses.at(-1) }
}

beforeAll(async () => {
  const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1']
  const files = ['-keyout', key, '-out', certificate]
  execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', ...names, ...files], {
    stdio: 'ignore',
  })
  tlsPort = await freePort()
  const tls = ['--tls-port', String(tlsPort), '--tls-cert-file', certificate, '--tls-key-file', key]
  server = await startRedis({
    args: [...tls, '--tls-ca-cert-file', certificate, '--tls-auth-clients', 'optional', '--unixsocket', socket],
  })
})
afterEach(() => {
  for (const redis of open.splice(0)) redis.disconnect()
})
afterAll(async () => {
  await server.stop()
  rmSync(dir, { recursive: true, force: true })
})

describe('ways to connect', () => {
  test('redis+socket', async () => {
    const { redis } = connect(`redis+socket://${socket}?virtual_host=3`)

    expect(await redis.client('INFO')).toContain('db=3')
  })

  test('rediss with the right authority, and with verification off', async () => {
    const trusted = connect(`rediss://localhost:${tlsPort}/0?ssl_ca_certs=${certificate}`)
    const careless = connect(`rediss://127.0.0.1:${tlsPort}/0?ssl_cert_reqs=none`)

    expect(await trusted.redis.ping()).toBe('PONG')
    expect(await careless.redis.ping()).toBe('PONG')
  })

  test('rediss with an unknown authority is refused with the reason, and never goes on in clear text', async () => {
    const { last } = connect(`rediss://localhost:${tlsPort}/0`)

    await waitFor(() => last()?.state === 'reconnecting')

    expect(last()?.reason).toContain('certificate')
  })

  test('a certificate file that is none, or is not there, is named', () => {
    writeFileSync(join(dir, 'bad.pem'), 'not a certificate')

    expect(() => connect(`rediss://h/0?ssl_certfile=${dir}/bad.pem`)).toThrow('ssl_ files')
    expect(() => connect(`rediss://h/0?ssl_ca_certs=${dir}/none.pem`)).toThrow('none.pem')
  })

  test('sentinel leads to the master', async () => {
    const port = await freePort()
    const config = join(dir, 'sentinel.conf')
    writeFileSync(config, `port ${port}\ndir ${dir}\nsentinel monitor main 127.0.0.1 ${server.port} 1\n`)
    const child = spawn('redis-server', [config, '--sentinel'], { stdio: 'ignore' })
    const { redis } = connect(`sentinel://127.0.0.1:1/2;sentinel://127.0.0.1:${port}/2`, { masterName: 'main' })
    const unknown = connect(`sentinel://127.0.0.1:${port}/0`, { masterName: 'other' })

    await waitFor(() => redis.status === 'ready')
    await waitFor(() => unknown.last()?.reason !== null)

    expect(await redis.client('INFO')).toContain('db=2')
    expect(unknown.last()?.state).not.toBe('ready')
    for (const one of open.splice(0)) one.disconnect()
    child.kill()
    await once(child, 'exit')
  })
})

describe('trouble', () => {
  test('a server that is full says so, and takes us when there is room', async () => {
    const full = await startRedis()
    const first = full.connect()
    await first.config('SET', 'maxclients', '1')
    const { redis, last } = connect(full.url)

    await waitFor(() => last()?.reason === 'the server has its maximum number of clients')
    await first.config('SET', 'maxclients', '100')

    await waitFor(() => redis.status === 'ready')
    redis.disconnect()
    await full.stop()
  })

  test('what is not a Redis server is called so', async () => {
    const http = createServer((_, response) => response.end('hello')).listen(0, '127.0.0.1')
    await once(http, 'listening')
    const address = http.address()
    const port = typeof address === 'object' ? address?.port : 0
    const { last } = connect(`redis://127.0.0.1:${port}/0`)

    await waitFor(() => last()?.reason === 'what answers there is not a Redis server')

    http.close()
  })

  test('a killed connection comes back by itself, and says so', async () => {
    const { redis, statuses, last } = connect(server.url)
    await waitFor(() => last()?.state === 'ready')

    await server.connect().call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes')
    await waitFor(() => statuses.filter(({ state }) => state === 'ready').length === 2)

    expect(statuses.map(({ state }) => state)).toEqual(['connecting', 'ready', 'reconnecting', 'ready'])
    expect(await redis.ping()).toBe('PONG')
  })

  test('a read-only replica: commands fail with that reason, and the server is not stormed', async () => {
    const replica = await startRedis({ args: ['--replicaof', '127.0.0.1', String(server.port)] })
    const { redis, statuses, address } = connect(replica.url)

    const endMs = performance.now() + 2_500
    const failures: string[] = []
    while (performance.now() < endMs) {
      await whenReady(redis, address, 30_000)
      failures.push(
        await redis.lpush('q', 'x').then(
          () => 'done',
          (error: Error) => error.message,
        ),
      )
    }

    expect(failures[0]).toContain('READONLY')
    expect(statuses.filter(({ state }) => state === 'ready').length).toBeLessThanOrEqual(5)
    redis.disconnect()
    await replica.stop()
  })

  test('a server that loads its data counts as down until it is ready', async () => {
    const slow = await startRedis({
      appendOnly: true,
      args: [
        '--enable-debug-command',
        'yes',
        '--key-load-delay',
        '150',
        '--loading-process-events-interval-bytes',
        '1024',
      ],
    })
    const admin = slow.connect()
    await admin.call('DEBUG', 'POPULATE', '20000')
    await admin.bgrewriteaof()
    await waitFor(async () => (await admin.info('persistence')).includes('aof_rewrite_in_progress:0'))
    const { redis, last } = connect(slow.url)
    await waitFor(() => last()?.state === 'ready')
    const looker = new Redis({ port: slow.port, enableReadyCheck: false, retryStrategy: () => 20 })
    looker.on('error', () => {}) // refused while the server is down on purpose

    await slow.kill()
    const restarted = slow.restart()
    await waitFor(() =>
      looker.ping().then(
        () => false,
        (error: Error) => error.message.startsWith('LOADING'),
      ),
    )
    const whileLoading = last()?.state
    await restarted

    await waitFor(() => last()?.state === 'ready')
    expect(whileLoading).toBe('reconnecting')
    expect(await redis.dbsize()).toBe(20_000)
    redis.disconnect()
    looker.disconnect()
    await slow.stop()
  })

  test('TLS that is broken off again and again ends no process', async () => {
    const url = `rediss://localhost:${tlsPort}/0?ssl_ca_certs=${certificate}`
    for (let round = 0; round < 20; round++) {
      const one = connect(url)
      await new Promise((resolve) => setTimeout(resolve, round))
      one.redis.disconnect()
    }

    const { redis } = connect(url)

    expect(await redis.ping()).toBe('PONG')
  })

  test('disconnect ends a connection that waits for its next try', async () => {
    const { redis, last, address } = connect(`redis://127.0.0.1:${await freePort()}/0`)
    await waitFor(() => last()?.state === 'reconnecting')

    redis.disconnect()

    // At once between two tries; with a try on its way, when that has ended.
    await waitFor(() => last()?.state === 'closed')
    await expect(whenReady(redis, address, 100)).rejects.toMatchObject({ code: 'broker/closed' })
  })

  test('whenReady gives up in time with the reason', async () => {
    const { redis, address } = connect(`redis://127.0.0.1:${await freePort()}/0`)

    await expect(whenReady(redis, address, 50)).rejects.toMatchObject({ code: 'broker/unreachable' })
  })
})
