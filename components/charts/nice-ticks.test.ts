import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type ChartUnit, logTicks, niceTicks } from './nice-ticks.ts'

describe('niceTicks', () => {
  it.each<[number, ChartUnit, readonly number[]]>([
    [0, 'count', [0, 1]],
    [1, 'count', [0, 1]],
    [3, 'count', [0, 1, 2, 3]],
    [7, 'count', [0, 3, 6, 9]],
    [4_120, 'count', [0, 2_000, 4_000, 6_000]],
    [0.6, 'rate', [0, 0.2, 0.4, 0.6]],
    [182, 'rate', [0, 100, 200]],
    [120, 'duration', [0, 50, 100, 150]],
    [3_200, 'duration', [0, 2_000, 4_000]],
    [150_000, 'duration', [0, 60_000, 120_000, 180_000]],
    [3 * 3_600_000, 'duration', [0, 3_600_000, 7_200_000, 10_800_000]],
  ])('%s %s', (max, unit, ticks) => {
    expect(niceTicks(max, unit)).toEqual(ticks)
  })

  it('starts at 0, covers the maximum, has at most four ticks, and whole steps for counts', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1e-6, max: 1e12, noNaN: true }),
        fc.constantFrom<ChartUnit>('count', 'rate', 'duration'),
        (max, unit) => {
          const ticks = niceTicks(max, unit)
          expect(ticks[0]).toBe(0)
          expect(ticks.length).toBeGreaterThanOrEqual(2)
          expect(ticks.length).toBeLessThanOrEqual(4)
          expect(ticks.at(-1)).toBeGreaterThanOrEqual(max * (1 - 1e-6))
          if (unit === 'count') expect(ticks.every(Number.isInteger)).toBe(true)
        },
      ),
    )
  })

  it.each([Number.NaN, Number.POSITIVE_INFINITY, -5])('treats %s as nothing', (max) => {
    expect(niceTicks(max, 'count')).toEqual([0, 1])
  })
})

describe('logTicks', () => {
  it('encloses the values in powers of ten', () => {
    expect(logTicks(3, 4_200)).toEqual([1, 100, 10_000])
    expect(logTicks(10, 500)).toEqual([10, 100, 1_000])
  })

  it('has at least two ticks when all values are the same', () => {
    expect(logTicks(10, 10)).toEqual([10, 100])
  })
})
