import { describe, expect, it } from 'vitest'
import type { ChartView } from '../../lib/live/views.ts'
import { type ChartOptions, chartModel, valueIn } from './chart-model.ts'

const MINUTE = 60_000
const BUCKET = 10_000
const START = 1_000 * 3_600_000

function view(series: readonly string[], rows: readonly (readonly (number | null)[])[]): ChartView {
  return { series, bucketMs: BUCKET, points: rows.map((row, i) => [START + i * BUCKET, ...row]) }
}

const style = (name: string) => ({ name, label: name, color: 'red' })

function model(chart: ChartView, options: Partial<ChartOptions> = {}) {
  const end = START + chart.points.length * BUCKET
  return chartModel(chart, {
    kind: 'lines',
    unit: 'count',
    rangeMs: 5 * MINUTE,
    styles: chart.series.map(style),
    asOfMs: end,
    ...options,
  })
}

describe('chartModel', () => {
  it('keeps complete buckets in s and the one that fills in p, with the one before it', () => {
    const chart = model(view(['a'], [[1], [2], [3]]), { asOfMs: START + 2 * BUCKET + 1 })
    expect(chart.filling).toBe(true)
    expect(chart.rows).toEqual([
      { t: START, s0: 1 },
      { t: START + BUCKET, s0: 2, p0: 2 },
      { t: START + 2 * BUCKET, s0: null, p0: 3 },
    ])
    expect(chart.rows.map((row) => valueIn(row, 0))).toEqual([1, 2, 3])
    expect(chart.series[0]).toMatchObject({ last: 3, lastAtMs: START + 2 * BUCKET })
  })

  it('draws 0 as 0 and null as a gap', () => {
    const chart = model(
      view(
        ['a', 'b'],
        [
          [1, 0],
          [null, null],
          [null, null],
          [0, 4],
          [2, null],
        ],
      ),
      { asOfMs: START + MINUTE },
    )
    expect(chart.gaps).toContainEqual([START, START + 3 * BUCKET])
    expect(chart.rows[3]).toMatchObject({ s0: 0, s1: 4 })
  })

  it('hatches nothing where null only means that nothing happened', () => {
    const chart = model(view(['a'], [[1], [null], [null], [2]]), { hatchGaps: false })
    expect(chart.gaps).toEqual([])
  })

  it('hatches the part of the window before the first value', () => {
    const rows = Array.from({ length: 18 }, (_, i) => [i < 12 ? null : 5])
    const chart = model(view(['a'], rows), { rangeMs: 60 * MINUTE })
    expect(chart.window.recordedSinceMs).toBe(START + 12 * BUCKET)
    expect(chart.gaps).toEqual([[chart.window.fromMs, START + 12 * BUCKET]])
  })

  it('speaks per minute when everything is below 1 a second', () => {
    const chart = model(view(['a'], [[0.1], [0.2], [0.4]]), { unit: 'rate' })
    expect(chart.perMinute).toBe(true)
    expect(chart.series[0]?.last).toBeCloseTo(24)
    expect(model(view(['a'], [[0.1], [3]]), { unit: 'rate' }).perMinute).toBe(false)
  })

  it('stacks up to the sum', () => {
    const chart = model(
      view(
        ['a', 'b'],
        [
          [40, 50],
          [10, 10],
        ],
      ),
      { kind: 'stack' },
    )
    expect(chart.yTicks.at(-1)).toBeGreaterThanOrEqual(90)
  })

  it('shows the limit only where the values come near it', () => {
    expect(model(view(['a'], [[5]]), { limit: 1_000 }).limit).toBeNull()
    const near = model(view(['a'], [[400]]), { limit: 1_000 })
    expect(near.limit).toBe(1_000)
    expect(near.yTicks.at(-1)).toBeGreaterThanOrEqual(1_000)
  })

  it('turns logarithmic for durations that differ twentyfold, and lifts zeros to its ground', () => {
    const chart = model(
      view(
        ['wait', 'run'],
        [
          [5, 4_000],
          [6, 5_000],
          [0, 4_500],
        ],
      ),
      { unit: 'duration' },
    )
    expect(chart.log).toBe(true)
    expect(chart.yTicks[0]).toBe(1)
    expect(chart.rows[2]).toMatchObject({ s0: 1 })
    expect(model(view(['wait', 'run'], [[500, 4_000]]), { unit: 'duration' }).log).toBe(false)
  })

  it('leaves out hidden series and those without a style', () => {
    const chart = model(view(['a', 'b', 'c'], [[1, 200, 3]]), {
      hidden: new Set(['b']),
      styles: [style('a'), style('b')],
    })
    expect(chart.series.map((series) => series.name)).toEqual(['a'])
    expect(chart.yTicks.at(-1)).toBeLessThan(10)
  })

  it('says when there is nothing', () => {
    expect(model(view(['a'], [])).nothing).toBe('no-data')
    expect(model(view(['a'], [[null]])).nothing).toBe('no-data')
    expect(model(view(['a'], [[0]])).nothing).toBe('all-zero')
    expect(model(view(['a'], [[1]])).nothing).toBeNull()
  })

  it('joins points where there is no room, inside the window only, and ends the axis at the last', () => {
    const rows = Array.from({ length: 360 }, (_, i) => [i < 348 ? null : i])
    const chart = model(view(['a'], rows), { rangeMs: 60 * MINUTE, mostPoints: 40, asOfMs: START + 360 * BUCKET })
    expect(chart.bucketMs).toBe(BUCKET)
    const full = model(
      view(
        ['a'],
        rows.map((_, i) => [i]),
      ),
      { rangeMs: 60 * MINUTE, mostPoints: 90 },
    )
    expect(full.bucketMs).toBe(4 * BUCKET)
    expect(full.rows).toHaveLength(90)
    expect(full.window.toMs).toBe(full.rows.at(-1)?.t)
    expect(full.series[0]?.last).toBe(359)
  })
})
