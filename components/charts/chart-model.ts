import type { ChartView } from '../../lib/live/views.ts'
import { type ChartWindow, chartWindow } from './chart-window.ts'
import { type ChartUnit, logTicks, niceTicks } from './nice-ticks.ts'
import type { SeriesStyle } from './series-style.ts'
import { thinPoints } from './thin-points.ts'

export type ChartKind = 'lines' | 'area' | 'stack'

/**
 * One point in time: `t`, then for series i `s<i>` (what is complete) and `p<i>` (the bucket that
 * still fills, with the one before it so that a dashed line can be drawn).
 */
export type PlotRow = { readonly t: number; readonly [key: string]: number | null }

export type PlotSeries = SeriesStyle & {
  readonly index: number
  /** The newest known value. */
  readonly last: number | null
  readonly lastAtMs: number | null
}

export type ChartModel = {
  readonly kind: ChartKind
  readonly unit: ChartUnit
  readonly series: readonly PlotSeries[]
  readonly rows: readonly PlotRow[]
  readonly window: ChartWindow
  /** The newest bucket still fills: it is drawn dashed and called "so far". */
  readonly filling: boolean
  readonly bucketMs: number
  readonly yTicks: readonly number[]
  readonly log: boolean
  /** Values are per minute, since per second they would all be below 1. */
  readonly perMinute: boolean
  /** Spans without data, for hatching. */
  readonly gaps: readonly (readonly [fromMs: number, toMs: number])[]
  /** Drawn only when the values come near it; else it would flatten them. */
  readonly limit: number | null
  /** No value at all in the window, or nothing but zeros. */
  readonly nothing: 'no-data' | 'all-zero' | null
}

export type ChartOptions = {
  readonly kind: ChartKind
  readonly unit: ChartUnit
  readonly rangeMs: number
  /** All of the view is shown: somebody chose its beginning and its end. */
  readonly isFixed?: boolean
  readonly styles: readonly SeriesStyle[]
  readonly asOfMs: number
  readonly limit?: number | null
  /** False where null only means that nothing happened (a percentile of no tasks). */
  readonly hatchGaps?: boolean
  readonly hidden?: ReadonlySet<string>
  /** How many points there is room for; more are joined. */
  readonly mostPoints?: number
}

/** How near (as a share of the limit) values must come for the limit line to be drawn. */
const LIMIT_IN_SIGHT = 0.2
/** Durations whose typical levels differ by more than this are drawn on a logarithmic axis (ux.md 7). */
const LOG_FROM = 20

/** Everything a chart needs to be drawn, without a DOM. Points outside of the window and hidden series are left out. */
export function chartModel(view: ChartView, options: ChartOptions): ChartModel {
  const { kind, unit, hidden } = options
  const shown = view.series.flatMap((name, index) => {
    const style = options.styles.find((candidate) => candidate.name === name)
    return style === undefined || hidden?.has(name) ? [] : [{ style, index }]
  })
  const known = view.points.filter((point) => point[0] != null)
  const first = known.find((point) => point.slice(1).some((value) => value != null))
  const lastMs = known.at(-1)?.[0] ?? options.asOfMs
  const recorded =
    options.isFixed === true
      ? { fromMs: known[0]?.[0] ?? lastMs - options.rangeMs, toMs: lastMs, recordedSinceMs: null }
      : chartWindow(options.rangeMs, first?.[0] ?? null, lastMs)
  const { bucketMs, points: inside } = thinPoints(
    { ...view, points: known.filter((point) => Number(point[0]) >= recorded.fromMs) },
    options.mostPoints ?? Number.POSITIVE_INFINITY,
    unit,
  )
  // Joined buckets start earlier than the newest one: the axis ends where the line does.
  const toMs = inside.at(-1)?.[0] ?? recorded.toMs
  const window = { ...recorded, fromMs: recorded.fromMs - (recorded.toMs - toMs), toMs }
  const filling = inside.length > 0 && toMs + bucketMs > options.asOfMs

  const raw = inside.map((point) => shown.map(({ index }) => point[index + 1] ?? null))
  const perMinute =
    unit === 'rate' && raw.every((values) => sumOf(values) < 1) && raw.some((values) => sumOf(values) > 0)
  const scale = perMinute ? 60 : 1
  const values = perMinute ? raw.map((row) => row.map((value) => (value === null ? null : value * scale))) : raw

  const top = Math.max(0, ...values.map((row) => (kind === 'stack' ? sumOf(row) : maxOf(row))))
  const limit = options.limit != null && top >= options.limit * LIMIT_IN_SIGHT ? options.limit : null
  const log = unit === 'duration' && kind === 'lines' && spread(values) > LOG_FROM
  const positive = values.flat().filter((value): value is number => value !== null && value > 0)
  const yTicks = log ? logTicks(Math.min(...positive), top) : niceTicks(Math.max(top, limit ?? 0), unit)
  const floor = log ? (yTicks[0] ?? 1) : 0

  return {
    kind,
    unit,
    series: shown.map(({ style }, index) => ({ ...style, index, ...lastOf(inside, values, index) })),
    rows: inside.map((point, at) => plotRow(Number(point[0]), values[at] ?? [], at, inside.length, filling, floor)),
    window,
    filling,
    bucketMs,
    yTicks,
    log,
    perMinute,
    gaps: options.hatchGaps === false ? [] : gapsOf(inside, values, window, bucketMs),
    limit,
    nothing: values.every((row) => row.every((value) => value === null)) ? 'no-data' : top === 0 ? 'all-zero' : null,
  }
}

/** The value of series `index` in a row, whether complete or still filling. */
export function valueIn(row: PlotRow, index: number): number | null {
  return row[`s${index}`] ?? row[`p${index}`] ?? null
}

function plotRow(
  t: number,
  values: readonly (number | null)[],
  at: number,
  of: number,
  filling: boolean,
  floor: number,
): PlotRow {
  const row: { t: number; [key: string]: number | null } = { t }
  const isLast = filling && at === of - 1
  const isBeforeLast = filling && at === of - 2
  for (const [index, value] of values.entries()) {
    const drawn = value === null ? null : Math.max(value, floor)
    row[`s${index}`] = isLast ? null : drawn
    if (isLast || isBeforeLast) row[`p${index}`] = drawn
  }
  return row
}

function lastOf(points: ChartView['points'], values: readonly (readonly (number | null)[])[], index: number) {
  for (let at = values.length - 1; at >= 0; at--) {
    const value = values[at]?.[index]
    if (value != null) return { last: value, lastAtMs: points[at]?.[0] ?? null }
  }
  return { last: null, lastAtMs: null }
}

function gapsOf(
  points: ChartView['points'],
  values: readonly (readonly (number | null)[])[],
  window: ChartWindow,
  bucketMs: number,
): readonly (readonly [number, number])[] {
  const gaps: [number, number][] = []
  let previousMs = window.fromMs
  for (const [at, point] of points.entries()) {
    if (values[at]?.every((value) => value === null)) continue
    const t = Number(point[0])
    if (t - previousMs > bucketMs * 1.5) gaps.push([previousMs, t])
    previousMs = t
  }
  if (gaps.length > 0 || previousMs > window.fromMs) {
    if (window.toMs - previousMs > bucketMs * 1.5) gaps.push([previousMs, window.toMs])
  }
  return gaps
}

/** How many times the typical level of the highest series is that of the lowest. */
function spread(values: readonly (readonly (number | null)[])[]): number {
  const width = values[0]?.length ?? 0
  const levels = Array.from({ length: width }, (_, index) => median(values.map((row) => row[index] ?? null))).filter(
    (level) => level > 0,
  )
  return levels.length < 2 ? 1 : Math.max(...levels) / Math.min(...levels)
}

function median(values: readonly (number | null)[]): number {
  const known = values.filter((value): value is number => value !== null).sort((a, b) => a - b)
  return known[Math.floor(known.length / 2)] ?? 0
}

function sumOf(values: readonly (number | null)[]): number {
  return values.reduce<number>((sum, value) => sum + (value ?? 0), 0)
}

function maxOf(values: readonly (number | null)[]): number {
  return values.reduce<number>((max, value) => Math.max(max, value ?? 0), 0)
}
