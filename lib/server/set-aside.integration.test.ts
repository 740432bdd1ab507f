import { expect, test } from 'vitest'
import { startRedis } from '../testing/redis.ts'
import { sampleEnvelope } from '../testing/sample-envelope.ts'
import { startUmbelServer } from '../testing/umbel-server.ts'
import { waitFor } from '../testing/wait-for.ts'

test('messages that a consumer set aside are counted in the metrics and in the status', async () => {
  const redis = await startRedis()
  const umbel = await startUmbelServer({ broker: redis.url })
  await umbel.broker.open()
  await umbel.broker.bindings.bind('q', 'q', 'q', null)
  const bad = [
    'not json',
    '[1]',
    '{}',
    '{"body": "", "properties": {"delivery_info": {"exchange": "", "routing_key": "q"}}}',
  ]
  await redis.connect().lpush('q', ...bad)
  await umbel.broker.publish('q', sampleEnvelope(1))
  const got: unknown[] = []
  umbel.broker.consume({ queues: ['q'], prefetch: 1, onDelivery: ({ envelope }) => got.push(envelope.headers['n']) })

  await waitFor(async () => {
    const text = await (await fetch(`${umbel.url}/metrics`)).text()
    return text.includes('umbel_malformed_total{queue="q",reason="set-aside"} 4.0')
  })

  expect(got).toEqual([1])
  expect(umbel.monitor.status().problems).toEqual([{ name: 'set-aside', count: 4, queue: 'q' }])
  await umbel.stop()
  await redis.stop()
})
