/** Looking into queues from outside; a part of `conformance.ts`. */
import { expect, test } from 'vitest'
import { sampleEnvelope } from '../testing/sample-envelope.ts'
import type { Broker } from './broker.ts'

export function exerciseLooking(connect: () => Promise<Broker>): void {
  test('peek and heads show the next messages without taking them; purge deletes them', async () => {
    const broker = await connect()
    for (let n = 0; n < 5; n++) await broker.publish('q', sampleEnvelope(n))
    await broker.publish('q', sampleEnvelope(5, { priority: 3 }))

    const peeked = await broker.queues.peek('q', 3, 10)
    const [first] = await broker.queues.peek('q', 0, 1)
    const heads = await broker.queues.heads(['q', 'empty'])
    const purged = await broker.queues.purge('q')
    const [left] = await broker.queues.lengths(['q'])

    expect(peeked.map(({ position, raw }) => [position, JSON.parse(raw).headers.n])).toEqual([
      [3, 3],
      [4, 4],
      [5, 5],
    ])
    // One a priority step, told by the messages' ends.
    const ids = [first, peeked.at(-1)].map((message) => JSON.parse(message?.raw ?? '{}').headers?.id)
    expect(heads).toEqual({ q: ids })
    expect(purged).toBe(6)
    expect(left?.waiting).toBe(0)
  })

  test('a waiting message is removed by its own bytes, and no other; what was taken is not touched', async () => {
    const broker = await connect()
    for (let n = 0; n < 3; n++) await broker.publish('r', sampleEnvelope(n))
    await broker.publish('r', sampleEnvelope(3, { priority: 3 }))
    const peek = () => broker.queues.peek('r', 0, 10)
    const [first, second, , urgent] = await peek()

    expect(await broker.queues.remove('r', second?.raw ?? '')).toBe(true)
    expect(await broker.queues.remove('r', second?.raw ?? '')).toBe(false)
    expect(await broker.queues.remove('r', urgent?.raw ?? '')).toBe(true)
    expect(await broker.queues.remove('r', (first?.raw ?? '').slice(0, -1))).toBe(false)
    expect(await broker.queues.remove('elsewhere', first?.raw ?? '')).toBe(false)
    expect((await peek()).map(({ raw }) => JSON.parse(raw).headers.n)).toEqual([0, 2])
  })
}
