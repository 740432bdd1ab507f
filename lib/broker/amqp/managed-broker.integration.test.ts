/** A real RabbitMQ, as far as its management API shows it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createRuntime } from '../../runtime/runtime.ts'
import { type RabbitMq, startRabbitMq } from '../../testing/rabbitmq.ts'
import { sampleEnvelope } from '../../testing/sample-envelope.ts'
import { waitFor } from '../../testing/wait-for.ts'
import type { Broker } from '../broker.ts'
import { createManagedBroker } from './managed-broker.ts'

let rabbit: RabbitMq
let broker: Broker
const runtime = createRuntime()

beforeAll(async () => {
  rabbit = await startRabbitMq()
  await rabbit.ask('PUT', 'vhosts/team%2Fone')
  for (const queue of ['celery', 'reports', 'w1@host.celery.pidbox', 'celeryev.5e1f']) {
    await rabbit.ask('PUT', `queues/%2F/${queue}`, { durable: true })
  }
  await rabbit.ask('PUT', 'queues/team%2Fone/elsewhere', { durable: true })
  for (let i = 0; i < 3; i++) {
    const message = { routing_key: 'celery', properties: {}, payload: '{}', payload_encoding: 'string' }
    await rabbit.ask('POST', 'exchanges/%2F/amq.default/publish', message)
  }
  broker = createManagedBroker({ runtime, url: rabbit.url, api: rabbit.api })
  await broker.open()
})

afterAll(async () => {
  await broker?.close()
  await rabbit?.stop()
})

const read = async (url: string) => {
  const other = createManagedBroker({ runtime, url, api: rabbit.api })
  const names = await other.queues.names().catch((error: Error) => error.message)
  return { names, status: other.status() }
}

describe('RabbitMQ by its management API', () => {
  it('tells the queues of tasks, and how many messages wait', async () => {
    expect(await broker.queues.names()).toEqual(['celery', 'reports'])
    const counted = async () => {
      const [celery, reports, none] = await broker.queues.lengths(['celery', 'reports', 'nothing'])
      return celery?.error === null && reports?.error === null && celery.waiting === 3 ? { reports, none } : null
    }
    const { reports, none } = await waitFor(counted, { what: 'the messages to be counted' })
    expect(reports).toMatchObject({ waiting: 0, error: null })
    expect(none?.error).toBe('RabbitMQ has no such queue')
    const [details] = (await broker.queues.details?.()) ?? []
    expect(details).toMatchObject({ name: 'celery', messages: 3, messages_ready: 3, consumers: 0, durable: true })
    expect(await broker.queues.unacked(1)).toMatchObject({ total: 0 })
    expect(await broker.queues.refusal()).toBeNull()
  })

  it('tells of the server itself', async () => {
    const told = await broker.facts?.()
    const facts = Object.fromEntries((told?.facts ?? []).map(({ name, value }) => [name, value]))
    expect(facts).toMatchObject({ Version: expect.stringMatching(/^\d+\.\d+/), Nodes: '1 of 1 running', Queues: '5' })
    expect(told?.warnings).toEqual([])
    expect(broker).toMatchObject({ url: rabbit.url.replace('guest:guest', 'guest:***'), kind: 'amqp' })
    expect(broker.status().state).toBe('ready')
  })

  it('looks into the virtual host of the broker URL', async () => {
    expect((await read(rabbit.url.replace(/\/\/$/, '/team%2Fone'))).names).toEqual(['elsewhere'])
    const none = await read(rabbit.url.replace(/\/\/$/, '/none'))
    expect(none.status).toMatchObject({
      state: 'reconnecting',
      reason: expect.stringContaining('no such virtual host'),
    })
  })

  it('says what is wrong with a password, or a server that is away', async () => {
    const wrong = createManagedBroker({ runtime, url: rabbit.url, api: rabbit.api.replace(':guest@', ':s3cret@') })
    await expect(wrong.queues.names()).rejects.toMatchObject({ code: 'broker/refused' })
    const { reason } = wrong.status()
    expect(reason).toContain('user or password are wrong')
    expect(reason).not.toContain('s3cret')
    const away = createManagedBroker({ runtime, url: 'amqp://127.0.0.1//', api: 'http://127.0.0.1:1/' })
    await expect(away.queues.names()).rejects.toMatchObject({ code: 'broker/unreachable' })
  })

  it('moves no messages, and says so', async () => {
    const what = { code: 'broker/unsupported' }
    await expect(broker.publish('celery', sampleEnvelope(1))).rejects.toMatchObject(what)
    await expect(broker.fanout.subscribe('celeryev', '#', () => {})).rejects.toMatchObject(what)
    await expect(broker.queues.purge('celery')).rejects.toMatchObject(what)
    expect(await broker.queues.names()).toContain('celery')
  })
})
