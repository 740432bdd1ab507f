import type { ChartView } from '../../lib/live/views.ts'
import type { ChartUnit } from './nice-ticks.ts'

/**
 * Joins neighbouring buckets until there are at most `most` points: more of them than there is room for are noise.
 * Rates are averaged, which is exact; of depths and durations the highest stays, so that no peak is lost. Buckets are
 * joined on round times, so that points do not change while the window moves on.
 */
export function thinPoints(view: ChartView, most: number, unit: ChartUnit): ChartView {
  if (view.points.length <= most || most < 1) return view
  const bucketMs = view.bucketMs * Math.ceil(view.points.length / most)
  const join = unit === 'rate' ? mean : highest
  const groups = Map.groupBy(view.points, (point) => Math.floor((point[0] ?? 0) / bucketMs))
  const points = [...groups].map(([slot, group]) => [
    slot * bucketMs,
    ...view.series.map((_, index) => join(group.flatMap((point) => point[index + 1] ?? []))),
  ])
  return { series: view.series, bucketMs, points }
}

function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length
}

function highest(values: readonly number[]): number | null {
  return values.length === 0 ? null : Math.max(...values)
}
