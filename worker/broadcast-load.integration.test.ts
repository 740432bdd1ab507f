/** Broadcast queues under load: every worker runs every message once, whoever sends, Python's worker as well as ours. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Celery } from '../lib/client/index.ts'
import { runPython, startCelery } from '../lib/testing/celery.ts'
import { type RedisServer, startRedis } from '../lib/testing/redis.ts'
import { startUmbelWorker } from '../lib/testing/umbel-worker.ts'
import { waitFor } from '../lib/testing/wait-for.ts'

let redis: RedisServer
const ends: (() => Promise<unknown>)[] = []
const COUNT = 500

beforeAll(async () => {
  redis = await startRedis()
})
afterAll(async () => {
  for (const end of ends.reverse()) await end()
  await redis.stop()
})

test(`${COUNT} broadcasts from Python and ${COUNT} of ours run once on each of three workers`, async () => {
  const ran = { one: new Map<number, number>(), two: new Map<number, number>() }
  const exchange = { name: 'all', type: 'fanout' }
  const settings = { broker: redis.url, backend: redis.url, task_queues: [{ name: 'all', exchange }] }
  let app: Celery | null = null
  for (const [name, counts] of Object.entries(ran)) {
    app = new Celery('plain', settings)
    app.task('plain.note', { params: ['n'], ignoreResult: true }, async (n: number) => {
      await new Promise((resolve) => setImmediate(resolve))
      counts.set(n, (counts.get(n) ?? 0) + 1)
    })
    const worker = await startUmbelWorker({ url: redis.url, app, hostname: `${name}@test`, concurrency: 4 })
    ends.push(worker.stop)
  }
  const env = { UMBEL_TEST_FORMAT: 'json', UMBEL_TEST_BROADCAST: '1', UMBEL_TEST_NODE: 'py' }
  const python = await startCelery({ broker: redis.url, app: 'plain_app', queues: ['all'], env })
  ends.push(() => python.stop())

  // Python says that it is ready before it listens, and a broadcast is kept for nobody.
  const client = redis.connect()
  const queue = { queue: 'all' }
  await waitFor(async () => {
    await app?.sendTask('plain.note', [-1], {}, queue)
    return (await client.hlen('ran:py')) === 1
  })
  const sent = runPython(
    `
from kombu.common import Broadcast
from plain_app import app, note
with app.connection_for_write() as c, app.amqp.Producer(c.channel()) as p:
    Broadcast('all').exchange(p.channel).declare()
    for n in range(${COUNT}): note.apply_async((n,), queue='all', producer=p)
print('sent')`,
    { broker: redis.url, env },
  )
  for (let n = COUNT; n < 2 * COUNT; n++) await app?.sendTask('plain.note', [n], {}, queue)
  await sent

  await waitFor(async () => ran.one.size === 2 * COUNT + 1 && ran.two.size === 2 * COUNT + 1)
  await waitFor(async () => (await client.hlen('ran:py')) === 2 * COUNT + 1)
  const byPython = Object.entries(await client.hgetall('ran:py')).map(
    ([n, times]) => [Number(n), Number(times)] as const,
  )
  const notOnce = [...ran.one, ...ran.two, ...byPython].filter(([n, times]) => n >= 0 && times !== 1)
  expect(notOnce).toEqual([])
})
