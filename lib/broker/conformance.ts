/** What every broker must do; run by the test of each. Names cite the guarantees of `broker.ts`. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { messageOf } from '../errors.ts'
import { sampleEnvelope } from '../testing/sample-envelope.ts'
import { waitFor } from '../testing/wait-for.ts'
import type { Broker, ConsumeOptions, Delivery, Poison } from './broker.ts'
import { exerciseLooking } from './conformance-looking.ts'
import { exerciseRouting } from './conformance-routing.ts'
import { exerciseSetAside } from './conformance-set-aside.ts'

/** Short, so that what is abandoned comes back within a test. */
export const CONFORMANCE_VISIBILITY_MS = 1_000

export interface BrokerHarness {
  start?(): Promise<void>
  stop?(): Promise<void>
  /** Empties the broker. */
  reset(): Promise<void>
  /** A client with `CONFORMANCE_VISIBILITY_MS`. */
  create(): Broker
  /** Puts a text into a queue as it is. */
  putRaw(queue: string, raw: string): Promise<void>
  /** Takes a message as a program does that dies then. */
  takeAndDie(queue: string): Promise<void>
  /** How many unreadable messages were kept. */
  keptPoison(queue: string): Promise<number>
  /** Cuts all connections of all clients; undefined where there are none. */
  cut?(): Promise<void>
}

function numberOf(delivery: Delivery): unknown {
  return delivery.envelope.headers['n']
}

export function exerciseBroker(name: string, harness: BrokerHarness): void {
  const open: Broker[] = []

  async function connect(): Promise<Broker> {
    const broker = harness.create()
    open.push(broker)
    await broker.open()
    return broker
  }
  function collect(broker: Broker, options: Partial<ConsumeOptions> = {}) {
    const got: Delivery[] = []
    const poison: Poison[] = []
    const consumer = broker.consume({
      queues: ['q'],
      prefetch: 0,
      onDelivery: (delivery) => got.push(delivery),
      onPoison: (one) => poison.push(one),
      ...options,
    })
    return { got, poison, consumer, numbers: () => got.map(numberOf) }
  }
  /** Puts unreadable texts into the queue and waits until a consumer has set them aside. */
  async function setAside(broker: Broker, raws: readonly string[]) {
    for (const raw of raws) await harness.putRaw('q', raw)
    const collected = collect(broker)
    await waitFor(async () => (await broker.queues.setAside(['q']))['q'] === raws.length)
    await waitFor(() => collected.poison.length === raws.length)
    return collected
  }
  async function publish(broker: Broker, count: number, queue = 'q'): Promise<void> {
    await Promise.all(Array.from({ length: count }, (_, n) => broker.publish(queue, sampleEnvelope(n, { queue }))))
  }
  async function waiting(broker: Broker, queue = 'q'): Promise<number> {
    const [length] = await broker.queues.lengths([queue])
    return length?.waiting ?? -1
  }

  describe(`${name} broker`, () => {
    beforeAll(async () => harness.start?.())
    beforeEach(async () => {
      await Promise.all(open.splice(0).map((broker) => broker.close()))
      await harness.reset()
    })
    afterAll(async () => {
      await Promise.all(open.splice(0).map((broker) => broker.close()))
      await harness.stop?.()
    })

    test('BRK-1: what is published is taken, in order, by another client', async () => {
      const [here, there] = [await connect(), await connect()]
      const { got, numbers } = collect(there)

      await publish(here, 50)

      await waitFor(() => got.length === 50)
      expect(numbers()).toEqual(Array.from({ length: 50 }, (_, n) => n))
      expect(got[0]?.queue).toBe('q')
    })

    test('BRK-1: what nobody takes waits, and is counted', async () => {
      const broker = await connect()

      await publish(broker, 3)

      expect(await waiting(broker)).toBe(3)
      expect(await broker.queues.unacked(10)).toEqual({ total: 0, scanned: 0, byQueue: {} })
    })

    test('BRK-2: a message in hand is counted as unacknowledged, an acknowledged one is gone', async () => {
      const broker = await connect()
      const { got } = collect(broker)
      await publish(broker, 2)
      await waitFor(() => got.length === 2)

      expect(await waiting(broker)).toBe(0)
      expect(await broker.queues.unacked(10)).toEqual({ total: 2, scanned: 2, byQueue: { q: 2 } })
      await Promise.all(got.map((delivery) => delivery.ack()))

      expect((await broker.queues.unacked(10)).total).toBe(0)
    })

    test('BRK-3: what a dead program held comes back, marked redelivered', async () => {
      const broker = await connect()
      await publish(broker, 1)
      await harness.takeAndDie('q')
      const { got } = collect(broker)

      await waitFor(() => got.length === 1)

      expect(got[0]?.envelope.properties.delivery_info.redelivered).toBe(true)
      expect(got[0]?.envelope.headers['redelivered']).toBe(true)
    })

    test('BRK-3: what is in hand does not come back, however long it takes', async () => {
      const broker = await connect()
      const first = collect(broker, { prefetch: 1 })
      const second = collect(await connect())
      await publish(broker, 1)
      await waitFor(() => first.got.length + second.got.length === 1)

      const end = performance.now() + CONFORMANCE_VISIBILITY_MS * 3
      await waitFor(() => performance.now() > end)

      expect(first.got.length + second.got.length).toBe(1)
    })

    test('BRK-4: settling twice does nothing more', async () => {
      const broker = await connect()
      const { got, consumer } = collect(broker, { prefetch: 1 })
      await publish(broker, 1)
      await waitFor(() => got.length === 1)
      await consumer.pause()

      await Promise.all([got[0]?.ack(), got[0]?.requeue(), got[0]?.reject(), got[0]?.ack()])

      expect(await waiting(broker)).toBe(0)
      expect((await broker.queues.unacked(10)).total).toBe(0)
    })

    test('requeue puts a message to the end of its queue, marked redelivered', async () => {
      const broker = await connect()
      const { got, consumer, numbers } = collect(broker, { prefetch: 1 })
      await publish(broker, 2)
      await waitFor(() => got.length === 1)

      await got[0]?.requeue()
      await waitFor(() => got.length === 2)
      await got[1]?.ack()
      await waitFor(() => got.length === 3)

      expect(numbers()).toEqual([0, 1, 0])
      expect(got[2]?.envelope.headers['redelivered']).toBe(true)
      expect(consumer.held).toBe(1)
    })

    test('BRK-5: never more in hand than the prefetch limit, which can be changed', async () => {
      const broker = await connect()
      const { got, consumer } = collect(broker, { prefetch: 2 })
      await publish(broker, 10)
      await waitFor(() => consumer.held === 2)
      expect(await waiting(broker)).toBe(8)

      consumer.setPrefetch(5)
      await waitFor(() => consumer.held === 5)
      await got[0]?.ack()
      await waitFor(() => got.length === 6)

      expect(consumer.held).toBe(5)
      expect(await waiting(broker)).toBe(4)
    })

    test('pause takes nothing more; resume goes on', async () => {
      const broker = await connect()
      const { got, consumer } = collect(broker)
      await consumer.pause()
      await publish(broker, 1)
      expect(await waiting(broker)).toBe(1)

      consumer.resume()

      await waitFor(() => got.length === 1)
    })

    test('queues can be added and cancelled', async () => {
      const broker = await connect()
      const { got, consumer } = collect(broker)
      await consumer.addQueue('other')
      await broker.publish('other', sampleEnvelope(7, { queue: 'other' }))
      await waitFor(() => got.length === 1)

      await consumer.cancelQueue('other')
      await broker.publish('other', sampleEnvelope(8, { queue: 'other' }))
      await publish(broker, 1)
      await waitFor(() => got.length === 2)

      expect(got.map(numberOf)).toEqual([7, 0])
      expect(consumer.queues).toEqual(['q'])
      expect(await waiting(broker, 'other')).toBe(1)
    })

    test('closing gives back what is held, in its old order, to the head of the queue', async () => {
      const broker = await connect()
      const first = collect(broker, { prefetch: 3 })
      await publish(broker, 5)
      await waitFor(() => first.got.length === 3)

      await first.consumer.close()
      expect((await broker.queues.unacked(10)).total).toBe(0)
      const second = collect(broker)
      await waitFor(() => second.got.length === 5)

      expect(second.numbers()).toEqual([0, 1, 2, 3, 4])
      expect(second.got.map(({ envelope }) => envelope.headers['redelivered'] ?? false)).toEqual([
        true,
        true,
        true,
        false,
        false,
      ])
    })

    test('priorities: the lower step is taken first', async () => {
      const broker = await connect()
      for (const priority of [9, 5, 0]) await broker.publish('q', sampleEnvelope(priority, { priority }))
      const [length] = await broker.queues.lengths(['q'])
      const { got, numbers } = collect(broker, { prefetch: 0 })

      await waitFor(() => got.length === 3)

      expect(length?.waiting).toBe(3)
      expect(length?.byPriority.map(({ waiting }) => waiting)).toEqual([1, 1, 0, 1])
      expect(numbers()).toEqual([0, 5, 9])
    })

    exerciseLooking(connect)
    exerciseRouting(connect)

    if (harness.cut !== undefined) {
      const { cut } = harness
      test('BRK-7: consumers and subscriptions go on after the connection was lost, and the gap is told', async () => {
        const [here, there] = [await connect(), await connect()]
        const { got } = collect(there)
        const events: string[] = []
        const gaps: number[] = []
        await there.fanout.subscribe(
          'ev',
          '#',
          ({ routingKey }) => events.push(routingKey),
          (since) => gaps.push(since),
        )
        const beforeMs = Date.now()

        await cut.call(harness)
        await waitFor(() => gaps.length > 0)
        await waitFor(() => publish(here, 1).then(() => true))
        await here.fanout.publish('ev', 'task.sent', sampleEnvelope(1))

        await waitFor(() => got.length >= 1 && events.length === 1)
        expect(gaps[0]).toBeLessThanOrEqual(Date.now())
        expect(gaps[0]).toBeGreaterThan(beforeMs - 10_000)
      })
    }

    test.each([
      ['not-json', '{"body'],
      ['not-an-object', '[1, 2]'],
      ['not-an-object', '"text"'],
      ['no-properties', '{"body": "", "properties": null}'],
      ['no-properties', '{"properties": {"delivery_tag": "t", "delivery_info": {"exchange": "", "routing_key": 5}}}'],
      ['no-delivery-tag', '{"properties": {"delivery_info": {"exchange": "", "routing_key": "q"}}}'],
      ['no-delivery-tag', '{"properties": {"delivery_tag": 5, "delivery_info": {"exchange": "", "routing_key": "q"}}}'],
      [
        'not-json',
        `{"a": ${'['.repeat(500)}${']'.repeat(500)}, "properties": {"delivery_tag": "t", "delivery_info": {"exchange": "", "routing_key": "q"}}}`,
      ],
    ])('BRK-8: %s is set aside and kept; the next message comes (%#)', async (reason, raw) => {
      const broker = await connect()
      await harness.putRaw('q', raw)
      await publish(broker, 1)
      const { got, poison } = collect(broker)

      await waitFor(() => got.length === 1 && poison.length === 1)

      expect(poison[0]).toMatchObject({ queue: 'q', reason })
      await waitFor(async () => (await harness.keptPoison('q')) === 1)
      expect(await broker.queues.setAside(['other', 'q'])).toEqual({ q: 1 })
      await waitFor(async () => (await broker.queues.unacked(10)).total === 1)
    })

    exerciseSetAside({ connect, setAside })

    test('a message without delivery_info belongs to the queue it was found in, also when it is given back', async () => {
      const broker = await connect()
      await harness.putRaw('q', '{"body": "", "properties": {"delivery_tag": "t"}}')
      const { got } = collect(broker)
      await waitFor(() => got.length === 1)
      expect(got[0]?.envelope.properties.delivery_info).toMatchObject({ exchange: '', routing_key: 'q' })
      await got[0]?.requeue()
      await waitFor(() => got.length === 2)
      await got[1]?.ack()
      await waitFor(async () => (await broker.queues.unacked(10)).total === 0)
    })

    test('a delivery tag used twice: both messages are delivered, and each is settled for itself', async () => {
      const broker = await connect()
      const twin = sampleEnvelope(1)
      await broker.publish('q', twin)
      await broker.publish('q', twin)
      const { got } = collect(broker)
      await waitFor(() => got.length === 2)

      await got[1]?.ack()

      expect((await broker.queues.unacked(10)).total).toBe(1)
      expect(got[0]?.tag).not.toBe(got[1]?.tag)
    })

    test('messages of many shapes in one queue come in their order, each with the tag and keys of its own', async () => {
      const broker = await connect()
      const inner =
        '"delivery_info": {"exchange": "x", "routing_key": "wrong"}, "priority": 0, "body_encoding": "base64"'
      const tail = `"properties": {"reply_to": "", ${inner}, "delivery_tag": "wrong"}}`
      const properties = (tag: string) =>
        `{"correlation_id": "é", "delivery_info": {"exchange": "e", "routing_key": "q"}, "priority": 0, "body_encoding": "base64", "delivery_tag": "${tag}"}`
      const raws = [
        (tag: string) => `{"body": "", "headers": {"n": 1}, "properties": ${properties(tag)}}`,
        (tag: string) => `{"body":"","headers":{"n":1},"properties":${properties(tag).replaceAll(': ', ':')}}`,
        (tag: string) => `{"properties": ${properties(tag)}, "body": "", "headers": {"n": 1, ${tail}}`,
        (tag: string) => `{"properties": ${properties(tag)}, "headers": {"n": 1}, "a": {"n": 1, ${tail}}`,
        (tag: string) =>
          `{"properties": ${properties(tag)}, "headers": {"n": 1}, "body": ${JSON.stringify(`, ${tail}`)}}`,
        (tag: string) => `{"properties": ${properties(tag)}, "headers": {"n": 1}, "x, \\${tail}`,
        (tag: string) => `{"body": nonsense, "headers": {"n": 1}, "properties": ${properties(tag)}}`,
      ]
      const count = 63
      for (let n = 0; n < count; n++) await harness.putRaw('q', raws[n % raws.length]?.(`tag-${n}`) ?? '')
      const { got, poison } = collect(broker)
      await waitFor(() => got.length + poison.length === count)

      expect(poison.map(({ reason }) => reason)).toEqual(Array.from({ length: count / raws.length }, () => 'not-json'))
      const readable = Array.from({ length: count }, (_, n) => n).filter((n) => n % raws.length !== raws.length - 1)
      expect(got.map(({ tag }) => tag)).toEqual(readable.map((n) => `tag-${n}`))
      for (const { envelope } of got) {
        expect(envelope.properties.delivery_info).toEqual({ exchange: 'e', routing_key: 'q' })
      }
      await Promise.all(got.map((delivery) => delivery.ack()))
      await waitFor(async () => (await broker.queues.unacked(10)).total === 0)
    })

    test('integers beyond 2^53 pass unharmed through taking and giving back', async () => {
      const broker = await connect()
      const raw = `{"body": "", "headers": {"n": 123456789012345678901234567890, "redelivered": false}, "properties": {"delivery_tag": "t", "delivery_info": {"exchange": "", "routing_key": "q"}}}`
      await harness.putRaw('q', raw)
      const first = collect(broker)
      await waitFor(() => first.got.length === 1)
      await first.consumer.close()

      const [peeked] = await broker.queues.peek('q', 0, 1)

      expect(first.got[0]?.raw).toBe(raw)
      expect(peeked?.raw).toContain('"n": 123456789012345678901234567890, "redelivered": true}')
      expect(peeked?.raw).toContain('"routing_key": "q", "redelivered": true}')
    })

    test('BRK-9: calls after close end with an error of ours; close may be called twice', async () => {
      const broker = await connect()
      const states: string[] = []
      broker.onStatus(({ state }) => states.push(state))
      await broker.close()
      await broker.close()

      const failure = await broker.publish('q', sampleEnvelope(1)).catch((error: unknown) => error)

      expect(failure).toMatchObject({ code: 'broker/closed' })
      expect(messageOf(failure)).toContain('closed')
      expect(states).toEqual(['closed'])
      expect(broker.status().state).toBe('closed')
    })
  })
}
