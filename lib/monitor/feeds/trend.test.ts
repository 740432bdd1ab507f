import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { trendOf } from './trend.ts'

const START = 1_795_225_138_000
const line = (from: number, perSecond: number, points = 25) =>
  Array.from({ length: points }, (_, i) => [START + i * 5_000, from + perSecond * i * 5] as const)

describe('the trend of a queue', () => {
  it('finds the slope of any straight line', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2_000, max: 100_000 }), fc.integer({ min: -15, max: 50 }), (from, perSecond) => {
        const { slope } = trendOf(line(from, perSecond), from, true)
        expect(slope).toBeCloseTo(perSecond, 3)
      }),
    )
  })

  it('says when a draining queue will be empty', () => {
    expect(trendOf(line(1_000, -5), 400, true)).toMatchObject({ trend: 'draining', emptyInMs: 80_000 })
  })

  it('tells growing, steady and empty apart', () => {
    expect(trendOf(line(10, 3), 370, true).trend).toBe('growing')
    expect(trendOf(line(370, 0), 370, true).trend).toBe('steady')
    expect(trendOf(line(5, -0.01), 0, true).trend).toBe('empty')
  })

  it('says never where nobody takes, and unknown where it cannot know', () => {
    expect(trendOf(line(10, 0), 10, false).trend).toBe('never')
    expect(trendOf(line(10, 3), null, true).trend).toBe('unknown')
    expect(trendOf(line(10, 3, 2), 10, true).trend).toBe('unknown')
  })

  it('leaves out rounds that failed instead of taking them for 0', () => {
    const points = line(1_000, -5).map(([at, value], i) => [at, i % 3 === 0 ? null : value] as const)
    expect(trendOf(points, 400, true).slope).toBeCloseTo(-5, 3)
  })
})
