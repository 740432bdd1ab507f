import type { ChartModel } from './chart-model.ts'
import { placeEndLabels } from './end-labels.ts'

/** Where in its box a chart draws, in CSS px. Both charts of a page share it, so that their times line up. */
export type PlotFrame = {
  readonly width: number
  readonly height: number
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
  readonly hasEndLabels: boolean
}

export const Y_AXIS_WIDTH = 48
export const X_AXIS_HEIGHT = 22
const TOP = 8
/** Room for half of the last time. */
const RIGHT = 18
const END_LABELS_WIDTH = 104
/** Below this there is no room for names at the lines: the legend carries them. */
export const NARROW = 440
const MOST_END_LABELS = 3
const LABEL_HEIGHT = 14

export function plotFrame(width: number, height: number, endLabels: boolean): PlotFrame {
  return {
    width,
    height,
    left: Y_AXIS_WIDTH,
    right: endLabels ? END_LABELS_WIDTH : RIGHT,
    top: TOP,
    bottom: X_AXIS_HEIGHT,
    hasEndLabels: endLabels,
  }
}

export function hasEndLabels(series: number, width: number): boolean {
  return series <= MOST_END_LABELS && width >= NARROW
}

export function xOf(atMs: number, model: ChartModel, frame: PlotFrame): number {
  const { fromMs, toMs } = model.window
  return frame.left + ((atMs - fromMs) / (toMs - fromMs)) * (frame.width - frame.left - frame.right)
}

export function timeAt(x: number, model: ChartModel, frame: PlotFrame): number {
  const { fromMs, toMs } = model.window
  return fromMs + ((x - frame.left) / (frame.width - frame.left - frame.right)) * (toMs - fromMs)
}

export function yOf(value: number, model: ChartModel, frame: PlotFrame): number {
  const low = model.yTicks[0] ?? 0
  const high = model.yTicks.at(-1) ?? 1
  const share = model.log
    ? (Math.log(Math.max(value, low)) - Math.log(low)) / (Math.log(high) - Math.log(low))
    : (value - low) / (high - low)
  return frame.top + (1 - share) * (frame.height - frame.top - frame.bottom)
}

/** Names at the ends of the lines; in a stack each stands at the middle of its newest layer. */
export function endLabels(model: ChartModel, frame: PlotFrame) {
  let ground = 0
  const ends = model.series.flatMap((series) => {
    if (series.last === null) return []
    const level = model.kind === 'stack' ? ground + series.last / 2 : series.last
    ground += series.last
    return [{ index: series.index, y: yOf(level, model, frame) - frame.top }]
  })
  const height = frame.height - frame.top - frame.bottom
  return placeEndLabels(ends, height, LABEL_HEIGHT).map((label) => ({ ...label, y: label.y + frame.top }))
}

/** The row nearest to a time, or null when there is none. Rows are in order of time. */
export function nearestRow(model: ChartModel, atMs: number): number | null {
  const { rows } = model
  if (rows.length === 0) return null
  let low = 0
  let high = rows.length - 1
  while (low < high) {
    const middle = (low + high) >> 1
    if ((rows[middle]?.t ?? 0) < atMs) low = middle + 1
    else high = middle
  }
  const before = rows[low - 1]
  const at = rows[low]
  return before !== undefined && at !== undefined && atMs - before.t < at.t - atMs ? low - 1 : low
}
