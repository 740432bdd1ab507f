import { Redis } from 'ioredis'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createLog } from '../../runtime/log.ts'
import { createRuntime } from '../../runtime/runtime.ts'
import { cutOften } from '../../testing/cut-often.ts'
import { freePort } from '../../testing/free-port.ts'
import { type RedisServer, startRedis } from '../../testing/redis.ts'
import { sampleEnvelope } from '../../testing/sample-envelope.ts'
import { startTcpProxy } from '../../testing/tcp-proxy.ts'
import { waitFor } from '../../testing/wait-for.ts'
import type { Broker, Delivery } from '../broker.ts'
import { createRedisBroker } from './redis-broker.ts'

let server: RedisServer
let redis: Redis
let lines: string[] = []
const open: Broker[] = []

function broker(url: string = server.url, transportOptions: Record<string, unknown> = {}): Broker {
  const log = createLog('info', (line) => lines.push(line), Date.now)
  const made = createRedisBroker({ url, runtime: createRuntime({ log }), transportOptions })
  open.push(made)
  return made
}
function port(number: number): string {
  return `redis://127.0.0.1:${number}/0`
}
async function fill(count: number, queue = 'q'): Promise<void> {
  const raws = Array.from({ length: count }, (_, n) => JSON.stringify(sampleEnvelope(n, { queue })))
  for (let at = 0; at < count; at += 1000) await redis.lpush(queue, ...raws.slice(at, at + 1000))
}

beforeAll(async () => {
  server = await startRedis()
  redis = server.connect()
})
beforeEach(async () => {
  lines = []
  await redis.flushall()
})
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()))
})
afterAll(() => server.stop())

describe('resets', () => {
  test('BRK-1, BRK-2: two consumers, connections reset every 40 ms, 5,000 messages: none is lost', async () => {
    const proxy = await startTcpProxy(server.port)
    const seen = new Map<unknown, number>()
    await fill(5_000)
    const take = async (delivery: Delivery) => {
      const n = delivery.envelope.headers['n']
      seen.set(n, (seen.get(n) ?? 0) + 1)
      await delivery.ack().catch(() => {}) // it is sent when the connection is back
    }
    for (const _ of [1, 2]) {
      broker(port(proxy.port), { visibility_timeout: 5 }).consume({ queues: ['q'], prefetch: 50, onDelivery: take })
    }

    const cutting = cutOften(proxy, redis)
    await waitFor(() => seen.size === 5_000, { timeoutMs: 100_000, what: 'all 5,000 messages' }).finally(() =>
      cutting.stop(),
    )
    await waitFor(async () => (await redis.hlen('unacked')) === 0, { what: 'everything acknowledged' })

    const twice = [...seen.values()].filter((count) => count > 1).length
    expect(twice).toBeLessThanOrEqual(50)
    expect(await redis.llen('q')).toBe(0)
    await proxy.close()
  })

  test('replies byte by byte, one in twenty cut in its middle: nothing is lost', async () => {
    const proxy = await startTcpProxy(server.port)
    const seen = new Set<unknown>()
    await fill(500)
    const one = broker(port(proxy.port), { visibility_timeout: 5 })
    await one.open()
    proxy.mangle(0.05)
    one.consume({
      queues: ['q'],
      prefetch: 5,
      onDelivery(delivery) {
        seen.add(delivery.envelope.headers['n'])
        delivery.ack().catch(() => {}) // it is sent when the connection is back
      },
    })

    await waitFor(() => seen.size === 500, { what: 'all 500' })
    proxy.mangle(0)
    await waitFor(async () => (await redis.hlen('unacked')) === 0, { what: 'everything acknowledged' })

    expect(await redis.llen('q')).toBe(0)
    expect(lines.length).toBeLessThan(10)
    await one.close()
    await proxy.close()
  })

  test('200 ms each way: four fifths of what the prefetch limit allows', async () => {
    const proxy = await startTcpProxy(server.port)
    const one = broker(port(proxy.port))
    await one.open()
    await fill(500)
    let count = 0
    const take = (delivery: Delivery) => {
      count++
      delivery.ack().catch(() => {})
    }
    const consumer = one.consume({ queues: ['q'], prefetch: 0, onDelivery: take })
    await consumer.pause()
    proxy.delay(200)
    consumer.setPrefetch(50)

    // How long an answer takes by that way, on a machine that does other things too.
    const asking = new Redis({ port: proxy.port, host: '127.0.0.1' })
    await asking.ping()
    const startMs = performance.now()
    consumer.resume()
    let asked = 0
    while (count < 500) {
      await asking.ping()
      asked++
    }
    const tookMs = performance.now() - startMs

    expect(tookMs / asked).toBeGreaterThan(390)
    // Ten round trips would be all of it.
    expect(asked).toBeLessThanOrEqual(13)
    asking.disconnect()
    await one.close()
    await proxy.close()
  })

  test('a half-open connection is noticed, by consumers and by subscribers', async () => {
    const proxy = await startTcpProxy(server.port)
    const [taker, listener] = [broker(port(proxy.port)), broker(port(proxy.port))]
    const gaps: number[] = []
    const got: Delivery[] = []
    taker.consume({ queues: ['q'], prefetch: 1, onDelivery: (delivery) => got.push(delivery) })
    const onGap = (sinceMs: number) => gaps.push(sinceMs)
    await listener.fanout.subscribe('ev', '#', () => {}, onGap)
    await waitFor(() => taker.status().state === 'ready')

    const heldMs = Date.now()
    proxy.hold()
    const unready = () => [taker, listener].every((one) => one.status().state === 'reconnecting')
    await waitFor(unready, { what: 'both to notice' })
    proxy.release()
    await waitFor(() => taker.status().state === 'ready' && gaps.length > 0, { what: 'the return of both' })
    expect(gaps[0]).toBeLessThan(heldMs + 3_000)
    expect(gaps[0]).toBeGreaterThan(heldMs - 5_000)
    await fill(1)

    await waitFor(() => got.length === 1)
  })
})

describe('the server', () => {
  test('down at start: open waits, publish fails in time, and all begins when it comes up', async () => {
    const late = await startRedis()
    await late.kill()
    const one = broker(late.url)
    const got: Delivery[] = []
    const opened = one.open()
    one.consume({ queues: ['q'], prefetch: 0, onDelivery: (delivery) => got.push(delivery) })
    const heard: string[] = []
    await one.fanout.subscribe('ev', '#', ({ routingKey }) => heard.push(routingKey))

    const startMs = performance.now()
    const failure = await one.publish('q', sampleEnvelope(1)).catch((error: unknown) => error)
    expect(failure).toMatchObject({
      code: 'broker/unreachable',
      message: expect.stringContaining('connection refused'),
    })
    expect(performance.now() - startMs).toBeLessThan(40_000)
    await late.restart()
    await opened
    await one.publish('q', sampleEnvelope(2))
    await waitFor(async () => {
      await one.fanout.publish('ev', 'worker.online', sampleEnvelope(1))
      return heard.length > 0
    })

    await waitFor(() => got.length === 1)
    expect(lines.length).toBeLessThan(20)
    await one.close()
    await late.stop()
  })

  test('killed and started again: what was published and what was in hand is kept by the append-only file', async () => {
    const durable = await startRedis({ appendOnly: true, args: ['--appendfsync', 'always'] })
    const one = broker(durable.url)
    await one.open()
    const got: Delivery[] = []
    const consumer = one.consume({ queues: ['q'], prefetch: 2, onDelivery: (delivery) => got.push(delivery) })
    for (const n of [0, 1, 2]) await one.publish('q', sampleEnvelope(n))
    await waitFor(() => consumer.held === 2)

    await durable.kill()
    await waitFor(() => one.status().state === 'reconnecting')
    const acked = got[0]?.ack().catch((error: unknown) => error)
    await durable.restart()
    await acked
    await waitFor(() => got.length === 3)
    await got[1]?.ack()
    await got[2]?.ack()

    await waitFor(async () => (await one.queues.unacked(10)).total === 0)
    expect(got.map(({ envelope }) => envelope.headers['n'])).toEqual([0, 1, 2])
    await one.close()
    await durable.stop()
  })

  test('FLUSHALL: an ack of a message that is gone does nothing, and life goes on', async () => {
    const one = broker()
    const got: Delivery[] = []
    one.consume({ queues: ['q'], prefetch: 1, onDelivery: (delivery) => got.push(delivery) })
    await fill(1)
    await waitFor(() => got.length === 1)

    await redis.flushall()
    await got[0]?.ack()
    await one.publish('q', sampleEnvelope(2))

    await waitFor(() => got.length === 2)
  })

  test('a server that becomes a read-only replica and a master again', async () => {
    const own = await startRedis()
    const one = broker(own.url)
    const got: unknown[] = []
    one.consume({
      queues: ['q'],
      prefetch: 0,
      onDelivery(delivery) {
        got.push(delivery.envelope.headers['n'])
        void delivery.ack()
      },
    })
    await one.publish('q', sampleEnvelope(1))
    await waitFor(() => got.length === 1)

    await own.connect().replicaof('127.0.0.1', 1)
    const failure = await one.publish('q', sampleEnvelope(2)).catch((error: unknown) => error)
    expect(failure).toMatchObject({ code: 'broker/refused', message: expect.stringContaining('read-only replica') })
    await waitFor(() => one.queues.lengths(['q']), { what: 'a queue length, for reading is allowed' })
    await own.connect().replicaof('NO', 'ONE')
    await waitFor(() =>
      one.publish('q', sampleEnvelope(3)).then(
        () => true,
        () => false,
      ),
    )

    await waitFor(() => got.length === 2)
    expect(lines.length).toBeLessThan(10)
    await one.close()
    await own.stop()
  })

  test('SCRIPT FLUSH: the source is sent again', async () => {
    const one = broker()
    const got: Delivery[] = []
    one.consume({ queues: ['q'], prefetch: 0, onDelivery: (delivery) => got.push(delivery) })
    await fill(1)
    await waitFor(() => got.length === 1)

    await redis.script('FLUSH')
    await fill(1)

    await waitFor(() => got.length === 2)
  })

  test('a queue that holds another type is named; the others are served', async () => {
    const one = broker()
    const got: Delivery[] = []
    await redis.set('bad', 'text')
    one.consume({ queues: ['bad', 'q'], prefetch: 0, onDelivery: (delivery) => got.push(delivery) })
    await fill(20)

    await waitFor(() => got.length === 20)

    const lengths = await one.queues.lengths(['bad', 'q'])
    expect(lengths[0]?.error).toContain('"bad" holds a string, a list was expected')
    expect(lengths[1]).toMatchObject({ waiting: 0, error: null })
    expect(lines.filter((line) => line.includes('WRONGTYPE')).length).toBe(1)
    const failure = await one.publish('bad', sampleEnvelope(1)).catch((error: unknown) => error)
    expect(failure).toMatchObject({ code: 'broker/wrong-type', facts: { key: 'bad' } })
  })

  test.each(['unacked', 'unacked_index'])('BRK-2: %s of another type: the message stays in its queue', async (key) => {
    const one = broker()
    const got: Delivery[] = []
    await redis.set(key, 'text')
    await fill(3)
    one.consume({ queues: ['q'], prefetch: 0, onDelivery: (delivery) => got.push(delivery) })
    await waitFor(() => lines.some((line) => line.includes(`${key}: WRONGTYPE`)))
    expect(await redis.llen('q')).toBe(3)

    await redis.del(key)

    await waitFor(() => got.length === 3)
  })

  test('out of memory: publishing is refused with that reason', async () => {
    const one = broker()
    await one.open()
    await redis.config('SET', 'maxmemory', '1', 'maxmemory-policy', 'noeviction')

    const failure = await one.publish('q', sampleEnvelope(1)).catch((error: unknown) => error)
    await redis.config('SET', 'maxmemory', '0')

    expect(failure).toMatchObject({ code: 'broker/refused', message: expect.stringContaining('out of memory') })
  })

  test('out of memory: consuming, giving back and acknowledging go on, and nothing is lost', async () => {
    await fill(300)
    const one = broker()
    await one.open()
    await redis.config('SET', 'maxmemory', '1', 'maxmemory-policy', 'noeviction')
    const got = new Set<unknown>()
    const consumer = one.consume({
      queues: ['q'],
      prefetch: 10,
      onDelivery(delivery) {
        const n = delivery.envelope.headers['n']
        const again = delivery.envelope.headers['redelivered'] === true
        if (again || n !== 7) got.add(n)
        void (again || n !== 7 ? delivery.ack() : delivery.requeue()).catch(() => {})
      },
    })
    await waitFor(() => got.size === 300)
    await redis.lpush('unwritable', '').catch((error: unknown) => expect(String(error)).toContain('OOM'))
    await waitFor(async () => (await redis.hlen('unacked')) === 0)
    await redis.config('SET', 'maxmemory', '0')

    await consumer.close()
    expect(await redis.llen('q')).toBe(0)
    expect(lines.filter((line) => line.includes('cannot be taken'))).toEqual([])
  })

  test('a user who may not run scripts: messages are taken by plain commands, which is said once', async () => {
    await redis.call('ACL', 'SETUSER', 'plain', 'on', '>pw', '~*', '&*', '+@all', '-@scripting')
    const one = broker(`redis://plain:pw@127.0.0.1:${server.port}/0`, { visibility_timeout: 2 })
    const got: Delivery[] = []
    const consumer = one.consume({ queues: ['q', 'r'], prefetch: 30, onDelivery: (delivery) => got.push(delivery) })
    await fill(30)
    await redis.rpush('q', 'not json')
    await waitFor(() => got.length === 30)

    await Promise.all(got.slice(0, 28).map((delivery) => delivery.ack()))
    await got[28]?.requeue()
    await waitFor(() => got.length === 31)
    expect(await redis.llen('umbel:quarantine:q')).toBe(1)
    await consumer.close()

    expect(await redis.llen('q')).toBe(2)
    expect(await redis.hlen('unacked')).toBe(0)
    expect(lines.filter((line) => line.includes('may not run scripts')).length).toBe(1)
  })

  test('a user who may not listen: it is said, and listening begins when it is allowed', async () => {
    await redis.call('ACL', 'SETUSER', 'deaf', 'on', '>pw', '~*', 'resetchannels', '+@all')
    const one = broker(`redis://deaf:pw@127.0.0.1:${server.port}/0`)
    const heard: string[] = []
    await one.fanout.subscribe('ev', '#', ({ routingKey }) => heard.push(routingKey))
    expect(lines.filter((line) => line.includes('cannot be listened to')).length).toBe(1)

    await redis.call('ACL', 'SETUSER', 'deaf', '&*')
    await waitFor(async () => {
      await redis.publish('/0.ev/worker.online', '{}')
      return heard.length > 0
    })

    expect(heard[0]).toBe('worker.online')
  })

  test('a wrong password is a reason, not a crash, and is never printed', async () => {
    await redis.call('ACL', 'SETUSER', 'known', 'on', '>right', '~*', '+@all')
    const one = broker(`redis://known:wrongsecret@127.0.0.1:${server.port}/0`)
    one.open().catch(() => {})

    await waitFor(() => one.status().state === 'reconnecting')

    expect(one.status().reason).toBe('user name or password refused')
    expect(JSON.stringify([one.status(), lines, one.url])).not.toContain('wrongsecret')
  })

  test('a database that is not there is never replaced by another one', async () => {
    const one = broker(port(server.port).replace(/0$/, '99'))
    one.open().catch(() => {})

    await waitFor(() => one.status().reason === 'the server has no database with this number')

    expect(await one.publish('q', sampleEnvelope(1)).catch((error: unknown) => error)).toMatchObject({
      code: 'broker/unreachable',
    })
    expect(await redis.llen('q')).toBe(0)
  })

  test('nobody there', async () => {
    const one = broker(port(await freePort()))

    const failure = await one.queues.lengths(['q']).catch((error: unknown) => error)

    expect(failure).toMatchObject({ code: 'broker/unreachable' })
  })
})
