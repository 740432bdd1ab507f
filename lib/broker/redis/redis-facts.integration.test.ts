/** A real Redis asked for itself; also one that does not let everybody ask. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createRuntime } from '../../runtime/runtime.ts'
import { type RedisServer, startRedis } from '../../testing/redis.ts'
import type { Broker } from '../broker.ts'
import { openBroker } from '../open-broker.ts'

let redis: RedisServer
const brokers: Broker[] = []

beforeAll(async () => {
  redis = await startRedis()
})

afterAll(async () => {
  await Promise.all(brokers.map((broker) => broker.close()))
  await redis?.stop()
})

async function factsAs(user: string) {
  const broker = openBroker(redis.url.replace('//', `//${user}@`), { runtime: createRuntime() })
  brokers.push(broker)
  await broker.open()
  return broker.facts?.()
}

it('tells its version and its memory, and that nothing is kept on disk', async () => {
  const told = await factsAs('default:')
  const facts = Object.fromEntries((told?.facts ?? []).map(({ name, value }) => [name, value]))
  expect(facts).toMatchObject({
    Version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
    Memory: expect.stringMatching(/^[\d.]+ [kM]B, no limit set$/),
    'When memory runs out': 'noeviction',
    'Kept on disk': 'nothing',
  })
  expect(told?.warnings).toEqual([expect.stringContaining('all waiting messages are lost')])
})

it('leaves out what it may not ask', async () => {
  await redis.connect().call('ACL', 'SETUSER', 'ann', 'on', '>secret', '~*', '&*', '+@all', '-config')
  const told = await factsAs('ann:secret')
  expect(told?.facts).toContainEqual({ name: 'Kept on disk', value: 'no append-only file' })
  expect(told?.warnings).toEqual([])
})
