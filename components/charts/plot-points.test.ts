import { describe, expect, test } from 'vitest'
import type { ChartView } from '../../lib/live/views.ts'
import { type ChartKind, chartModel } from './chart-model.ts'
import { plotFrame } from './plot-frame.ts'
import { plotShapes } from './plot-points.ts'

const STYLES = [
  { name: 'a', label: 'A', color: 'red' },
  { name: 'b', label: 'B', color: 'blue' },
]
const frame = { ...plotFrame(200, 130, false), left: 0, right: 0, top: 0, bottom: 30 }

describe('the lines of a chart in pixels', () => {
  test('a line goes from the left to the right edge, high values at the top, and breaks where nothing is known', () => {
    const model = modelOf('lines', [
      [0, 0, null],
      [10_000, null, null],
      [20_000, 10, null],
    ])
    const [shape, ...more] = plotShapes(model, frame)

    expect(more).toEqual([])
    expect(shape?.base).toBeNull()
    expect(shape?.points.map((point) => point.x)).toEqual([0, 100, 200])
    expect(shape?.points.map((point) => point.y)).toEqual([100, null, 0])
  })

  test('layers of a stack stand on each other, and one without a value adds nothing', () => {
    const model = modelOf('stack', [
      [0, 4, 6],
      [10_000, null, 6],
      [20_000, 5, 5],
    ])
    const [lower, upper] = plotShapes(model, frame)

    expect(lower?.base?.map((point) => point.y)).toEqual([100, 100, 100])
    expect(lower?.points.map((point) => point.y)).toEqual([60, null, 50])
    expect(upper?.base?.map((point) => point.y)).toEqual([60, 100, 50])
    expect(upper?.points.map((point) => point.y)).toEqual([0, 40, 0])
  })

  test('areas all stand on the ground', () => {
    const model = modelOf('area', [
      [0, 4, 10],
      [20_000, 4, 10],
    ])
    expect(plotShapes(model, frame).map((shape) => shape.base?.map((point) => point.y))).toEqual([
      [100, 100],
      [100, 100],
    ])
  })

  test('the bucket that still fills is a part of its own, joined to the one before it', () => {
    const model = modelOf(
      'area',
      [
        [0, 1, null],
        [10_000, 2, null],
        [20_000, 10, null],
      ],
      25_000,
    )
    expect(plotShapes(model, frame).map(({ part, points }) => [part, points.map((point) => point.y)])).toEqual([
      ['s', [90, 80, null]],
      ['p', [null, 80, 0]],
    ])
  })
})

function modelOf(kind: ChartKind, points: ChartView['points'], asOfMs = 60_000) {
  const view = { series: ['a', 'b'], bucketMs: 10_000, points }
  return chartModel(view, { kind, unit: 'count', rangeMs: 20_000, styles: STYLES, asOfMs })
}
