import type { Redis } from 'ioredis'
import type { Broker } from '../../broker/broker.ts'
import { openBroker } from '../../broker/open-broker.ts'
import { createRuntime } from '../../runtime/runtime.ts'
import { type RedisServer, startRedis } from '../../testing/redis.ts'
import { exerciseScheduleStore } from '../conformance.ts'
import { createRedisScheduleStore } from './redis-schedule-store.ts'

const runtime = createRuntime()

for (const [place, mayRunScripts] of [
  ['the same database', true],
  ['another database', true],
  ['the same database', false],
  ['another database', false],
] as const) {
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

  const url = () => (mayRunScripts ? server().url : server().url.replace('//', '//plain:secret@'))

  exerciseScheduleStore(`Redis, the broker in ${place}${mayRunScripts ? '' : ', scripts forbidden'},`, {
    async start() {
      started.server = await startRedis()
      await client().call('ACL', 'SETUSER', 'plain', 'on', '>secret', '~*', '&*', '+@all', '-@scripting')
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
    create: () => createRedisScheduleStore({ url: url(), runtime, broker: started.broker ?? null }),
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
