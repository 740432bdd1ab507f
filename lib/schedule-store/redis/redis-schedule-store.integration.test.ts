import type { Redis } from 'ioredis'
import type { Broker } from '../../broker/broker.ts'
import { openBroker } from '../../broker/open-broker.ts'
import { createRuntime } from '../../runtime/runtime.ts'
import { type RedisServer, startRedis } from '../../testing/redis.ts'
import { exerciseScheduleStore } from '../conformance.ts'
import { createRedisScheduleStore } from './redis-schedule-store.ts'

const runtime = createRuntime()

for (const place of ['the same database', 'another database'] as const) {
  const started: { server?: RedisServer; broker?: Broker; client?: Redis } = {}
  const oneStep = place === 'the same database'
  const server = () => {
    if (started.server === undefined) throw new Error('not started')
    return started.server
  }
  const client = () => {
    started.client ??= server().connect()
    return started.client
  }

  exerciseScheduleStore(`Redis, the broker in ${place},`, {
    async start() {
      started.server = await startRedis()
      started.broker = openBroker(oneStep ? server().url : server().url.replace(/0$/, '1'), { runtime })
      await started.broker.open()
    },
    async stop() {
      await started.broker?.close()
      await server().stop()
    },
    async reset() {
      await client().flushall()
    },
    create: () => createRedisScheduleStore({ url: server().url, runtime, broker: started.broker ?? null }),
    async putBroken(name) {
      await client().hset(`redbeat:${name}`, 'definition', '{"name": "bad", "task":')
      await client().zadd('redbeat::schedule', 0, `redbeat:${name}`)
    },
    async loseLease() {
      await client().del('redbeat::lock')
    },
    ...(oneStep && { sent: async () => (await client().llen('q')) + (await client().llen('q\x06\x163')) }),
  })
}
