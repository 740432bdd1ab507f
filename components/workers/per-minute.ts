import type { ChartView } from '../../lib/live/views.ts'

const MINUTE_MS = 60_000

/** Counts per bucket as counts per minute, of some of the series. What is not known stays so. */
export function perMinute({ series, bucketMs, points }: ChartView, wanted: readonly string[]): ChartView {
  const columns = wanted.map((name) => series.indexOf(name) + 1)
  const factor = MINUTE_MS / bucketMs
  return {
    series: wanted,
    bucketMs,
    points: points.map((point) => [
      point[0] ?? null,
      ...columns.map((at) => {
        const value = at === 0 ? null : (point[at] ?? null)
        return value === null ? null : value * factor
      }),
    ]),
  }
}
