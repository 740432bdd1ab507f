import { describe, expect, it } from 'vitest'
import { thinPoints } from './thin-points.ts'

const view = (rows: readonly (number | null)[], startMs = 0) => ({
  series: ['a'],
  bucketMs: 10,
  points: rows.map((value, i) => [startMs + i * 10, value]),
})

describe('thinPoints', () => {
  it('leaves few points alone', () => {
    const few = view([1, 2, 3])
    expect(thinPoints(few, 3, 'count')).toBe(few)
  })

  it('averages rates and keeps the peaks of the rest', () => {
    expect(thinPoints(view([1, 3, 5, 7]), 2, 'rate')).toEqual({
      series: ['a'],
      bucketMs: 20,
      points: [
        [0, 2],
        [20, 6],
      ],
    })
    expect(thinPoints(view([1, 3, 9, 7]), 2, 'duration').points).toEqual([
      [0, 3],
      [20, 9],
    ])
  })

  it('knows nothing only where nothing was known', () => {
    expect(thinPoints(view([null, null, null, 7]), 2, 'count').points).toEqual([
      [0, null],
      [20, 7],
    ])
  })

  it('joins on round times, wherever the window starts', () => {
    expect(thinPoints(view([1, 2, 3, 4], 10), 2, 'count').points.map(([at]) => at)).toEqual([0, 20, 40])
  })
})
