/** BRK-10: what was acknowledged early is shown as lost when its program is gone, not when it is only busy. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createRuntime } from '../../runtime/runtime.ts'
import { type RedisServer, startRedis } from '../../testing/redis.ts'
import { sampleEnvelope } from '../../testing/sample-envelope.ts'
import { waitFor } from '../../testing/wait-for.ts'
import type { Delivery, LostDelivery } from '../broker.ts'
import { openBroker } from '../open-broker.ts'

let server: RedisServer

beforeAll(async () => {
  server = await startRedis()
})
afterAll(async () => {
  await server?.stop()
})

test('an owner that does not put off its deadline, but is connected, has lost nothing', async () => {
  // A clock that stands still from some time on, for timers: so is that of a program whose loop is busy.
  const real = createRuntime()
  let isBusy = false
  const sleep: typeof real.clock.sleep = async (ms, signal) => {
    await real.clock.sleep(ms, signal)
    while (isBusy && !signal?.aborted) await real.clock.sleep(20, signal)
  }
  const owner = openBroker(server.url, { runtime: { ...real, clock: { ...real.clock, sleep } } })
  const looker = openBroker(server.url, { runtime: real })
  await Promise.all([owner.open(), looker.open()])
  const taken: Delivery[] = []
  const lost: LostDelivery[] = []
  owner.consume({ queues: ['q'], prefetch: 1, onDelivery: (delivery) => taken.push(delivery) })
  await owner.publish('q', sampleEnvelope(1))
  await waitFor(() => taken.length === 1)
  await taken[0]?.ack({ leaseMs: 300, isOver: () => false })
  const admin = server.connect()
  await waitFor(async () => (await admin.hlen('umbel:started-owners')) === 1)
  isBusy = true
  looker.consume({ queues: ['other'], prefetch: 1, onDelivery() {}, onLost: (one) => lost.push(one) })

  const deadline = async () => Number((await admin.zrange('umbel:started-index', '0', '0', 'WITHSCORES'))[1])
  const first = await deadline()
  await waitFor(async () => (await deadline()) > first + 10) // it was found, and is looked at again later
  expect(lost).toEqual([])

  const [field = ''] = await admin.zrange('umbel:started-index', '0', '0')
  await owner.close()
  await admin.zadd('umbel:started-index', 'XX', '0', field)
  await waitFor(() => lost.length === 1)
  await lost[0]?.told()
  expect(await admin.exists('umbel:started', 'umbel:started-owners')).toBe(0)
  await looker.close()
})
