import type { ChartView } from '../../lib/live/views.ts'

type Values = readonly (number | null)[]

/**
 * The line of a figure: `points` values out of a chart, each the mean of what falls into it; null where nothing is
 * known. `of` makes one number of the series' values at a moment, named as the chart names them.
 */
export function figureSeries(
  chart: ChartView,
  points: number,
  of: (value: (name: string) => number | null) => number | null,
): Values {
  const values = chart.points.map((point) =>
    of((name) => {
      const index = chart.series.indexOf(name)
      return index < 0 ? null : (point[index + 1] ?? null)
    }),
  )
  const first = values.findIndex((value) => value !== null)
  return first < 0 ? [] : shrink(values.slice(first), points)
}

/** All series together: what waits in all queues. */
export function totalSeries(chart: ChartView, points: number): Values {
  return figureSeries(chart, points, (value) => {
    const known = chart.series.map(value).filter((each) => each !== null)
    return known.length === 0 ? null : known.reduce((sum, each) => sum + each, 0)
  })
}

/** Failed out of all that ended. */
export function failedShareSeries(chart: ChartView, points: number): Values {
  return figureSeries(chart, points, (value) => {
    const succeeded = value('succeeded')
    const failed = value('failed')
    if (succeeded === null || failed === null) return null
    return succeeded + failed === 0 ? 0 : failed / (succeeded + failed)
  })
}

function shrink(values: Values, points: number): Values {
  if (values.length <= points) return values
  return Array.from({ length: points }, (_, i) => {
    const from = Math.floor((i * values.length) / points)
    const known = values.slice(from, Math.floor(((i + 1) * values.length) / points)).filter((value) => value !== null)
    return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length
  })
}
