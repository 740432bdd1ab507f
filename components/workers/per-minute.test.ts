import { expect, it } from 'vitest'
import { perMinute } from './per-minute.ts'

it('makes counts of a bucket counts of a minute, of the series that are wanted', () => {
  const chart = {
    series: ['succeeded', 'failed'],
    bucketMs: 15_000,
    points: [[0, 3, 1] as const, [15_000, null, 0] as const],
  }

  expect(perMinute(chart, ['failed', 'succeeded', 'lost']).points).toEqual([
    [0, 4, 12, null],
    [15_000, 0, null, null],
  ])
})
