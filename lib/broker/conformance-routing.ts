/** Where every broker takes what goes through an exchange (BRK-6, bindings); a part of `conformance.ts`. */
import { expect, test } from 'vitest'
import { sampleEnvelope } from '../testing/sample-envelope.ts'
import { waitFor } from '../testing/wait-for.ts'
import type { Broker } from './broker.ts'

export function exerciseRouting(connect: () => Promise<Broker>): void {
  test('BRK-6: fan-out reaches who listens, by pattern, and keeps the routing key', async () => {
    const [here, there] = [await connect(), await connect()]
    const all: string[] = []
    const workers: string[] = []
    const control: string[] = []
    await there.fanout.subscribe('ev', '#', ({ routingKey }) => all.push(routingKey))
    const subscription = await there.fanout.subscribe('ev', 'worker.#', ({ routingKey }) => workers.push(routingKey))
    await there.fanout.subscribe('pidbox', '', ({ raw }) => control.push(raw))

    await here.fanout.publish('ev', 'task.multi', sampleEnvelope(1))
    await here.fanout.publish('ev', 'worker.online', sampleEnvelope(2))
    await here.fanout.publish('pidbox', '', sampleEnvelope(3))
    await waitFor(() => all.length === 2 && workers.length === 1 && control.length === 1)
    await subscription.close()
    await here.fanout.publish('ev', 'worker.offline', sampleEnvelope(4))
    await waitFor(() => all.length === 3)

    expect(all).toEqual(['task.multi', 'worker.online', 'worker.offline'])
    expect(workers).toEqual(['worker.online'])
    expect(JSON.parse(control[0] ?? '').headers.n).toBe(3)
  })

  test('bindings lead from exchange and key to queues', async () => {
    const broker = await connect()
    await broker.bindings.bind('reply.celery.pidbox', 'oid', 'oid.reply.celery.pidbox', 10_000)
    await broker.bindings.bind('celery', 'celery', 'celery', null)

    expect(await broker.bindings.queuesFor('reply.celery.pidbox', 'oid')).toEqual(['oid.reply.celery.pidbox'])
    expect(await broker.bindings.queuesFor('reply.celery.pidbox', 'other')).toEqual([])
    expect(await broker.queues.names()).toEqual(['celery'])
    await broker.bindings.unbind('reply.celery.pidbox', 'oid', 'oid.reply.celery.pidbox')

    expect(await broker.bindings.queuesFor('reply.celery.pidbox', 'oid')).toEqual([])
  })

  test('a topic exchange leads to the queues whose pattern takes the key', async () => {
    const broker = await connect()
    await broker.bindings.bind('media', 'video.#', 'videos', null, 'topic')
    await broker.bindings.bind('media', 'video.*.urgent', 'urgent', null, 'topic')
    const route = async (key: string) => [...(await broker.bindings.route('media', key, 'topic'))].sort()

    expect(await route('video.raw')).toEqual(['videos'])
    expect(await route('video.raw.urgent')).toEqual(['urgent', 'videos'])
    expect(await route('audio.raw')).toEqual([])
    expect(await broker.bindings.route('media', 'video.raw', 'direct')).toEqual([])
    await broker.bindings.unbind('media', 'video.#', 'videos')

    expect(await route('video.raw')).toEqual([])
  })
}
