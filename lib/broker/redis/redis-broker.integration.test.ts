import type { Redis } from 'ioredis'
import { createRuntime } from '../../runtime/runtime.ts'
import { type RedisServer, startRedis } from '../../testing/redis.ts'
import { CONFORMANCE_VISIBILITY_MS, exerciseBroker } from '../conformance.ts'
import { createRedisBroker } from './redis-broker.ts'

const runtime = createRuntime()
let server: RedisServer
let redis: Redis

exerciseBroker('redis', {
  async start() {
    server = await startRedis()
    redis = server.connect()
  },
  stop: () => server.stop(),
  async reset() {
    await redis.flushall()
  },
  create: () =>
    createRedisBroker({
      url: server.url,
      runtime,
      transportOptions: { visibility_timeout: CONFORMANCE_VISIBILITY_MS / 1000 },
    }),
  async putRaw(queue, raw) {
    await redis.lpush(queue, raw)
  },
  async takeAndDie(queue) {
    const raw = await redis.rpop(queue)
    const { delivery_tag: tag, delivery_info: info } = JSON.parse(raw ?? '').properties
    await redis.zadd('unacked_index', Date.now() / 1000 - 60, tag)
    await redis.hset('unacked', tag, JSON.stringify([JSON.parse(raw ?? ''), info.exchange, info.routing_key]))
  },
  keptPoison: (queue) => redis.llen(`umbel:quarantine:${queue}`),
  async cut() {
    await redis.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes')
    await redis.call('CLIENT', 'KILL', 'TYPE', 'pubsub')
  },
})
