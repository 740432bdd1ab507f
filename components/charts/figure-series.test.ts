import { describe, expect, it } from 'vitest'
import { failedShareSeries, figureSeries, totalSeries } from './figure-series.ts'

const chart = (series: readonly string[], rows: readonly (readonly (number | null)[])[]) => ({
  series,
  bucketMs: 1,
  points: rows.map((row, i) => [i, ...row]),
})

describe('figureSeries', () => {
  it('starts where something is known and keeps later holes', () => {
    const view = chart(['a'], [[null], [null], [1], [null], [3]])
    expect(figureSeries(view, 10, (value) => value('a'))).toEqual([1, null, 3])
  })

  it('is the mean of what falls into a point', () => {
    const view = chart(['a'], [[0], [2], [4], [6]])
    expect(figureSeries(view, 2, (value) => value('a'))).toEqual([1, 5])
  })

  it('knows nothing of a series that is not there', () => {
    expect(figureSeries(chart(['a'], [[1]]), 2, (value) => value('b'))).toEqual([])
  })
})

describe('totalSeries', () => {
  it('adds what is known', () => {
    expect(
      totalSeries(
        chart(
          ['a', 'b'],
          [
            [1, 2],
            [3, null],
            [null, null],
            [0, 0],
          ],
        ),
        10,
      ),
    ).toEqual([3, 3, null, 0])
  })
})

describe('failedShareSeries', () => {
  it('is 0, not unknown, where nothing ended', () => {
    expect(
      failedShareSeries(
        chart(
          ['succeeded', 'failed'],
          [
            [3, 1],
            [0, 0],
            [null, null],
            [0, 2],
          ],
        ),
        10,
      ),
    ).toEqual([0.25, 0, null, 1])
  })
})
