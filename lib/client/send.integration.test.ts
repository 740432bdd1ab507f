import { inflateSync } from 'node:zlib'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { runPython } from '../testing/celery.ts'
import { freePort } from '../testing/free-port.ts'
import { type RedisServer, startRedis } from '../testing/redis.ts'
import type { CallOptions } from './call-options.ts'
import { Celery } from './celery.ts'

let redis: RedisServer
let app: Celery

beforeAll(async () => {
  redis = await startRedis()
})
afterAll(() => redis.stop())
beforeEach(async () => {
  app = new Celery('proj', { ...SETTINGS, broker: redis.url })
  return () => app.close()
})

const SETTINGS = {
  task_routes: {
    'routed.*': { queue: 'routed', priority: 6 },
    'topic.*': { queue: 'videos', routing_key: 'video.raw' },
  },
  task_queues: {
    celery: {},
    videos: { exchange: 'media', exchange_type: 'topic', routing_key: 'video.#' },
    urgent: { exchange: 'media', exchange_type: 'topic', routing_key: 'video.*.urgent' },
  },
  timezone: 'Europe/Berlin',
}

/** Options in Python, the same here, and what differs in a message. */
const CALLS: readonly (readonly [name: string, python: string, options: CallOptions, queue?: string])[] = [
  ['plain', '', {}],
  ['routed.x', '', {}, 'routed'],
  ['routed.x', 'queue="mine"', { queue: 'mine' }, 'mine'],
  ['routed.x', 'priority=3, queue=None', { priority: 3, queue: null }, 'routed'],
  ['topic.x', '', {}, 'videos'],
  [
    'plain',
    'exchange="media", routing_key="video.hd.urgent"',
    { exchange: 'media', routingKey: 'video.hd.urgent' },
    'urgent',
  ],
  ['plain', 'exchange="nowhere"', { exchange: 'nowhere' }],
  ['plain', 'routing_key="celery2"', { routingKey: 'celery2' }],
  ['plain', 'countdown=60', { countdown: 60 }],
  ['plain', 'countdown=0', { countdown: 0 }],
  ['plain', 'expires=10', { expires: 10 }],
  ['plain', 'expires=-10', { expires: -10 }],
  ['plain', 'eta="2030-01-01T00:00:00+00:00"', { eta: '2030-01-01T00:00:00+00:00' }],
  ['plain', 'time_limit=9, soft_time_limit=5', { timeLimit: 9, softTimeLimit: 5 }],
  ['plain', 'task_id="t1", root_id="r", parent_id="p"', { taskId: 't1', rootId: 'r', parentId: 'p' }],
  ['plain', 'shadow="s", retries=2, ignore_result=True', { shadow: 's', retries: 2, ignoreResult: true }],
  ['plain', 'headers={"mine": 1}, group_id="g", group_index=4', { headers: { mine: 1 }, groupId: 'g', groupIndex: 4 }],
  ['plain', 'delivery_mode=1, app_id="shop"', { deliveryMode: 1, properties: { app_id: 'shop' } }],
  ['plain', 'compression="zlib"', { compression: 'zlib' }],
  ['plain', 'reply_to="me"', { replyTo: 'me' }],
]

const PYTHON = `
import json, logging
from celery import Celery
logging.disable(logging.CRITICAL)
app = Celery('proj', broker=BROKER)
app.conf.update(json.loads(SETTINGS))
for name, options in CALLS:
    app.send_task(name, (1, 'é'), {'k': 2.5}, **options)
`

async function sentByPython(calls: string, settings: object = SETTINGS): Promise<void> {
  const values = { BROKER: redis.url, SETTINGS: JSON.stringify(settings) }
  const head = Object.entries(values).map(([name, value]) => `${name} = ${JSON.stringify(value)}`)
  await runPython([...head, `CALLS = [${calls}]`, PYTHON].join('\n'), { broker: redis.url })
}

/** Takes all messages from all lists of a queue, oldest first. */
async function taken(queue: string): Promise<Record<string, unknown>[]> {
  const client = redis.connect()
  const keys = ['', '\u0006\u00163', '\u0006\u00166', '\u0006\u00169'].map((step) => `${queue}${step}`)
  const found: Record<string, unknown>[] = []
  for (const key of keys) {
    const raws = await client.lrange(key, 0, -1)
    found.push(...raws.reverse().map((raw) => ({ key, ...JSON.parse(raw) })))
    await client.del(key)
  }
  return found
}

type Shown = Record<string, unknown> & { headers: Record<string, unknown>; properties: Record<string, unknown> }

/** Without what is different in every message; times become how far they are from now, in whole 10 s. */
function comparable(message: Record<string, unknown> | undefined): unknown {
  const { headers, properties, ...rest } = (message ?? {}) as Shown // made by one of the two senders
  const away = (text: unknown) =>
    typeof text === 'string' ? `${Math.round((Date.parse(text) - Date.now()) / 10_000)} ${text.slice(-6)}` : text
  const { id, root_id: root, origin: _, lang: __, eta, expires, ...others } = headers
  const { correlation_id: correlation, delivery_tag: tag, ...more } = properties
  const isOwn = { id: id === correlation, root: root === id ? 'own' : root, tag: typeof tag }
  const bytes = Buffer.from(String(rest['body']), 'base64')
  const body = JSON.parse(String(headers['compression'] === undefined ? bytes : inflateSync(bytes)))
  return { ...rest, ...isOwn, body, headers: { ...others, eta: away(eta), expires: away(expires) }, properties: more }
}

describe('the message of a call', () => {
  test('is the one that Python sends for it, in the same list', async () => {
    await sentByPython(CALLS.map(([name, options]) => `("${name}", dict(${options}))`).join(', '))
    const queues = [...new Set(CALLS.map(([, , , queue = 'celery']) => queue))]
    const theirs = new Map<string, unknown[]>()
    for (const queue of queues) theirs.set(queue, (await taken(queue)).map(comparable))

    for (const [name, , options] of CALLS) await app.sendTask(name, [1, 'é'], { k: 2.5 }, options)

    for (const queue of queues) {
      const ours = (await taken(queue)).map(comparable)
      expect({ queue, messages: ours.map(withoutReply) }).toEqual({
        queue,
        messages: theirs.get(queue)?.map(withoutReply),
      })
    }
  })

  test('of protocol 1 too', async () => {
    const settings = { task_protocol: 1 }
    await sentByPython('("plain", dict(countdown=60, expires=120, task_id="t"))', settings)
    const [theirs] = await taken('celery')

    app.conf.task_protocol = 1
    app.conf.timezone = null
    await app.sendTask('plain', [1, 'é'], { k: 2.5 }, { countdown: 60, expires: 120, taskId: 't' })

    const [ours] = await taken('celery')
    const bodyOf = (message: Record<string, unknown> | undefined) => {
      const body = JSON.parse(Buffer.from(String(message?.['body']), 'base64').toString())
      return { ...body, eta: body.eta.slice(-6), expires: body.expires.slice(-6), keys: Object.keys(body) }
    }
    expect(ours?.['headers']).toEqual({})
    expect(bodyOf(ours)).toEqual(bodyOf(theirs))
  })
})

/** Celery always asks for a reply, also where results are in Redis and nobody reads it. */
function withoutReply(message: unknown): unknown {
  const { properties, ...rest } = message as Shown // comes from comparable
  const { reply_to: reply, ...others } = properties
  return { ...rest, properties: { ...others, ...(reply === 'me' ? { reply } : {}) } }
}

test('a queue is declared by sending to it, for Python to find', async () => {
  await app.sendTask('plain', [], {}, { queue: 'fresh' })
  await app.sendTask('topic.x')

  const client = redis.connect()
  await expect.poll(() => client.smembers('_kombu.binding.fresh')).toEqual(['fresh\u0006\u0016\u0006\u0016fresh'])
  expect(await client.smembers('_kombu.binding.media')).toContain('video.#\u0006\u0016^video\\..*?$\u0006\u0016videos')
})

test('what no queue takes is refused instead of lost', async () => {
  await expect(app.sendTask('plain', [], {}, { exchange: 'media', routingKey: 'audio' })).rejects.toThrow(
    "No queue is bound to exchange 'media' with routing key 'audio'",
  )
})

describe('while the broker is away', () => {
  test('delay() ends after its retries, with retry: false before the first', async () => {
    const away = new Celery('away', { broker: `redis://127.0.0.1:${await freePort()}/0` })
    const startMs = performance.now()
    await expect(away.sendTask('a', [], {}, { retry: false })).rejects.toMatchObject({ code: 'broker/unreachable' })
    const onceMs = performance.now() - startMs
    await expect(away.sendTask('a')).rejects.toMatchObject({ code: 'broker/unreachable' })

    expect(onceMs).toBeLessThan(3_500)
    expect(performance.now() - startMs).toBeLessThan(12_000)
    await away.close()
  })

  test('a call waits as long as its policy says, and is sent when the broker is back', async () => {
    const server = await startRedis()
    await server.shutdown()
    const away = new Celery('away', { broker: server.url })
    const sending = away.sendTask('late', [], {}, { retryPolicy: { maxRetries: null, intervalMax: 0.1 } })
    await server.restart()

    await expect(sending).resolves.toMatchObject({ id: expect.any(String) })
    expect(await server.connect().llen('celery')).toBe(1)
    await away.close()
    await server.stop()
  })
})
