import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { createRuntime } from '../../runtime/runtime.ts'
import { type RedisServer, startRedis } from '../../testing/redis.ts'
import { waitFor } from '../../testing/wait-for.ts'
import type { Broker } from '../broker.ts'
import { createRedisBroker } from './redis-broker.ts'

const runtime = createRuntime()
const BAD = ['oldest', '[1]', Buffer.from([0x7b, 0xff, 0xfe, 0x00]), 'newest']
let server: RedisServer
const brokers: Broker[] = []

beforeAll(async () => {
  server = await startRedis()
})
afterEach(async () => {
  await Promise.all(brokers.splice(0).map((broker) => broker.close()))
  await server.connect().flushall()
})
afterAll(() => server.stop())

async function open(user = ''): Promise<Broker> {
  const broker = createRedisBroker({ url: `redis://${user}127.0.0.1:${server.port}/0`, runtime })
  brokers.push(broker)
  await broker.open()
  return broker
}

/** Where a user may not run scripts, the same is done with plain commands. */
describe.each([
  ['with scripts', ''],
  ['without scripts', 'plain:pw@'],
])('%s', (_, user) => {
  beforeAll(() => server.connect().call('ACL', 'SETUSER', 'plain', 'on', '>pw', '~*', '&*', '+@all', '-@scripting'))

  async function quarantined(): Promise<Broker> {
    const broker = await open(user)
    await server.connect().lpush('q', ...BAD)
    const consumer = broker.consume({ queues: ['q'], prefetch: 1, onDelivery: () => {} })
    await waitFor(async () => (await broker.queues.setAside(['q']))['q'] === BAD.length)
    await consumer.close()
    return broker
  }

  test('they are read with time and reason, also what is no text at all', async () => {
    const broker = await quarantined()

    const all = await broker.queues.readSetAside('q', 0, 10)

    expect(all.map(({ head }) => head)).toEqual(['newest', expect.stringMatching(/^\{/), '[1]', 'oldest'])
    expect(all.map(({ bytes }) => bytes)).toEqual([6, 4, 3, 6])
    expect(all.map(({ reason }) => reason)).toEqual(['not-json', 'not-json', 'not-an-object', 'not-json'])
    for (const { atMs } of all) expect(Math.abs(Date.now() - (atMs ?? 0))).toBeLessThan(60_000)
  })

  test('they are put back byte for byte, the oldest to be taken first, and nothing of them is left', async () => {
    const broker = await quarantined()

    expect(await broker.queues.putBack('q', null)).toBe(BAD.length)

    const waiting = await server.connect().lrangeBuffer('q', 0, -1)
    expect(waiting.reverse()).toEqual(BAD.map((raw) => Buffer.from(raw)))
    expect(await server.connect().exists('umbel:quarantine:q', 'umbel:quarantine-notes:q')).toBe(0)
  })

  test('one is deleted; the others stay with their notes', async () => {
    const broker = await quarantined()
    const before = await broker.queues.readSetAside('q', 0, 10)

    expect(await broker.queues.discard('q', [before[1]?.id ?? ''])).toBe(1)

    expect(await broker.queues.readSetAside('q', 0, 10)).toEqual(before.filter((_, at) => at !== 1))
  })
})

test('what another version of Umbel set aside without a note is shown, its time and reason unknown', async () => {
  const broker = await open()
  await server.connect().lpush('umbel:quarantine:q', 'old')

  expect(await broker.queues.readSetAside('q', 0, 10)).toMatchObject([{ head: 'old', reason: null, atMs: null }])
})

test('of large messages only the first bytes are moved', async () => {
  const broker = await open()
  const large = 'x'.repeat(2_000_000)
  for (let n = 0; n < 30; n++) await server.connect().lpush('umbel:quarantine:q', large + n)

  const all = await broker.queues.readSetAside('q', 0, 100)

  expect(all.map(({ bytes, head }) => [bytes > 2_000_000, head.length])).toEqual(Array(30).fill([true, 65_536]))
})
