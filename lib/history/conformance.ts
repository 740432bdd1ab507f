/** What every history must pass; each test names the guarantee of history.ts that it holds. */
import { afterEach, describe, expect, it } from 'vitest'
import type { Clock } from '../runtime/clock.ts'
import { createRuntime, type Runtime } from '../runtime/runtime.ts'
import type { History } from './history.ts'

export interface HistoryUnderTest {
  open(options: { readonly runtime: Runtime; readonly maxSeries: number }): Promise<History> | History
}

const NOW_MS = 1_795_225_200_000
const HOUR = 3_600_000

export function exerciseHistory(name: string, subject: HistoryUnderTest): void {
  describe(`history: ${name}`, () => {
    const opened: History[] = []
    const clock: Clock = { nowMs: () => NOW_MS, monotonicMs: () => 0, sleep: async () => {} }

    async function open(maxSeries = 100): Promise<History> {
      const history = await subject.open({ runtime: createRuntime({ clock }), maxSeries })
      opened.push(history)
      return history
    }

    afterEach(async () => {
      for (const history of opened.splice(0)) await history.close()
    })

    it('HIS-1: takes anything without throwing', async () => {
      const history = await open()
      for (const value of [Number.NaN, Number.POSITIVE_INFINITY, -0, 1e308, -1e308]) {
        history.add('odd', NOW_MS, value)
        history.add('odd', value, 1)
      }
      history.add('', NOW_MS, 1)
      history.add('__proto__', NOW_MS, 7)
      history.add('x'.repeat(100_000), NOW_MS, 1)
      expect(history.series('__proto__', NOW_MS, NOW_MS + 5_000, 5_000, 'last')).toEqual([[NOW_MS, 7]])
    })

    it('HIS-2: sums are equal at every resolution, and last, max and mean are those of all values', async () => {
      const history = await open()
      let expected = 0
      for (let i = 0; i < 180; i++) {
        history.add('s', NOW_MS - 15 * 60_000 + i * 5_000, i)
        expected += i
      }
      for (const bucketMs of [5_000, 10_000, 60_000, 300_000]) {
        const points = history.series('s', NOW_MS - 15 * 60_000, NOW_MS, bucketMs, 'sum')
        expect(points.reduce((sum, [, value]) => sum + (value ?? 0), 0)).toBe(expected)
        expect(points).toHaveLength((15 * 60_000) / bucketMs)
      }
      const minute = [NOW_MS - 60_000, NOW_MS, 60_000] as const
      expect(history.series('s', ...minute, 'last')[0]?.[1]).toBe(179)
      expect(history.series('s', ...minute, 'max')[0]?.[1]).toBe(179)
      expect(history.series('s', ...minute, 'mean')[0]?.[1]).toBe(173.5)
    })

    it('HIS-2: keeps a day', async () => {
      const history = await open()
      for (let i = 0; i < 24 * 60; i++) history.add('day', NOW_MS - 24 * HOUR + i * 60_000, 1)
      const points = history.series('day', NOW_MS - 24 * HOUR, NOW_MS, 300_000, 'sum')
      expect(points.every(([, value]) => value === 5)).toBe(true)
      expect(points).toHaveLength(288)
    })

    it('HIS-2: a value that comes late falls into its own bucket', async () => {
      const history = await open()
      history.add('late', NOW_MS, 1)
      history.add('late', NOW_MS - 600_000, 5)
      expect(history.series('late', NOW_MS - 600_000, NOW_MS - 590_000, 5_000, 'sum')[0]).toEqual([NOW_MS - 600_000, 5])
    })

    it('HIS-3: an empty bucket is null, and 0 is 0', async () => {
      const history = await open()
      history.add('s', NOW_MS - 10_000, 0)
      expect(history.series('s', NOW_MS - 15_000, NOW_MS, 5_000, 'sum')).toEqual([
        [NOW_MS - 15_000, null],
        [NOW_MS - 10_000, 0],
        [NOW_MS - 5_000, null],
      ])
      expect(history.series('unknown', NOW_MS - 5_000, NOW_MS, 5_000, 'sum')).toEqual([[NOW_MS - 5_000, null]])
      expect(history.series('s', NOW_MS, NOW_MS - 5_000, 5_000, 'sum')).toEqual([])
    })

    it('HIS-4: keeps at most maxSeries, and lets the quietest go', async () => {
      const history = await open(3)
      for (const series of ['a', 'b', 'c', 'a', 'd']) history.add(series, NOW_MS, 1)
      expect(history.names('')).toEqual(['a', 'c', 'd'])
      expect(history.names('c')).toEqual(['c'])
    })

    it('HIS-4: forgets what is older than it reaches', async () => {
      const history = await open()
      history.add('s', NOW_MS - 40 * HOUR, 1)
      for (let i = 0; i <= 30; i++) history.add('s', NOW_MS - 30 * HOUR + i * HOUR, 1)
      const points = history.series('s', NOW_MS - 24 * HOUR, NOW_MS + 300_000, 300_000, 'sum')
      expect(points.filter(([, value]) => value !== null)).toHaveLength(25)
    })
  })
}
