import { beforeEach, expect, it } from 'vitest'
import type { Envelope } from '../../protocol/envelope.ts'
import { createRuntime } from '../../runtime/runtime.ts'
import { sampleEnvelope } from '../../testing/sample-envelope.ts'
import { meta } from '../conformance.ts'
import type { ResultStore } from '../results.ts'
import { createRpcResults, type ReplyDelivery, type ReplyTransport } from './rpc-results.ts'

/** A broker of one process with nothing but queues; the real ones have their own tests with this backend. */
function createTransport() {
  const consumers = new Map<string, (delivery: ReplyDelivery) => void>()
  const waiting: [string, Envelope][] = []
  const transport: ReplyTransport = {
    async publish(queue, envelope) {
      waiting.push([queue, envelope])
      deliver()
    },
    consume({ queues: [queue = ''], onDelivery }) {
      consumers.set(queue, onDelivery)
      deliver()
      return { close: async () => void consumers.delete(queue) }
    },
  }
  const deliver = () => {
    for (const one of waiting.splice(0)) {
      const consumer = consumers.get(one[0])
      if (consumer === undefined) waiting.push(one)
      else consumer({ envelope: one[1], ack: async () => {} })
    }
  }
  return { transport, waiting }
}

let broker: ReturnType<typeof createTransport>
let client: ResultStore
let worker: ResultStore
const reply = () => ({ replyTo: client.replyTo ?? '', correlationId: 'a' })

beforeEach(() => {
  broker = createTransport()
  const options = { runtime: createRuntime(), broker: broker.transport }
  client = createRpcResults(options)
  worker = createRpcResults(options)
})

it('sends each state to whoever sent the task, and to nobody else', async () => {
  await worker.set(meta('a', 'STARTED', { pid: 1 }), null, reply())
  await worker.set(meta('a', 'SUCCESS', { when: new Date(0), big: 2n ** 70n }), null, reply())
  const [queue, envelope] = broker.waiting[0] ?? []
  expect(queue).toBe(client.replyTo)
  expect(envelope?.properties).toMatchObject({ correlation_id: 'a', delivery_mode: 1 })
  expect(envelope?.headers).toEqual({})
  expect(await client.get('a')).toEqual(meta('a', 'SUCCESS', { when: new Date(0), big: 2n ** 70n }))
  expect(await worker.get('a')).toBeNull()
})

it('tells who waits, beginning with what has come; the end is the end', async () => {
  const heard: string[] = []
  await worker.set(meta('a', 'STARTED'), null, reply())
  expect(await client.getMany(['a', 'b'])).toMatchObject([{ status: 'STARTED' }, null])
  const subscription = await client.subscribe(['a'], (one) => heard.push(one.status))
  await worker.set(meta('a', 'SUCCESS'), null, reply())
  await worker.set(meta('a', 'STARTED'), null, reply())
  expect(heard).toEqual(['STARTED', 'SUCCESS'])
  await subscription.close()
  await client.delete('a')
  expect(await client.get('a')).toBeNull()
})

it('nobody asked: nothing is sent', async () => {
  await worker.set(meta('a', 'SUCCESS'), null)
  await worker.set(meta('a', 'SUCCESS'), null, { replyTo: '', correlationId: 'a' })
  expect(broker.waiting).toEqual([])
})

it('what is no result is left out', async () => {
  await client.get('a')
  await worker.set(meta('b', 'SUCCESS'), null, reply())
  for (const body of ['', 'bm8=', 'W10=', 'e30=']) {
    await broker.transport.publish(client.replyTo ?? '', { ...sampleEnvelope(1), body })
  }
  expect((await client.get('b'))?.status).toBe('SUCCESS')
})

it('says what it cannot do', async () => {
  expect(client.supports).toEqual({ scan: false, subscribe: true, chords: false })
  expect(client.chords).toBeNull()
  for (const call of [client.saveGroup({ id: 'g', parent: null, results: [] }, null), client.getGroup('g')]) {
    await expect(call).rejects.toMatchObject({ code: 'result/unsupported' })
  }
  await client.close()
  await expect(client.get('a')).rejects.toMatchObject({ code: 'broker/closed' })
})

it('keeps only so many results that nobody reads', async () => {
  client = createRpcResults({ runtime: createRuntime(), broker: broker.transport, maxResults: 2 })
  for (const id of ['a', 'b', 'c']) await worker.set(meta(id, 'SUCCESS'), null, reply())
  expect((await client.getMany(['a', 'b', 'c'])).map((one) => one?.task_id ?? null)).toEqual([null, 'b', 'c'])
})
