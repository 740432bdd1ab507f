/** A worker that is asked one thing after another answers soon: the pause between two looks begins short after a message. */
import { once } from 'node:events'
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

beforeAll(async () => {
  server = await startRedis()
  const runtime = createRuntime()
  // Two programs: what a program sends itself it need not look for.
  sender = openBroker(server.url, { runtime })
  taker = openBroker(server.url, { runtime })
  await Promise.all([sender.open(), taker.open()])
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
  const waitsMs: number[] = []
  for (let index = 0; index < 30; index++) {
    const arrival = once(came, 'message')
    const startMs = performance.now()
    await sender.publish('q', sampleEnvelope(index))
    await arrival
    waitsMs.push(performance.now() - startMs)
  }
  // The median, for the machine may be busy; with a fixed pause of 50 ms or more it would be 25 at least.
  expect(waitsMs.sort((a, b) => a - b)[15]).toBeLessThan(20)
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
  const waitsMs: number[] = []
  for (let index = 0; index < 9; index++) {
    await waitFor(isWaiting)
    const arrival = once(came, 'message')
    const startMs = performance.now()
    await sender.publish('idle', sampleEnvelope(index))
    await arrival
    waitsMs.push(performance.now() - startMs)
  }
  expect(waitsMs.sort((a, b) => a - b)[4]).toBeLessThan(20)

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
