/** The real Flower and Umbel beside one RabbitMQ: what both tell of its queues, by its management API. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createManagedBroker } from '../../lib/broker/amqp/managed-broker.ts'
import { createRuntime } from '../../lib/runtime/runtime.ts'
import { type Flower, startFlower } from '../../lib/testing/flower.ts'
import { type RabbitMq, startRabbitMq } from '../../lib/testing/rabbitmq.ts'
import { startUmbelServer, type UmbelServer } from '../../lib/testing/umbel-server.ts'
import { waitFor } from '../../lib/testing/wait-for.ts'

interface Lengths {
  readonly active_queues: readonly (Readonly<Record<string, unknown>> & { readonly name: string })[]
}

let rabbit: RabbitMq
let flower: Flower
let umbel: UmbelServer

beforeAll(async () => {
  rabbit = await startRabbitMq()
  const runtime = createRuntime()
  const { url: broker, api } = rabbit
  const openedBroker = createManagedBroker({ runtime, url: broker, api })
  ;[umbel, flower] = await Promise.all([
    startUmbelServer({ broker, runtime, openedBroker }),
    startFlower({
      broker,
      args: [`--broker_api=${api}`],
      env: { FLOWER_UNAUTHENTICATED_API: 'true', UMBEL_TEST_BACKEND: 'cache+memory://' },
    }),
  ])
  await rabbit.ask('PUT', 'queues/%2F/celery', { durable: true, arguments: { 'x-max-priority': 9 } })
  for (let i = 0; i < 3; i++) {
    const message = { routing_key: 'celery', properties: {}, payload: '{}', payload_encoding: 'string' }
    await rabbit.ask('POST', 'exchanges/%2F/amq.default/publish', message)
  }
  for (const base of [umbel.url, flower.url]) {
    const counted = async () => (await lengths(base)).find(({ name }) => name === 'celery')?.['messages'] === 3
    await waitFor(counted, { what: `${base} to count the messages`, everyMs: 200 })
  }
}, 300_000)

afterAll(async () => {
  await umbel?.stop()
  await flower?.stop()
  await rabbit?.stop()
})

async function lengths(base: string): Promise<Lengths['active_queues']> {
  const answer = await fetch(`${base}/api/queues/length`)
  expect(answer.status).toBe(200)
  const { active_queues }: Lengths = await answer.json()
  return active_queues
}

describe('RabbitMQ', () => {
  test('the lengths of queues are the whole objects of the management API, in both', async () => {
    const [theirs, ours] = await Promise.all([flower, umbel].map(async ({ url }) => (await lengths(url))[0]))
    expect(Object.keys(theirs ?? {}).length).toBeGreaterThan(20)
    expect(Object.keys(ours ?? {})).toEqual(Object.keys(theirs ?? {}))
    for (const key of ['name', 'messages', 'messages_ready', 'messages_unacknowledged', 'consumers', 'arguments']) {
      expect(ours?.[key], key).toEqual(theirs?.[key])
    }
  })

  test("the broker's page has its figures, and its password nowhere", async () => {
    // An API that is busy counts as one that is away, for a moment.
    const asked = async () => (await fetch(`${umbel.url}/umbel/broker`)).text()
    const text = await waitFor(async () => {
      const said = await asked()
      return JSON.parse(said).state === 'ready' ? said : null
    })
    expect(JSON.parse(text)).toMatchObject({
      kind: 'amqp',
      state: 'ready',
      queues: [{ name: 'celery', messages: 3, unacked: 0, ready: 3, consumers: 0 }],
    })
    expect(text).not.toContain('guest:guest')
  })

  test('what needs AMQP says so', async () => {
    const send = await fetch(`${umbel.url}/api/task/send-task/proj.add`, { method: 'POST', body: '{}' })
    expect([send.status, await send.text()]).toEqual([501, expect.stringContaining('does not speak AMQP yet')])
    const revoke = await fetch(`${umbel.url}/api/task/revoke/x`, { method: 'POST' })
    expect([revoke.status, await revoke.text()]).toEqual([501, expect.stringContaining('does not speak AMQP yet')])
    for (const path of ['/api/tasks', '/api/workers', '/metrics', '/healthcheck']) {
      expect((await fetch(umbel.url + path)).status, path).toBe(200)
    }
    await waitFor(async () => {
      const metrics = await (await fetch(`${umbel.url}/metrics`)).text()
      return ['umbel_queue_length{queue="celery"} 3.0', 'umbel_broker_up 1.0'].every((line) => metrics.includes(line))
    })
  })

  test('a RabbitMQ that is gone is 503', async () => {
    await rabbit.stop()
    const gone = async () => (await fetch(`${umbel.url}/api/queues/length`)).status === 503
    await waitFor(gone, { what: 'the broker to be missed' })
  })
})
