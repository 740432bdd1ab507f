/** What every broker must do with messages that cannot be read (BRK-8); a part of `conformance.ts`. */
import { expect, test } from 'vitest'
import type { Broker, Consumer, Poison } from './broker.ts'

export interface SetAsideHarness {
  connect(): Promise<Broker>
  /** Puts these into queue `q` and waits until a consumer has set them aside. */
  setAside(
    broker: Broker,
    raws: readonly string[],
  ): Promise<{ readonly consumer: Consumer; readonly poison: readonly Poison[] }>
}

export function exerciseSetAside({ connect, setAside }: SetAsideHarness): void {
  test('BRK-8: what was set aside can be looked at, the last one first', async () => {
    const broker = await connect()
    const beforeMs = Date.now()
    const { poison, consumer } = await setAside(broker, ['not json', '[1]', `${'x'.repeat(70_000)}é`])

    const all = await broker.queues.readSetAside('q', 0, 10)

    expect(all.map(({ reason }) => reason).sort()).toEqual(['not-an-object', 'not-json', 'not-json'])
    expect(all.map(({ bytes }) => bytes).sort()).toEqual([3, 70_002, 8])
    for (const { head, atMs } of all) {
      expect(head.length).toBeLessThanOrEqual(65_536)
      expect(atMs).toBeGreaterThanOrEqual(beforeMs - 1)
      expect(atMs).toBeLessThanOrEqual(Date.now() + 1)
    }
    expect(all.map(({ head }) => head.slice(0, 8))).toEqual(poison.map(({ head }) => head.slice(0, 8)).reverse())
    expect(await broker.queues.readSetAside('q', 1, 1)).toEqual([all[1]])
    expect(await broker.queues.readSetAside('other', 0, 10)).toEqual([])
    await consumer.close()
  })

  test('BRK-8: what was set aside can be put back as it is, or deleted; a second time does nothing', async () => {
    const broker = await connect()
    await (await setAside(broker, ['one', 'two', 'three', 'four'])).consumer.close()
    const all = await broker.queues.readSetAside('q', 0, 10)
    const idOf = (text: string) => all.find(({ head }) => head === text)?.id ?? ''

    expect(await broker.queues.discard('q', [idOf('one')])).toBe(1)
    expect(await broker.queues.discard('q', [idOf('one')])).toBe(0)
    expect(await broker.queues.discard('other', [idOf('two')])).toBe(0)
    expect(await broker.queues.putBack('q', [idOf('three'), idOf('one')])).toBe(1)

    expect((await broker.queues.peek('q', 0, 10)).map(({ raw }) => raw)).toEqual(['three'])
    expect(await broker.queues.setAside(['q'])).toEqual({ q: 2 })
    expect(await broker.queues.putBack('q', [])).toBe(0)
    expect(await broker.queues.putBack('q', null)).toBe(2)
    expect((await broker.queues.peek('q', 0, 10)).map(({ raw }) => raw).sort()).toEqual(['four', 'three', 'two'])
    expect(await broker.queues.readSetAside('q', 0, 10)).toEqual([])
    expect(await broker.queues.discard('q', null)).toBe(0)
  })

  test('BRK-8: of messages that are the same byte for byte, one is meant', async () => {
    const broker = await connect()
    await (await setAside(broker, ['same', 'same'])).consumer.close()
    const [first] = await broker.queues.readSetAside('q', 0, 1)

    expect(await broker.queues.discard('q', [first?.id ?? ''])).toBe(1)

    expect(await broker.queues.setAside(['q'])).toEqual({ q: 1 })
  })
}
