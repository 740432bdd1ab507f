/** Closing, at any moment: nobody may be left with a rejection that no one holds, for it would end the process. */
import { expect, test } from 'vitest'
import { createRuntime } from '../../runtime/runtime.ts'
import { startRedis } from '../../testing/redis.ts'
import { sampleEnvelope } from '../../testing/sample-envelope.ts'
import { startTcpProxy } from '../../testing/tcp-proxy.ts'
import { createRedisBroker } from './redis-broker.ts'

const ROUNDS = 90

test('closing with calls open, with and without a connection, leaves no rejection unhandled', async () => {
  const server = await startRedis()
  const proxy = await startTcpProxy(server.port)
  const unhandled: unknown[] = []
  const remember = (reason: unknown) => unhandled.push(reason)
  process.on('unhandledRejection', remember)

  for (let round = 0; round < ROUNDS; round++) {
    const broker = createRedisBroker({ url: `redis://127.0.0.1:${proxy.port}/0`, runtime: createRuntime() })
    const opening = broker.open()
    if (round % 3 !== 0) await opening
    const onDelivery = (delivery: { ack(): Promise<void> }) => void delivery.ack().catch(() => {})
    const consumer = broker.consume({ queues: ['a', 'b'], prefetch: 5, onDelivery })
    const calls: Promise<unknown>[] = [opening]
    for (let n = 0; n < 10; n++) {
      calls.push(broker.publish('a', sampleEnvelope(n)), broker.fanout.publish('ev', 'x', sampleEnvelope(n)))
      calls.push(
        broker.fanout.subscribe('ev', '#', () => {}),
        broker.bindings.bind('e', `k${n}`, 'q', null),
      )
      calls.push(broker.queues.lengths(['a', 'b']), broker.queues.unacked(10), broker.queues.purge('b'))
    }
    const settled = Promise.allSettled(calls)
    for (let turn = 0; turn < round % 9; turn++) await new Promise((resolve) => setImmediate(resolve))
    if (round % 4 === 0) proxy.cut()
    if (round % 5 === 0) await consumer.close().catch(() => {})
    await broker.close()
    await settled
  }

  await new Promise((resolve) => setImmediate(resolve))
  process.off('unhandledRejection', remember)
  await proxy.close()
  await server.stop()
  expect(unhandled).toEqual([])
})
