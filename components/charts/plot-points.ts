import { type ChartModel, type PlotRow, type PlotSeries, valueIn } from './chart-model.ts'
import { type PlotFrame, xOf, yOf } from './plot-frame.ts'

/** `s` is what is complete, `p` the bucket that still fills and the one before it (chart-model.ts). */
export type PlotPart = 's' | 'p'

/** A place in the picture in CSS px; `y` is null where the line breaks. */
export type PlotPoint = { readonly x: number; readonly y: number | null }

export type PlotShape = {
  readonly series: PlotSeries
  readonly part: PlotPart
  /** The line; of a stack, the upper edge of its layer. */
  readonly points: readonly PlotPoint[]
  /** The lower edge of what is filled; null for lines, which fill nothing. */
  readonly base: readonly PlotPoint[] | null
}

/**
 * Every line or area of a chart in CSS px, in the order of drawing. In a stack a series without a value adds nothing to
 * those above it, and breaks itself. A part without any value is left out.
 */
export function plotShapes(model: ChartModel, frame: PlotFrame): readonly PlotShape[] {
  const xs = model.rows.map((row) => xOf(row.t, model, frame))
  const ground = new Float64Array(model.rows.length)
  return model.series.flatMap((series) => {
    const base = model.kind === 'lines' ? null : pointsAt(xs, (at) => yOf(ground[at] ?? 0, model, frame))
    const lower = Float64Array.from(ground)
    if (model.kind === 'stack') {
      for (const [at, row] of model.rows.entries()) ground[at] = (ground[at] ?? 0) + (valueIn(row, series.index) ?? 0)
    }
    return (['s', 'p'] as const).flatMap((part) => {
      const points = pointsAt(xs, (at) => {
        const value = partOf(model.rows[at], part, series)
        return value === null ? null : yOf((lower[at] ?? 0) + value, model, frame)
      })
      return points.some((point) => point.y !== null) ? [{ series, part, points, base }] : []
    })
  })
}

function partOf(row: PlotRow | undefined, part: PlotPart, series: PlotSeries): number | null {
  return row?.[`${part}${series.index}`] ?? null
}

function pointsAt(xs: readonly number[], yAt: (at: number) => number | null): readonly PlotPoint[] {
  return xs.map((x, at) => ({ x, y: yAt(at) }))
}
