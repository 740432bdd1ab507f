import type { ActivitySeries } from '../../lib/live/survey-views.ts'
import type { ChartView } from '../../lib/live/views.ts'
import { formatCount, formatTime, plural } from '../ui/format.ts'

/** From the ground up: what went wrong stands on the line, where it can be compared. */
export const STACK: readonly { readonly series: ActivitySeries; readonly word: string; readonly color: string }[] = [
  { series: 'failed', word: 'failed', color: 'var(--chart-failed)' },
  { series: 'retrying', word: 'retrying', color: 'var(--chart-retried)' },
  { series: 'running', word: 'running', color: 'var(--chart-running)' },
  { series: 'waiting', word: 'waiting', color: 'var(--chart-waiting)' },
  { series: 'other', word: 'in other states', color: 'var(--chart-revoked)' },
  { series: 'succeeded', word: 'succeeded', color: 'var(--chart-succeeded)' },
]

export type ActivityBars = {
  /** One SVG path a series, in the order of `STACK`; '' where it has no task. */
  readonly paths: readonly string[]
  readonly fromMs: number
  readonly toMs: number
  readonly bucketMs: number
}

/** Less could not be seen. */
const LEAST_PX = 1.5
const GAP_PX = 1

/** The chart as bars in a box of CSS px. */
export function activityBars(chart: ChartView, width: number, height: number): ActivityBars {
  const { points, bucketMs } = chart
  const step = width / Math.max(1, points.length)
  const bar = Math.max(1, step - GAP_PX)
  const highest = Math.max(1, ...points.map(totalOf))
  const places = STACK.map(({ series }) => chart.series.indexOf(series) + 1)
  const paths = STACK.map(() => '')
  for (const [i, point] of points.entries()) {
    let ground = height
    for (const [at, place] of places.entries()) {
      const count = point[place] ?? 0
      if (count === 0) continue
      const tall = Math.min(ground, Math.max(LEAST_PX, (count / highest) * height))
      ground -= tall
      paths[at] += `M${px(i * step)} ${px(ground)}h${px(bar)}v${px(tall)}h${px(-bar)}z`
    }
  }
  const fromMs = points[0]?.[0] ?? 0
  return { paths, fromMs, toMs: fromMs + points.length * bucketMs, bucketMs }
}

/** Which bucket a place in the box belongs to. */
export function bucketAt(chart: ChartView, x: number, width: number): number {
  return Math.min(chart.points.length - 1, Math.max(0, Math.floor((x / width) * chart.points.length)))
}

/** "13:02:10, 40 tasks: 3 failed, 37 succeeded" */
export function bucketWords(chart: ChartView, at: number): string {
  const point = chart.points[at]
  if (point === undefined) return ''
  const parts = STACK.flatMap(({ series, word }) => {
    const count = point[chart.series.indexOf(series) + 1] ?? 0
    return count === 0 ? [] : [`${formatCount(count)} ${word}`]
  })
  const head = `${formatTime(point[0])}, ${plural(totalOf(point), 'task')}`
  return parts.length === 0 ? head : `${head}: ${parts.join(', ')}`
}

/** The chart in a sentence. */
export function activitySummary(chart: ChartView): string {
  const total = chart.points.reduce((sum, point) => sum + totalOf(point), 0)
  const failed = chart.points.reduce((sum, point) => sum + (point[chart.series.indexOf('failed') + 1] ?? 0), 0)
  const [first, last] = [chart.points[0]?.[0] ?? null, chart.points.at(-1)?.[0] ?? null]
  return `When these tasks came: ${plural(total, 'task')} from ${formatTime(first)} to ${formatTime(last)}, ${formatCount(failed)} failed.`
}

function totalOf(point: readonly (number | null)[]): number {
  let total = 0
  for (let i = 1; i < point.length; i++) total += point[i] ?? 0
  return total
}

function px(value: number): number {
  return Math.round(value * 10) / 10
}
