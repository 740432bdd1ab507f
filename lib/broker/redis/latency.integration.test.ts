/** A worker that is asked one thing after another answers soon: the pause between two looks begins short after a message. */
import { once } from 'node:events'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createRuntime } from '../../runtime/runtime.ts'
import { type RedisServer, startRedis } from '../../testing/redis.ts'
import { sampleEnvelope } from '../../testing/sample-envelope.ts'
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
