/** Charts from the history: aligned buckets, at most 360 points, null where nothing is known (ux.md 7). */
import type { History, Take } from '../../history/history.ts'
import { bucketMsOf, isMoments, momentsOf, type TimeSpan } from '../../live/time-span.ts'
import type { ChartView } from '../../live/views.ts'

export interface ChartSeries {
  /** The name on the chart. */
  readonly name: string
  /** The series in the history. */
  readonly key: string
  /** Rates are kept as counts of each second: `mean` is then per second, in the bucket that is still filling too. */
  readonly take: Take
}

const MOST_POINTS = 360
/** A line has two ends. */
const FEWEST_POINTS = 2

/** Of a range, the last point is the bucket that is still filling. */
export function chartOf(history: History, series: readonly ChartSeries[], span: TimeSpan, nowMs: number): ChartView {
  const { firstMs, bucketMs, points } = bucketsOf(span, nowMs)
  const columns = series.map(({ key, take }) => {
    const values = history.series(key, firstMs, firstMs + points * bucketMs, bucketMs, take)
    return new Map(values.map(([startMs, value]) => [startMs, value === null ? null : round(value)]))
  })
  return {
    series: series.map(({ name }) => name),
    bucketMs,
    points: Array.from({ length: points }, (_, i) => {
      const startMs = firstMs + i * bucketMs
      return [startMs, ...columns.map((values) => values.get(startMs) ?? null)]
    }),
  }
}

export interface Buckets {
  readonly firstMs: number
  readonly bucketMs: number
  readonly points: number
}

/** The buckets that a chart of this span has. */
export function bucketsOf(span: TimeSpan, nowMs: number): Buckets {
  const bucketMs = bucketMsOf(span, nowMs)
  const { fromMs, toMs } = momentsOf(span, nowMs)
  const lastMs = Math.floor((isMoments(span) ? toMs - 1 : toMs) / bucketMs) * bucketMs
  const wanted = isMoments(span)
    ? (lastMs - Math.floor(fromMs / bucketMs) * bucketMs) / bucketMs + 1
    : (toMs - fromMs) / bucketMs
  const points = Math.min(MOST_POINTS, Math.max(FEWEST_POINTS, wanted))
  return { firstMs: lastMs - (points - 1) * bucketMs, bucketMs, points }
}

/** Three digits after the point are more than a chart can show, and keep the messages short. */
function round(value: number): number {
  return Math.round(value * 1_000) / 1_000
}

/** A value that is made again at most every `everyMs`: charts need not move five times a second. */
export function paced<T>(everyMs: number, make: (nowMs: number) => T): (nowMs: number) => T {
  let madeMs = Number.NEGATIVE_INFINITY
  let value: T
  return (nowMs) => {
    if (Math.abs(nowMs - madeMs) >= everyMs) {
      madeMs = nowMs
      value = make(nowMs)
    }
    return value
  }
}
