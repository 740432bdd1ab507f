/** Several brokers, as in Celery's broker_url: when one is away, all connections go on to the next. */
import { afterEach, describe, expect, test } from 'vitest'
import { Celery } from '../../client/celery.ts'
import { createRuntime } from '../../runtime/runtime.ts'
import { type RedisServer, startRedis } from '../../testing/redis.ts'
import { waitFor } from '../../testing/wait-for.ts'
import type { Broker, Delivery } from '../broker.ts'
import { openBroker } from '../open-broker.ts'

const runtime = createRuntime()
const servers: RedisServer[] = []
const brokers: Broker[] = []

afterEach(async () => {
  for (const broker of brokers.splice(0)) await broker.close()
  for (const server of servers.splice(0)) await server.stop()
})

async function twoServers() {
  const first = await startRedis()
  const second = await startRedis()
  servers.push(first, second)
  return { first, second }
}

function open(url: string) {
  const broker = openBroker(url, { runtime })
  brokers.push(broker)
  return broker
}

async function send(url: string | readonly string[], argument: number) {
  const app = new Celery('sender', { broker: url })
  await app.sendTask('t', [argument])
  await app.close()
}

describe('a list of brokers', () => {
  test('the first is used; when it is gone consumer and publisher go on at the next', async () => {
    const { first, second } = await twoServers()
    const url = `${first.url};${second.url}`
    const broker = open(url)
    const taken: Delivery[] = []
    await broker.open()
    broker.consume({ queues: ['celery'], prefetch: 10, onDelivery: (delivery) => taken.push(delivery) })
    await send(url, 1)
    await waitFor(() => taken.length === 1)
    expect(broker.url).toBe(first.url)
    await taken[0]?.ack()

    await first.kill()
    await waitFor(() => broker.status().state === 'ready' && broker.url === second.url)
    await send([first.url, second.url], 2)

    await waitFor(() => taken.length === 2)
    await taken[1]?.ack()
    await waitFor(async () => (await second.connect().hlen('unacked')) === 0)
  })

  test('one that was away from the beginning is passed over, and the last leads back to the first', async () => {
    const { first, second } = await twoServers()
    await first.shutdown()
    const broker = open(`${first.url};${second.url}`)
    await broker.open()
    expect(broker.url).toBe(second.url)

    await first.restart()
    await second.kill()

    await waitFor(() => broker.status().state === 'ready' && broker.url === first.url)
  })

  test('is refused where its servers have different databases, or where sentinels are in it', () => {
    expect(() => open('redis://a/0;redis://b/1')).toThrow('the same number for every server')
    expect(() => open('redis://a/0;sentinel://b/0')).toThrow('master')
  })
})
