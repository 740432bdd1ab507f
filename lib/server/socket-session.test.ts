import { describe, expect, it } from 'vitest'
import { apply } from '../live/apply.ts'
import type { Json } from '../live/changes.ts'
import { type DiffMessage, MAX_TOPICS, type PartMessage, type SnapshotMessage } from '../live/socket.ts'
import type { Feeds } from '../monitor/contracts.ts'
import { Feed } from '../monitor/feeds/feed.ts'
import { SERVER_LIMITS } from './limits.ts'
import { createPacketCache } from './packet.ts'
import { HIDDEN_EVERY_MS, SocketSession } from './socket-session.ts'

/** Real feeds over numbers that a test changes; a clock that it turns; a wire that it may stop reading. */
function setUp() {
  const values = new Map<string, Json>()
  const feeds = new Map<string, Feed>()
  let nowMs = 1_000
  const clock = { nowMs: () => nowMs, monotonicMs: () => nowMs, sleep: async () => {} }
  const all: Feeds = {
    watch(topic, watcher) {
      const feed =
        feeds.get(topic) ??
        new Feed(topic, { everyMs: 0, heeds: () => true, view: () => values.get(topic) ?? { n: 0 } }, nowMs)
      feeds.set(topic, feed)
      return feed.add(watcher, () => feeds.delete(topic))
    },
    size: { topics: 0, watchers: 0 },
  }
  const packets = createPacketCache()
  const cuts: string[] = []
  let reading = true
  let unsent: (() => void)[] = []
  const wire: [string, SnapshotMessage | PartMessage | DiffMessage][] = []
  const session = new SocketSession({
    feeds: all,
    packets,
    clock,
    limits: SERVER_LIMITS,
    write(packet, sent) {
      expect(packet[0]).toBe('2')
      wire.push(JSON.parse(packet.slice(1)))
      if (reading) sent()
      else unsent.push(sent)
    },
    cut: (reason) => cuts.push(reason),
  })
  return {
    session,
    wire,
    cuts,
    feeds,
    set(topic: string, value: Json) {
      values.set(topic, value)
      feeds.get(topic)?.touch()
      feeds.get(topic)?.flush(nowMs)
    },
    pass(ms: number) {
      nowMs += ms
      session.tick()
    },
    stopReading() {
      reading = false
    },
    readOn() {
      reading = true
      for (const sent of unsent.splice(0)) sent()
      unsent = []
    },
    /** What a browser that follows the rules now shows of this topic. */
    shown(topic: string): Json {
      let view: Json = null
      let seq = -1
      let missing = 0
      for (const [event, message] of wire) {
        if (message.topic !== topic) continue
        if (event === 'snapshot' && 'view' in message) {
          view = message.view
          missing = message.rest?.parts ?? 0
        } else if ('items' in message) {
          const before: readonly Json[] = Reflect.get(Object(view), 'rows')
          view = { ...Object(view), rows: [...before, ...message.items] }
          missing -= 1
          continue
        } else if ('change' in message) {
          expect([message.seq, missing]).toEqual([seq + 1, 0])
          view = apply(view, message.change)
        }
        if ('seq' in message) seq = message.seq
      }
      return view
    },
  }
}

const BIG = 'x'.repeat(200_000)

describe('a browser that keeps up', () => {
  it('gets a snapshot and then numbered diffs', () => {
    const { session, set, shown, wire } = setUp()
    expect(session.watch('queues')).toEqual({ ok: true })
    set('queues', { n: 1 })
    set('queues', { n: 2 })
    expect(wire.map(([event, message]) => [event, 'seq' in message && message.seq])).toEqual([
      ['snapshot', 0],
      ['diff', 1],
      ['diff', 2],
    ])
    expect(shown('queues')).toEqual({ n: 2 })
  })

  it('gets a new snapshot when it watches again, and nothing after it stops', () => {
    const { session, set, shown, wire, feeds } = setUp()
    session.watch('queues')
    set('queues', { n: 1 })
    session.watch('queues')
    set('queues', { n: 2 })
    expect(shown('queues')).toEqual({ n: 2 })
    session.unwatch('queues')
    const before = wire.length
    set('queues', { n: 3 })
    expect(wire.length).toBe(before)
    expect(feeds.size).toBe(0)
  })

  it('may watch so many topics and no more', () => {
    const { session } = setUp()
    for (let i = 0; i < MAX_TOPICS; i += 1) expect(session.watch(`task?id=${i}`)).toEqual({ ok: true })
    expect(session.watch('task?id=more')).toMatchObject({ ok: false, code: 'too_many_topics' })
    expect(session.watch('task?id=0')).toEqual({ ok: true })
    session.unwatch('task?id=0')
    expect(session.watch('task?id=more')).toEqual({ ok: true })
  })

  it('cannot watch what there is not', () => {
    const { session } = setUp()
    expect(() => session.watch('secrets')).toThrow('There is no live topic "secrets".')
    expect(session.topics).toBe(0)
  })
})

describe('a browser that reads slowly', () => {
  it('gets no diffs while behind, then one snapshot, and shows the truth', () => {
    const { session, set, shown, wire, stopReading, readOn, pass } = setUp()
    session.watch('queues')
    stopReading()
    for (let i = 1; i <= 20; i += 1) set('queues', { n: i, text: BIG + i })
    expect(session.slow).toBe(true)
    const sent = wire.length
    expect(sent).toBeLessThan(10)
    pass(500)
    expect(wire.length).toBe(sent)
    readOn()
    pass(500)
    expect(session.slow).toBe(false)
    expect(wire.length).toBe(sent + 1)
    expect(shown('queues')).toEqual({ n: 20, text: `${BIG}20` })
    set('queues', { n: 21 })
    expect(shown('queues')).toEqual({ n: 21 })
  })

  it('is cut when it never catches up', () => {
    const { session, set, cuts, stopReading, pass } = setUp()
    session.watch('queues')
    stopReading()
    for (let i = 1; i <= 20; i += 1) set('queues', { n: i, text: BIG + i })
    pass(SERVER_LIMITS.socketCutMs - 1)
    expect(cuts).toEqual([])
    pass(2)
    expect(cuts).toEqual(['behind for too long'])
  })

  it('is not called slow for one large snapshot', () => {
    const { session, set, wire, stopReading } = setUp()
    set('queues', { text: 'y'.repeat(3_000_000) })
    stopReading()
    session.watch('queues')
    set('queues', { text: 'z' })
    expect(session.slow).toBe(false)
    expect(wire.at(-1)?.[0]).toBe('diff')
  })
})

describe('a list of thousands', () => {
  const rowsOf = (count: number, first = 0) => ({
    name: 'all',
    rows: Array.from({ length: count }, (_, i) => ({ id: `r${i}`, n: i === 0 ? first : i })),
  })
  const turns = async (count: number) => {
    for (let i = 0; i < count; i += 1) await Promise.resolve()
  }

  it('comes in parts, and what changes meanwhile after them', async () => {
    const { session, set, shown, wire } = setUp()
    set('schedules', rowsOf(2_500))
    session.watch('schedules')
    const [[event, snapshot] = []] = wire
    expect([event, snapshot]).toMatchObject(['snapshot', { view: { name: 'all', rows: [] }, rest: { list: 'rows' } }])
    set('schedules', rowsOf(2_500, -1))
    expect(wire.some(([name]) => name === 'diff')).toBe(false)
    await turns(200)
    expect(wire.map(([name]) => name).filter((name) => name !== 'part')).toEqual(['snapshot', 'diff'])
    expect(shown('schedules')).toEqual(rowsOf(2_500, -1))
    set('schedules', rowsOf(2_500, -2))
    expect(shown('schedules')).toEqual(rowsOf(2_500, -2))
  })

  it('is stopped half way, and waits for a browser that does not read', async () => {
    const { session, set, shown, wire, readOn, stopReading } = setUp()
    const rows = Array.from({ length: 2_000 }, (_, i) => ({ id: `r${i}`, text: 'x'.repeat(2_000) }))
    set('schedules', { rows })
    stopReading()
    session.watch('schedules')
    await turns(200)
    const sent = wire.length
    expect(sent).toBeLessThan(5)
    session.unwatch('schedules')
    readOn()
    await turns(200)
    expect(wire.length).toBe(sent)
    session.watch('schedules')
    await turns(200)
    expect(shown('schedules')).toEqual({ rows })
  })
})

describe('a hidden tab', () => {
  it('is told only of alerts and state, every 15 s, and the rest when it is looked at again', () => {
    const { session, set, shown, wire, pass } = setUp()
    session.watch('queues')
    session.watch('status')
    session.setVisible(false)
    const before = wire.length
    for (let i = 1; i <= 5; i += 1) {
      set('queues', { n: i })
      set('status', { n: i })
    }
    pass(HIDDEN_EVERY_MS - 1)
    expect(wire.length).toBe(before)
    pass(2)
    expect(wire.slice(before).map(([event, { topic }]) => [event, topic])).toEqual([['snapshot', 'status']])
    set('queues', { n: 9 })
    session.setVisible(true)
    expect(shown('queues')).toEqual({ n: 9 })
    expect(shown('status')).toEqual({ n: 5 })
  })

  it('that starts to watch while hidden gets its snapshot when it is looked at', () => {
    const { session, set, shown, wire } = setUp()
    session.setVisible(false)
    set('queues', { n: 4 })
    session.watch('queues')
    expect(wire).toEqual([])
    session.setVisible(true)
    expect(shown('queues')).toEqual({ n: 4 })
  })
})

it('leaves nothing behind when it closes', () => {
  const { session, feeds } = setUp()
  session.watch('queues')
  session.watch('status')
  session.close()
  expect(feeds.size).toBe(0)
  expect(session.topics).toBe(0)
})
