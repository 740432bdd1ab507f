/** A worker that is asked one thing after another answers soon: the pause between two looks begins short after a message. */
import { once } from 'node:events'
import type { Redis } from 'ioredis'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createRuntime } from '../../runtime/runtime.ts'
import { type RedisServer, startRedis } from '../../testing/redis.ts'
import { sampleEnvelope } from '../../testing/sample-envelope.ts'
import { waitFor } from '../../testing/wait-for.ts'
import type { Broker } from '../broker.ts'
import { openBroker } from '../open-broker.ts'

let server: RedisServer
let sender: Broker
let taker: Broker
/** Asks nobody but hears at once: what it takes to be told of something on this machine, just now. */
let bell: Redis
let ear: Redis

async function ringMs(): Promise<number> {
  const heard = once(ear, 'message')
  const startMs = performance.now()
  await bell.publish('bell', '')
  await heard
  return performance.now() - startMs
}
const median = (all: readonly number[]) => all.toSorted((a, b) => a - b)[all.length >> 1] ?? 0

beforeAll(async () => {
  server = await startRedis()
  const runtime = createRuntime()
  // Two programs: what a program sends itself it need not look for.
  sender = openBroker(server.url, { runtime })
  taker = openBroker(server.url, { runtime })
  await Promise.all([sender.open(), taker.open()])
  ;[bell, ear] = [server.connect(), server.connect()]
  await ear.subscribe('bell')
})
afterAll(async () => {
  await sender?.close()
  await taker?.close()
  await server?.stop()
})

test('messages that come one at a time', async () => {
  const came = new EventTarget()
  taker.consume({
    queues: ['q'],
    prefetch: 4,
    onDelivery: (delivery) => {
      void delivery.ack()
      came.dispatchEvent(new Event('message'))
    },
  })
  const [waitsMs, ringsMs]: [number[], number[]] = [[], []]
  for (let index = 0; index < 30; index++) {
    ringsMs.push(await ringMs())
    const arrival = once(came, 'message')
    const startMs = performance.now()
    await sender.publish('q', sampleEnvelope(index))
    await arrival
    waitsMs.push(performance.now() - startMs)
  }
  // With a fixed pause of 50 ms or more it would be 25 at least; a busy machine is slow to ring a bell, too.
  expect(median(waitsMs)).toBeLessThan(20 + 4 * median(ringsMs))
})

test('a message that comes into an idle queue is there at once, and the one of another program too', async () => {
  const came = new EventTarget()
  const idler = openBroker(server.url, { runtime: createRuntime(), transportOptions: { client_name: 'idler' } })
  await idler.open()
  const consumer = idler.consume({
    queues: ['idle'],
    prefetch: 4,
    onDelivery: (delivery) => {
      void delivery.ack()
      came.dispatchEvent(new Event('message'))
    },
  })
  const admin = server.connect()
  const isWaiting = async () => /name=idler .*flags=b/.test(String(await admin.client('LIST')))
  const [waitsMs, ringsMs]: [number[], number[]] = [[], []]
  for (let index = 0; index < 9; index++) {
    await waitFor(isWaiting)
    ringsMs.push(await ringMs())
    const arrival = once(came, 'message')
    const startMs = performance.now()
    await sender.publish('idle', sampleEnvelope(index))
    await arrival
    waitsMs.push(performance.now() - startMs)
  }
  expect(median(waitsMs)).toBeLessThan(20 + 4 * median(ringsMs))

  // Nothing is taken by waiting: what a paused consumer was told of is still in its place.
  await waitFor(isWaiting)
  await consumer.pause()
  await sender.publish('idle', sampleEnvelope(1))
  await sender.publish('idle', sampleEnvelope(2))
  await waitFor(async () => !(await isWaiting()))
  expect(await admin.llen('idle')).toBe(2)
  expect((await idler.queues.peek('idle', 0, 2)).map(({ raw }) => raw)).toEqual(
    [...(await admin.lrange('idle', 0, -1))].reverse(),
  )
  consumer.resume()
  await waitFor(async () => (await admin.llen('idle')) === 0)
  await idler.close()
})
