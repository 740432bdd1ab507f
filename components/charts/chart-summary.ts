import { formatSeconds } from '../ui/format.ts'
import { formatChartValue } from './chart-format.ts'
import { type ChartModel, type PlotSeries, valueIn } from './chart-model.ts'

/** A change below this share of the highest value is called steady. */
const STEADY = 0.1

/**
 * What a chart shows, in one sentence for somebody who does not see it: "Waiting rose from 200 to 3,904 in 20 m 00 s."
 */
export function chartSummary(title: string, model: ChartModel): string {
  if (model.nothing === 'no-data' || model.series.length === 0) return `${title}: no data.`
  const first = model.rows.find((row) => model.series.some((series) => valueIn(row, series.index) !== null))
  const span = formatSeconds(model.window.toMs - (first?.t ?? model.window.fromMs))
  return `${title}: ${model.series.map((series) => movement(series, model)).join('; ')}, in ${span}.`
}

function movement(series: PlotSeries, model: ChartModel): string {
  const values = model.rows.map((row) => valueIn(row, series.index)).filter((value) => value !== null)
  const from = values[0] ?? null
  const to = series.last
  if (from === null || to === null) return `${series.label} unknown`
  const most = Math.max(...values)
  const now = formatChartValue(to, model)
  if (Math.abs(to - from) > most * STEADY) {
    return `${series.label} ${to > from ? 'rose' : 'fell'} from ${formatChartValue(from, model)} to ${now}`
  }
  const peak = most > to * (1 + STEADY) ? `, at most ${formatChartValue(most, model)}` : ''
  return `${series.label} stayed about ${now}${peak}`
}
