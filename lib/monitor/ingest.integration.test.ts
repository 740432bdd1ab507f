import { afterEach, describe, expect, it } from 'vitest'
import { openBroker } from '../broker/open-broker.ts'
import { createMemoryHistory } from '../history/memory/memory-history.ts'
import { createEventEnvelope, eventRoutingKey } from '../protocol/events.ts'
import { createRuntime } from '../runtime/runtime.ts'
import { type RedisServer, startRedis } from '../testing/redis.ts'
import { waitFor } from '../testing/wait-for.ts'
import { createCluster } from './cluster.ts'
import { createEventCounters } from './event-counters.ts'
import { createIngest } from './ingest.ts'
import { createRates } from './rates.ts'

const cleanUp: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const end of cleanUp.splice(0).reverse()) await end()
})

async function setUp(redis: RedisServer) {
  const runtime = createRuntime()
  const broker = openBroker(redis.url, { runtime })
  const cluster = createCluster({ maxTasks: 10_000, maxWorkers: 10, maxFieldBytes: 1_000 })
  const counters = createEventCounters({ cluster, maxSeries: 100, nowMs: () => 0 })
  const rates = createRates({ runtime, history: createMemoryHistory({ runtime, maxSeries: 10 }) })
  let asked = 0
  const ingest = createIngest({ broker, cluster, counters, rates, runtime, onListening: () => asked++ })
  cleanUp.push(
    () => broker.close(),
    () => ingest.stop(),
  )
  void broker.open()
  await ingest.start(new AbortController().signal)
  const publisher = openBroker(redis.url, { runtime })
  cleanUp.push(() => publisher.close())
  void publisher.open()
  const publish = (events: object | readonly object[]) => {
    const type = 'type' in events ? String(events.type) : 'task-multi'
    const envelope = createEventEnvelope(events, { hostname: 'w1@box', newId: () => crypto.randomUUID() })
    return publisher.fanout.publish('celeryev', eventRoutingKey(type), envelope)
  }
  return { cluster, counters, ingest, publish, asked: () => asked }
}

const event = (type: string, uuid: string) => ({
  type,
  uuid,
  hostname: 'w1@box',
  pid: 1,
  timestamp: Date.now() / 1_000,
})

describe('ingest', () => {
  it('reads single events and batches, counts what it cannot read, and loses nothing of a burst', async () => {
    const redis = await startRedis()
    cleanUp.push(() => redis.stop())
    const { cluster, counters, ingest, publish, asked } = await setUp(redis)
    await waitFor(() => asked() === 1)

    await publish(event('task-received', 'a'))
    await publish([event('task-started', 'a'), event('task-succeeded', 'a'), { type: 'task-sent' }, 7])
    await publish([])
    await redis.connect().publish('/0.celeryev/task.sent', '{{{')
    await waitFor(() => cluster.task('a')?.state === 'SUCCESS' && ingest.malformed === 3)
    expect(ingest.malformedByReason()).toEqual([
      { name: 'no-hostname', count: 1 },
      { name: 'not-an-object', count: 1 },
      { name: 'not-json', count: 1 },
    ])
    expect(ingest.total).toBe(3)
    expect(ingest.listening).toBe(true)
    expect(ingest.lagP95Ms()).toBeLessThan(30_000)

    const batch = (i: number) => Array.from({ length: 24 }, (_, k) => event('task-received', `burst-${i}-${k}`))
    await Promise.all(Array.from({ length: 400 }, (_, i) => publish(batch(i))))
    await waitFor(() => ingest.total === 3 + 9_600)
    expect(cluster.taskCount).toBe(9_601)
    const counted = counters.families().find(({ name }) => name === 'flower_events_total')?.samples ?? []
    expect(counted.reduce((sum, { value }) => sum + value, 0)).toBe(9_603)
    expect(ingest.gaps()).toEqual([])
  })

  it('says so when the broker was away, asks the workers again, and goes on', async () => {
    const redis = await startRedis()
    cleanUp.push(() => redis.stop())
    const { cluster, ingest, publish, asked } = await setUp(redis)
    await waitFor(() => asked() === 1)
    await redis.kill()
    await waitFor(() => !ingest.listening)
    await redis.restart()
    await waitFor(() => asked() === 2)
    expect(ingest.gaps()).toMatchObject([{ missed: null, why: 'The connection to the broker was interrupted.' }])
    await publish(event('task-received', 'after'))
    await waitFor(() => cluster.task('after'))
  })

  it('starts while the broker is down, and listens when it comes, without a gap', async () => {
    const redis = await startRedis()
    cleanUp.push(() => redis.stop())
    await redis.kill()
    const { cluster, ingest, publish, asked } = await setUp(redis)
    expect(ingest.listening).toBe(false)
    await redis.restart()
    await waitFor(() => asked() === 1)
    await publish(event('task-received', 'first'))
    await waitFor(() => cluster.task('first'))
    expect(ingest.gaps()).toEqual([])
  })
})
