/** What breaks between beat, its schedule and the broker, at the worst instant. */
import type { Redis } from 'ioredis'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Broker } from '../../broker/broker.ts'
import { openBroker } from '../../broker/open-broker.ts'
import { parseEnvelope } from '../../protocol/message.ts'
import { createRuntime } from '../../runtime/runtime.ts'
import { type RedisServer, startRedis } from '../../testing/redis.ts'
import { sampleEnvelope } from '../../testing/sample-envelope.ts'
import { startTcpProxy, type TcpProxy } from '../../testing/tcp-proxy.ts'
import { waitFor } from '../../testing/wait-for.ts'
import { sampleEntry } from '../conformance.ts'
import type { Lease, OutgoingRun, Run, ScheduleStore } from '../schedule-store.ts'
import { createRedisScheduleStore } from './redis-schedule-store.ts'

const T0 = Math.floor(Date.now() / 1_000) * 1_000 - 3_600_000
const runtime = createRuntime()
let server: RedisServer
let client: Redis
let proxy: TcpProxy
const open: (ScheduleStore | Broker)[] = []

beforeAll(async () => {
  server = await startRedis()
  client = server.connect()
})
beforeEach(async () => {
  await client.flushall()
  proxy = await startTcpProxy(server.port)
})
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()))
  await proxy.close()
})
afterAll(() => server.stop())

/** By way of the proxy; the broker in the same database, or in another one. The lease outlasts every test. */
async function connect(db = 0, leaseMs = 300_000): Promise<{ store: ScheduleStore; lease: Lease }> {
  const broker = openBroker(`redis://127.0.0.1:${proxy.port}/${db}`, { runtime })
  const store = createRedisScheduleStore({ url: `redis://127.0.0.1:${proxy.port}/0`, runtime, broker, leaseMs })
  open.push(store, broker)
  await Promise.all([broker.open(), store.open()])
  await store.adopt([sampleEntry('one', { origin: 'code' })], T0)
  const lease = await store.leases?.acquire('test')
  if (!lease) throw new Error('somebody else holds the lease')
  return { store, lease }
}
function run(slotMs: number): Run {
  return { name: 'one', slotMs, nowMs: slotMs + 5, totalRunCount: 1, nextMs: slotMs + 30_000, why: 'due' }
}
function message(publish = async () => {}): OutgoingRun {
  const envelope = sampleEnvelope(1)
  return { taskId: String(envelope.headers['id']), queue: 'q', envelope, publish }
}
const away = { code: 'schedule/unavailable' }

test('the connection is lost in mid-send: the next try of that slot tells that it had arrived', async () => {
  const { store, lease } = await connect()
  proxy.delay(60)
  const sending = store.send(run(T0 + 30_000), message(), lease)
  sending.catch(() => {}) // awaited below
  await waitFor(async () => (await client.llen('q')) === 1)
  proxy.cut() // its answer is on the way
  await expect(sending).rejects.toMatchObject(away)

  proxy.delay(0)
  expect(await store.send(run(T0 + 30_000), message(), lease)).toBe('taken')

  expect(await client.llen('q')).toBe(1)
})

test('a server that refuses writes: nothing is noted, and the slot is sent when it takes them again', async () => {
  const { store, lease } = await connect()
  await client.config('SET', 'maxmemory', '1')
  await expect(store.send(run(T0 + 30_000), message(), lease)).rejects.toMatchObject(away)
  await client.config('SET', 'maxmemory', '0')
  await client.replicaof('127.0.0.1', '1')
  await expect(store.send(run(T0 + 30_000), message(), lease)).rejects.toMatchObject(away)
  await client.replicaof('NO', 'ONE')

  await waitFor(async () => (await store.send(run(T0 + 30_000), message(), lease).catch(() => '')) === 'sent')

  expect(await client.llen('q')).toBe(1)
})

test('a queue that holds something else: nothing is noted', async () => {
  const { store, lease } = await connect()
  await client.set('q', 'x')

  await expect(store.send(run(T0 + 30_000), message(), lease)).rejects.toMatchObject(away)

  expect((await store.load()).entries[0]?.state).toMatchObject({ lastRunMs: T0, totalRunCount: 0 })
})

test('a server that forgot its scripts, and a lock that was evicted', async () => {
  const { store, lease } = await connect()
  await client.script('FLUSH')
  expect(await store.send(run(T0 + 30_000), message(), lease)).toBe('sent')

  await client.del('redbeat::lock')

  expect(await store.send(run(T0 + 60_000), message(), lease)).toBe('lease-lost')
  expect(await store.leases?.renew(lease)).toBeNull()
  expect(await client.llen('q')).toBe(1)
})

test('a lease ends by the clock of Redis, and its holder stops before', async () => {
  const { store, lease } = await connect(0, 8_000)
  const locked = await client.pttl('redbeat::lock')
  const leftMs = lease.actUntilMs - runtime.clock.monotonicMs()
  expect(leftMs).toBeLessThanOrEqual(7_000)
  expect(locked).toBeGreaterThan(leftMs + 500)
  await client.pexpire('redbeat::lock', 1)
  await waitFor(async () => (await client.exists('redbeat::lock')) === 0)
  expect(await store.leases?.acquire('other')).not.toBeNull()
})

test('another database: a beat that ended between note and message leaves it to the next, under its task id', async () => {
  const { store, lease } = await connect(1)
  const first = message(() => new Promise(() => {})) // killed here
  void store.send(run(T0 + 30_000), first, lease)
  await waitFor(async () => (await client.hexists('redbeat:one', 'umbel:pending')) === 1)
  await client.del('redbeat::lock')

  const next = await connect(1)
  expect((await next.store.load()).entries[0]?.state).toMatchObject({ lastRunMs: T0, totalRunCount: 0 })
  expect(await next.store.send(run(T0 + 30_000), message(), next.lease)).toBe('sent')
  expect(await next.store.send(run(T0 + 30_000), message(), next.lease)).toBe('taken')

  await client.select(1)
  const raws = await client.lrange('q', '0', '-1')
  await client.select(0)
  const ids = raws.map((raw) => {
    const envelope = parseEnvelope(raw)
    return envelope.ok ? envelope.value.headers['id'] : null
  })
  expect(ids).toEqual([first.taskId])
})

test('what the code says is written once; whoever changed it since, also uncounted, is overruled at the next start', async () => {
  const { store } = await connect()
  const entries = ['one', 'two'].map((name) => sampleEntry(name, { origin: 'code' }))
  const names = async () => (await store.load()).entries.map(({ entry }) => `${entry.name} ${entry.task}`).sort()
  const writes = async (work: () => Promise<unknown>) => {
    const count = async () => Number(/cmdstat_hset:calls=(\d+)/.exec(await client.info('commandstats'))?.[1] ?? 0)
    const before = await count()
    await work()
    return (await count()) - before
  }
  const start = async () => {
    await store.adopt(entries, T0)
    return names()
  }
  const asWritten = ['one proj.add', 'two proj.add']
  expect(await start()).toEqual(asWritten)
  expect(await writes(start)).toBe(0)

  await store.put({ ...sampleEntry('one'), task: 'proj.other', origin: 'code' }, 'replace')
  expect(await start()).toEqual(asWritten)
  expect(await writes(start)).toBe(0)
  const definition = (await client.hget('redbeat:one', 'definition')) ?? ''
  await client.hset('redbeat:one', 'definition', definition.replace('proj.add', 'proj.foreign'))
  expect(await start()).toEqual(asWritten)
  await client.del('redbeat:two')
  expect(await start()).toEqual(asWritten)
  await store.setEnabled('one', false)
  expect(await start()).toEqual(asWritten)
  expect((await store.load()).entries.find(({ entry }) => entry.name === 'one')?.entry.enabled).toBe(false)
  await store.adopt(entries.slice(0, 1), T0)
  expect(await names()).toEqual(['one proj.add'])
})

test('a beat that stood by reads of a large schedule only what ran, and knows it as one that reads all', async () => {
  const { store, lease } = await connect()
  const url = `redis://127.0.0.1:${proxy.port}/0`
  const entries = Array.from({ length: 5_001 }, (_, n) => sampleEntry(`entry ${n}`, { origin: 'code' }))
  await store.leases?.release(lease)
  await store.adopt(entries, T0)
  await store.load()
  const next = createRedisScheduleStore({ url, runtime })
  const fresh = createRedisScheduleStore({ url, runtime })
  open.push(next, fresh)
  await Promise.all([next.open(), fresh.open()])

  await store.runNow('entry 8', T0 + 1)
  await next.standBy?.(entries)
  // Not before: all that may have taken longer than a turn lasts.
  const turn = (await store.leases?.acquire('test')) ?? null
  expect(await store.send({ ...run(T0 + 30_000), name: 'entry 7' }, message(), turn)).toBe('sent')
  expect(await store.send({ ...run(T0 + 1), name: 'entry 8', why: 'hand' }, message(), turn)).toBe('sent')
  if (turn !== null) await store.leases?.release(turn)
  expect(await next.leases?.acquire('next')).not.toBe(null)
  await client.config('RESETSTAT')
  await next.adopt(entries, T0)
  const loaded = await next.load()

  expect(await client.info('commandstats')).not.toContain('cmdstat_zscan')
  const states = (all: typeof loaded) => new Map(all.entries.map((stored) => [stored.entry.name, stored]))
  expect(states(loaded)).toEqual(states(await fresh.load()))
  expect(states(loaded).get('entry 7')?.state).toMatchObject({ lastRunMs: T0 + 30_000, totalRunCount: 1 })
  expect(states(loaded).get('entry 8')?.state).toMatchObject({ runNowMs: null, totalRunCount: 1 })
  expect(await next.version()).toBe(loaded.version)
})

test('of two beats with one name on one machine the page shows which one leads', async () => {
  const { store, lease } = await connect()
  const presence = { node: 'test', software: 'umbel', lastTickMs: Date.now(), leads: false, leaseEndsMs: null } as const
  await store.report({ ...presence, pid: process.pid + 1 })
  await store.report({ ...presence, pid: process.pid })

  const leaders = (await store.beats()).filter(({ leads }) => leads)
  expect(leaders).toMatchObject([{ node: 'test', pid: process.pid, leaseEndsMs: expect.any(Number) }])
  await store.leases?.release(lease)
  expect((await store.beats()).filter(({ leads }) => leads)).toEqual([])
})

test('who may only read sees the schedule, and is told that it may not change it', async () => {
  const { store } = await connect()
  await store.hold('one', T0, 'ann')
  await client.call('ACL', 'SETUSER', 'viewer', 'on', '>secret', '~*', '+@read', '+@connection', '-@scripting', '+info')
  const viewer = createRedisScheduleStore({ url: `redis://viewer:secret@127.0.0.1:${server.port}/0`, runtime })
  open.push(viewer)
  await viewer.open()

  expect((await viewer.load()).entries.map(({ entry }) => entry.name)).toEqual(['one'])
  expect(await viewer.version()).toEqual(expect.any(String))
  await expect(viewer.setEnabled('one', false)).rejects.toMatchObject(away)
})

test('an edit of each of many people at once: none is lost', async () => {
  const { store } = await connect()
  const names = Array.from({ length: 20 }, (_, n) => `edit ${n}`)
  await Promise.all([
    ...names.map((name) => store.put(sampleEntry(name), 'add')),
    ...[true, false, true].map((enabled) => store.setEnabled('one', enabled)),
    store.hold('one', Number.POSITIVE_INFINITY, 'ann'),
    store.runNow('one', T0),
  ])

  const { entries } = await store.load()
  expect(entries).toHaveLength(21)
  const one = entries.find(({ entry }) => entry.name === 'one')
  expect(one?.state).toMatchObject({ heldUntilMs: Number.POSITIVE_INFINITY, runNowMs: T0 })
})
