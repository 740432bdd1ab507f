import { formatDuration, formatShortCount, UNKNOWN } from '../ui/format.ts'
import type { ChartUnit } from './nice-ticks.ts'

/** How values of a chart are written; `perMinute` when its rates are by the minute (chart-model.ts). */
export type ChartScale = { readonly unit: ChartUnit; readonly perMinute: boolean }

/** A value with its unit, for tips, labels and tables. */
export function formatChartValue(value: number | null, scale: ChartScale): string {
  if (value === null) return UNKNOWN
  if (scale.unit === 'duration') return formatDuration(value)
  if (scale.unit === 'count') return formatShortCount(value)
  return `${formatNumber(value)}/${scale.perMinute ? 'min' : 's'}`
}

/** A tick of the value axis: without what the chart's title says already, and as short as it can be. */
export function formatTick(value: number, unit: ChartUnit): string {
  if (unit !== 'duration') return formatNumber(value)
  if (value === 0) return '0'
  if (value < 1_000) return `${Number(value.toPrecision(3))} ms`
  const isMinutes = value >= 600_000 || value % 60_000 === 0
  if (value < 60_000 || (value < 3_600_000 && !isMinutes)) return `${Number((value / 1_000).toPrecision(3))} s`
  if (value < 3_600_000) return `${Number((value / 60_000).toPrecision(3))} m`
  return `${Number((value / 3_600_000).toPrecision(3))} h`
}

function formatNumber(value: number): string {
  return Math.abs(value) >= 100 ? formatShortCount(value) : String(Number(value.toPrecision(2)))
}
