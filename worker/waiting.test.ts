/** What decides when a message may run: ETA, rates, revokes, prefetch. */
import { describe, expect, test } from 'vitest'
import type { Clock } from '../lib/runtime/clock.ts'
import { createRuntime } from '../lib/runtime/runtime.ts'
import { createEtaQueue } from './eta.ts'
import { prefetchCount } from './prefetch.ts'
import { createBucket, parseRate } from './rate-limit.ts'
import { createRevoked, idsOfHello } from './revoked.ts'

/** A clock that a test turns; sleepers wake when their time has come. */
function handClock() {
  let nowMs = 0
  const sleepers = new Set<{ readonly atMs: number; readonly wake: () => void }>()
  const clock: Clock = {
    nowMs: () => nowMs,
    monotonicMs: () => nowMs,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        const sleeper = { atMs: nowMs + ms, wake: resolve }
        sleepers.add(sleeper)
        signal?.addEventListener('abort', () => {
          sleepers.delete(sleeper)
          resolve()
        })
      }),
  }
  return {
    clock,
    async turn(ms: number) {
      nowMs += ms
      for (const sleeper of [...sleepers]) {
        if (sleeper.atMs > nowMs) continue
        sleepers.delete(sleeper)
        sleeper.wake()
      }
      await new Promise((resolve) => setImmediate(resolve))
    },
  }
}

describe('ETA', () => {
  test('items come in the order of their times, equal ones as they were added', async () => {
    const { clock, turn } = handClock()
    const due: string[] = []
    const queue = createEtaQueue<string>(createRuntime({ clock }), (item) => due.push(item))
    queue.add(300, 'c')
    queue.add(100, 'a1')
    queue.add(100, 'a2')
    queue.add(200, 'b')
    queue.remove('b')

    await turn(99)
    expect(due).toEqual([])
    await turn(1)
    expect(due).toEqual(['a1', 'a2'])
    await turn(200)
    expect(due).toEqual(['a1', 'a2', 'c'])
    expect(queue.size).toBe(0)
  })

  test('what is overdue comes at once; closing gives back the rest and ends the timer', async () => {
    const { clock, turn } = handClock()
    const due: string[] = []
    const queue = createEtaQueue<string>(createRuntime({ clock }), (item) => due.push(item))
    queue.add(-5, 'old')
    queue.add(500, 'later')
    await turn(0)

    expect(due).toEqual(['old'])
    expect(queue.close()).toEqual(['later'])
    await turn(1_000)
    expect(due).toEqual(['old'])
  })
})

describe('rates', () => {
  test.each([
    ['10/m', 10 / 60],
    ['5/s', 5],
    ['5', 5],
    ['1/h', 1 / 3600],
    [2.5, 2.5],
    [0, null],
    ['', null],
    ['0/s', null],
    [null, null],
  ])('%j', (text, perSecond) => {
    expect(parseRate(text)).toBe(perSecond)
  })

  test.each(['10/q', 'fast', '-1/s', 'NaN'])('%j is refused', (text) => {
    expect(() => parseRate(text)).toThrow()
  })

  test('the first at once, then one every 1/rate, and no double start after a pause', () => {
    const bucket = createBucket(2)

    expect([bucket.reserveMs(0), bucket.reserveMs(0), bucket.reserveMs(0)]).toEqual([0, 500, 1000])
    expect([bucket.reserveMs(60_000), bucket.reserveMs(60_000)]).toEqual([0, 500])
  })
})

describe('revoked ids', () => {
  test('live three hours by our own clock, at most so many, oldest out first', () => {
    let nowMs = 0
    const revoked = createRevoked(() => nowMs, { limit: 3, lifeMs: 1_000 })
    for (const id of ['a', 'b', 'c', 'd']) revoked.add(id)
    expect(revoked.ids()).toEqual(['b', 'c', 'd'])

    nowMs = 600
    revoked.add('b')
    nowMs = 1_000
    expect([revoked.has('c'), revoked.has('b')]).toEqual([false, true])
    expect(revoked.ids()).toEqual(['b'])
  })

  test.each([
    [
      ['a', 'b', 5],
      ['a', 'b'],
    ],
    [{ a: [1229.5, 'a'], b: 3 }, ['a', 'b']],
    [null, []],
    ['x', []],
  ])('hello with %j', (revoked, ids) => {
    expect(idsOfHello(revoked)).toEqual(ids)
  })
})

test.each([
  [{ slots: 2, multiplier: 4, waiting: 0, limit: null }, 8],
  [{ slots: 2, multiplier: 4, waiting: 5, limit: null }, 13],
  [{ slots: 2, multiplier: 4, waiting: 50, limit: 20 }, 20],
  [{ slots: 2, multiplier: 0, waiting: 5, limit: null }, 0],
  [{ slots: 2, multiplier: 4, waiting: 70_000, limit: null }, 0],
])('prefetch of %j is %i', (options, count) => {
  expect(prefetchCount(options)).toBe(count)
})
