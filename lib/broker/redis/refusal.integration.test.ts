import type { Redis } from 'ioredis'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createRuntime } from '../../runtime/runtime.ts'
import { type RedisServer, startRedis } from '../../testing/redis.ts'
import { waitFor } from '../../testing/wait-for.ts'
import type { Broker } from '../broker.ts'
import { createRedisBroker } from './redis-broker.ts'

let server: RedisServer
let redis: Redis
let broker: Broker

beforeAll(async () => {
  server = await startRedis({ args: ['--enable-protected-configs', 'yes'] })
  redis = server.connect()
  broker = createRedisBroker({ url: server.url, runtime: createRuntime() })
  await broker.open()
})
afterAll(async () => {
  await broker.close()
  await server.stop()
})

describe('a Redis that answers but takes no message', () => {
  afterEach(async () => {
    expect(await broker.queues.refusal()).toBeNull()
    expect(await redis.exists('umbel:probe')).toBe(0)
  })

  it('says that its memory is full', async () => {
    await redis.config('SET', 'maxmemory', '1')
    expect(await broker.queues.refusal()).toMatchObject({ kind: 'memory', reason: expect.stringMatching(/^OOM/) })
    await redis.config('SET', 'maxmemory', '0')
  })

  it('says that too few replicas keep up', async () => {
    await redis.config('SET', 'min-replicas-to-write', '1')
    expect(await broker.queues.refusal()).toMatchObject({ kind: 'replicas' })
    await redis.config('SET', 'min-replicas-to-write', '0')
  })

  it('says that it is a replica, and the connection stays', async () => {
    const states: string[] = []
    const unlisten = broker.onStatus(({ state }) => states.push(state))
    await redis.replicaof('127.0.0.1', 1)
    expect(await broker.queues.refusal()).toMatchObject({ kind: 'replica' })
    await redis.replicaof('NO', 'ONE')
    unlisten()
    expect(states).toEqual([])
  })

  it('says that it cannot save to its disk', async () => {
    const [, dir = '/tmp'] = (await redis.config('GET', 'dir')) as string[] // name and value
    await redis.config('SET', 'save', '3600 1')
    await redis.set('something', 'to save')
    await redis.config('SET', 'dir', '/proc')
    await redis.bgsave()
    await waitFor(async () => (await broker.queues.refusal()) !== null)
    expect(await broker.queues.refusal()).toMatchObject({ kind: 'disk', reason: expect.stringMatching(/^MISCONF/) })
    expect(broker.status().state).toBe('ready')
    await redis.config('SET', 'dir', dir)
    await redis.config('SET', 'stop-writes-on-bgsave-error', 'no')
  })
})

describe('what is taken and not acknowledged', () => {
  it('is read with its age, the oldest first, of one queue, within bounds', async () => {
    const entry = (id: number, queue: string) =>
      JSON.stringify([{ body: 'W10=', headers: { id: `m${id}` }, properties: {} }, '', queue])
    const nowSeconds = 1_795_225_200
    for (let i = 0; i < 120; i++) {
      await redis.zadd('unacked_index', nowSeconds + i, `tag${i}`)
      if (i !== 7) await redis.hset('unacked', `tag${i}`, i === 9 ? 'not ours' : entry(i, i % 2 === 0 ? 'a' : 'b'))
    }
    const { messages, isWhole } = await broker.queues.peekUnacked('a', 1_000, 1_000)
    expect(messages).toHaveLength(60)
    expect(isWhole).toBe(true)
    expect(messages[1]).toMatchObject({
      raw: expect.stringContaining('"m2"'),
      takenMs: (nowSeconds + 2) * 1000,
    })
    expect(await broker.queues.peekUnacked('a', 3, 1_000)).toMatchObject({ isWhole: false })
    expect((await broker.queues.peekUnacked('b', 1_000, 60)).isWhole).toBe(false)
    await redis.del('unacked', 'unacked_index')
  })
})
