/** Real kombu and real Celery workers on the same queues: what one side writes the other one reads. */
import type { Redis } from 'ioredis'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createRuntime } from '../../runtime/runtime.ts'
import { runPython, startCelery } from '../../testing/celery.ts'
import { type RedisServer, startRedis } from '../../testing/redis.ts'
import { sampleEnvelope } from '../../testing/sample-envelope.ts'
import { waitFor } from '../../testing/wait-for.ts'
import type { Broker, Delivery } from '../broker.ts'
import { createRedisBroker } from './redis-broker.ts'

let server: RedisServer
let redis: Redis
const open: Broker[] = []

async function connect(transportOptions: Record<string, unknown> = {}): Promise<Broker> {
  const broker = createRedisBroker({ url: server.url, runtime: createRuntime(), transportOptions })
  open.push(broker)
  await broker.open()
  return broker
}
function python(program: string): Promise<string> {
  return runPython(program, { broker: server.url })
}
/** A kombu channel named `channel`, and a consumer-less queue `q`, as a library user writes it. */
function kombu(lines: string, options = '{}'): Promise<string> {
  const head = `
import json, time
from kombu import Connection, Exchange, Queue, Consumer, Producer
connection = Connection(${JSON.stringify(server.url)}, transport_options=${options})
channel = connection.channel()
queue = Queue('q', Exchange('q', type='direct'), routing_key='q')
`
  return python(head + lines)
}

beforeAll(async () => {
  server = await startRedis()
  redis = server.connect()
})
beforeEach(() => redis.flushall().then(() => {}))
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()))
})
afterAll(() => server.stop())

describe('messages', () => {
  test('Python publishes through Celery, we take', async () => {
    const broker = await connect()
    const got: Delivery[] = []
    broker.consume({ queues: ['celery'], prefetch: 0, onDelivery: (delivery) => got.push(delivery) })

    await python(`
from proj import add, echo
add.delay(1, 2)
add.apply_async((3,), priority=9)
echo.delay('ü\\u2028', big=10**30)
`)
    await waitFor(() => got.length === 3)

    const tasks = got.map(({ envelope }) => envelope.headers['task'])
    expect(tasks.sort()).toEqual(['proj.add', 'proj.add', 'proj.echo'])
    await Promise.all(got.map((delivery) => delivery.ack()))
    expect(await redis.exists('celery', 'unacked', 'unacked_index')).toBe(0)
  })

  test('a Celery worker runs what we publish', async () => {
    const broker = await connect()
    const worker = await startCelery({ broker: server.url })
    const envelope = sampleEnvelope(1, { queue: 'celery' })
    const id = String(envelope.headers['id'])
    const body = Buffer.from(JSON.stringify([[20, 22], {}, {}])).toString('base64')

    await broker.publish('celery', { ...envelope, body })
    const meta = await waitFor(async () => {
      const text = await redis.get(`celery-task-meta-${id}`)
      return text?.includes('SUCCESS') ? text : null
    })

    expect(JSON.parse(meta)).toMatchObject({ status: 'SUCCESS', result: 42 })
    await worker.stop()
  })

  test('priorities go to the lists that kombu uses', async () => {
    const broker = await connect()
    for (let priority = 0; priority < 10; priority++) await broker.publish('q', sampleEnvelope(priority, { priority }))

    const order = await kombu(`
bound = queue(channel)
print([bound.get(no_ack=True).headers['n'] for _ in range(10)])
`)

    expect(JSON.parse(order)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
  })

  test('global_keyprefix and sep', async () => {
    const options = { global_keyprefix: 'pfx:', sep: ':' }
    const broker = await connect(options)
    const got: Delivery[] = []
    broker.consume({ queues: ['q'], prefetch: 0, onDelivery: (delivery) => got.push(delivery) })
    await broker.publish('back', sampleEnvelope(5, { queue: 'back', priority: 6 }))

    const text = await kombu(
      `
Producer(channel).publish({'a': 1}, exchange='', routing_key='q', priority=3)
bound = Queue('back', Exchange('back'), routing_key='back')(channel)
bound.declare()
print(bound.get(no_ack=True).headers['n'])
`,
      JSON.stringify(options),
    )

    expect(text.trim()).toBe('5')
    await waitFor(() => got.length === 1)
    expect((await redis.keys('*')).filter((key) => !key.startsWith('pfx:'))).toEqual([])
    expect(await broker.queues.names()).toEqual(['back'])
  })
})

describe('unacknowledged messages', () => {
  test('the entry we write is one that kombu restores: by visibility timeout', async () => {
    const broker = await connect({ visibility_timeout: 1000 })
    const consumer = broker.consume({ queues: ['q'], prefetch: 0, onDelivery: () => {} })
    await broker.publish('q', sampleEnvelope(10 ** 15, { priority: 6 }))
    await waitFor(() => consumer.held === 1)
    const [, entry = ''] = Object.entries(await redis.hgetall('unacked'))[0] ?? []
    await redis.zadd('unacked_index', 'XX', 5, (await redis.hkeys('unacked'))[0] ?? '')
    await consumer.pause()

    const text = await kombu(
      `
print(json.dumps(json.loads(channel.client.hvals('unacked')[0])))
channel.qos.restore_visible(num=10, interval=1)
message = queue(channel).get(no_ack=True)
print(json.dumps([message.headers, message.delivery_info]))
`,
      "{'visibility_timeout': 100}",
    )

    const [seen = '', restored = ''] = text.trim().split('\n')
    expect(JSON.parse(seen)).toEqual(JSON.parse(entry))
    expect(JSON.parse(entry).slice(1)).toEqual(['', 'q'])
    expect(JSON.parse(restored)).toMatchObject([{ n: 10 ** 15, redelivered: true }, { redelivered: true }])
    expect(await redis.exists('unacked', 'unacked_index')).toBe(0)
  })

  test('what a killed Python program held, we restore; its priority stays', async () => {
    await kombu(`
import os
Producer(channel).publish({'a': 1}, exchange='', routing_key='q', priority=6, headers={'big': 10**30})
queue(channel).declare()
def received(body, message):
    os.kill(os.getpid(), 9)
with Consumer(channel, [queue], callbacks=[received]):
    connection.drain_events(timeout=10)
`).catch(() => {})
    expect(await redis.hlen('unacked')).toBe(1)
    const broker = await connect({ visibility_timeout: 1 })
    const got: Delivery[] = []

    broker.consume({ queues: ['other'], prefetch: 0, onDelivery: () => {} })
    await waitFor(() => redis.llen('q\x06\x166').then((length) => length === 1))
    broker.consume({ queues: ['q'], prefetch: 0, onDelivery: (delivery) => got.push(delivery) })
    await waitFor(() => got.length === 1)

    expect(got[0]?.envelope.headers).toMatchObject({ redelivered: true, big: 10n ** 30n })
  })

  test('graceful end, both ways: what was held goes to the head of the queue', async () => {
    const broker = await connect()
    const consumer = broker.consume({ queues: ['q'], prefetch: 1, onDelivery: () => {} })
    await broker.publish('q', sampleEnvelope(1))
    await broker.publish('q', sampleEnvelope(2))
    await waitFor(() => consumer.held === 1)
    await consumer.close()

    const text = await kombu(`
seen = []
bound = queue(channel)
bound.declare()
with Consumer(channel, [queue], callbacks=[lambda body, message: seen.append(message.headers)], prefetch_count=1):
    connection.drain_events(timeout=10)
channel.close()
print(json.dumps([seen[0]['n'], seen[0].get('redelivered')]))
`)
    const got: Delivery[] = []
    broker.consume({ queues: ['q'], prefetch: 0, onDelivery: (delivery) => got.push(delivery) })
    await waitFor(() => got.length === 2)

    expect(JSON.parse(text)).toEqual([1, true])
    expect(got.map(({ envelope }) => envelope.headers['n'])).toEqual([1, 2])
  })

  test('only one of two sweepers works at a time: kombu respects our lock, and we kombu’s', async () => {
    await redis.set('unacked_mutex', 'of another program', 'PX', 300_000)
    await redis.zadd('unacked_index', 1, 'tag')
    await redis.hset('unacked', 'tag', JSON.stringify([sampleEnvelope(1), '', 'q']))
    const broker = await connect({ visibility_timeout: 1 })
    broker.consume({ queues: ['other'], prefetch: 0, onDelivery: () => {} })
    await kombu(`channel.qos.restore_visible(num=10, interval=1)`)
    expect(await redis.llen('q')).toBe(0)

    await redis.del('unacked_mutex')

    await waitFor(async () => (await redis.llen('q')) === 1)
    await waitFor(async () => (await redis.get('unacked_mutex')) === null)
  })

  test('entries that cannot be read are set aside, and the sweep goes on', async () => {
    await redis.zadd('unacked_index', 1, 'broken', 2, 'short', 3, 'missing', 4, 'good')
    await redis.hset(
      'unacked',
      'broken',
      'not json',
      'short',
      '[1]',
      'good',
      JSON.stringify([sampleEnvelope(1), '', 'q']),
    )
    const broker = await connect({ visibility_timeout: 1 })

    broker.consume({ queues: ['other'], prefetch: 0, onDelivery: () => {} })
    await waitFor(async () => (await redis.exists('unacked_index')) === 0)

    expect(await redis.llen('q')).toBe(1)
    expect(await redis.lrange('umbel:quarantine:unacked', 0, -1)).toHaveLength(2)
  })

  test('with a named exchange a message goes back to all queues that are bound to it', async () => {
    await kombu(`
for name in ('a', 'b'):
    Queue(name, Exchange('ex', type='direct'), routing_key='key')(channel).declare()
`)
    await redis.zadd('unacked_index', 1, 'tag')
    await redis.hset('unacked', 'tag', JSON.stringify([sampleEnvelope(1), 'ex', 'key']))
    const broker = await connect({ visibility_timeout: 1 })

    broker.consume({ queues: ['other'], prefetch: 0, onDelivery: () => {} })

    await waitFor(async () => (await redis.llen('a')) === 1 && (await redis.llen('b')) === 1)
  })
})

describe('bindings', () => {
  test('kombu sends by our bindings, and counts them as permanent', async () => {
    const broker = await connect()
    await broker.bindings.bind('ex', 'key', 'q', null)

    await kombu(`
channel.exchange_declare('ex', 'direct')
Producer(channel).publish({'a': 1}, exchange='ex', routing_key='key')
channel.sweep_bindings()
`)

    expect(await redis.llen('q')).toBe(1)
    expect(await redis.smembers('_kombu.binding_permanent.ex')).toEqual(['key\x06\x16\x06\x16q'])
  })

  test('a binding that ends has a deadline of an hour at least, and a renewal never shortens it', async () => {
    const broker = await connect()
    await broker.bindings.bind('reply.celery.pidbox', 'oid', 'oid.reply.celery.pidbox', 10_000)
    const deadlineMs = Number(await redis.zscore('_kombu.binding_deadlines', 'reply.celery.pidbox'))
    await redis.zadd('_kombu.binding_deadlines', deadlineMs * 2, 'reply.celery.pidbox')
    await broker.bindings.bind('reply.celery.pidbox', 'oid', 'oid.reply.celery.pidbox', 10_000)

    expect(deadlineMs - Date.now()).toBeGreaterThan(3_590_000)
    expect(await redis.zscore('_kombu.binding_deadlines', 'reply.celery.pidbox')).toBe(String(deadlineMs * 2))
    expect(await redis.exists('_kombu.binding_permanent.reply.celery.pidbox')).toBe(0)
  })

  test('kombu drops a table whose deadline has passed; binding again brings it back', async () => {
    const broker = await connect()
    await broker.bindings.bind('reply.celery.pidbox', 'oid', 'oid.reply', 10_000)
    await redis.zadd('_kombu.binding_deadlines', 1, 'reply.celery.pidbox')
    await kombu(`channel.sweep_bindings()`)
    expect(await broker.bindings.queuesFor('reply.celery.pidbox', 'oid')).toEqual([])

    await broker.bindings.bind('reply.celery.pidbox', 'oid', 'oid.reply', 10_000)

    expect(await broker.bindings.queuesFor('reply.celery.pidbox', 'oid')).toEqual(['oid.reply'])
  })

  test('queues of a worker are found; its reply and event queues are left out; control and events flow', async () => {
    const broker = await connect()
    const events: string[] = []
    const replies: Delivery[] = []
    await broker.fanout.subscribe('celeryev', '#', ({ routingKey }) => events.push(routingKey))
    const worker = await startCelery({ broker: server.url, queues: ['high', 'low'], hostname: 'w@test' })
    await waitFor(() => events.includes('worker.heartbeat'))
    await broker.bindings.bind('reply.celery.pidbox', 'oid', 'oid.reply.celery.pidbox', 10_000)
    broker.consume({
      queues: ['oid.reply.celery.pidbox'],
      prefetch: 0,
      onDelivery: (delivery) => replies.push(delivery),
    })

    const envelope = sampleEnvelope(0)
    await broker.fanout.publish('celery.pidbox', '', {
      ...envelope,
      headers: { clock: 1, expires: null },
      body: Buffer.from(
        JSON.stringify({
          method: 'ping',
          arguments: {},
          destination: null,
          pattern: null,
          matcher: null,
          ticket: 't',
          reply_to: { exchange: 'reply.celery.pidbox', routing_key: 'oid' },
        }),
      ).toString('base64'),
    })
    await waitFor(() => replies.length === 1)

    expect(replies[0]?.envelope.headers['ticket']).toBe('t')
    expect(Buffer.from(replies[0]?.envelope.body ?? '', 'base64').toString()).toBe('{"w@test": {"ok": "pong"}}')
    expect(await broker.queues.names()).toEqual(['high', 'low'])
    await worker.stop()
    await waitFor(() => events.includes('worker.offline'))
  })
})
