'use client'

import type { KeyboardEvent, PointerEvent } from 'react'
import type { Moments } from '../../lib/live/time-span.ts'
import type { MarkView } from '../../lib/live/views.ts'
import { cx } from '../ui/cx.ts'
import { formatChartValue } from './chart-format.ts'
import { marksAt } from './chart-marks.ts'
import { type ChartModel, type PlotSeries, valueIn } from './chart-model.ts'
import { ChartTip, tipText } from './chart-tip.tsx'
import { pointTo, useCrosshair } from './crosshair.ts'
import { endLabels, nearestRow, type PlotFrame, timeAt, xOf, yOf } from './plot-frame.ts'
import { type Brush, useBrush } from './use-brush.ts'

type Props = {
  readonly id: string
  readonly title: string
  readonly group: string
  readonly model: ChartModel
  readonly frame: PlotFrame
  readonly marks: readonly MarkView[]
  readonly onZoom: ((moments: Moments) => void) | undefined
}

const KEY_STEPS: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowRight: 1, PageUp: -10, PageDown: 10 }

/**
 * What answers the pointer and the keys: the crosshair that all charts of a group share, the numbers at it, the names
 * at the line ends. It lies over the picture, so that pointing at it never draws the picture again.
 */
export function PlotOverlay({ id, title, group, model, frame, marks, onZoom }: Props) {
  const crosshair = useCrosshair(group)
  const at = crosshair === null ? null : nearestRow(model, crosshair.atMs)
  const row = at === null ? undefined : model.rows[at]
  const own = crosshair?.by === id && row !== undefined
  const here = row === undefined ? [] : marksAt(marks, row.t, model.bucketMs)

  const { brush, handlers } = useBrush(onZoom && ((picked) => onZoom(stretchOf(picked, model, frame))))

  function onPointer(event: PointerEvent<HTMLDivElement>) {
    const x = event.clientX - event.currentTarget.getBoundingClientRect().left
    pointTo(group, { atMs: timeAt(x, model, frame), by: id })
  }

  function onKey(event: KeyboardEvent) {
    const last = model.rows.length - 1
    if (event.key === 'Escape') return pointTo(group, null)
    const step = KEY_STEPS[event.key]
    const target = event.key === 'Home' ? 0 : event.key === 'End' ? last : step && (at ?? last + 1) + step
    if (target === undefined) return
    event.preventDefault()
    const row = model.rows[Math.min(last, Math.max(0, target))]
    if (row) pointTo(group, { atMs: row.t, by: id })
  }

  return (
    // A slider over time: the arrow keys walk along it and a screen reader hears the numbers.
    <div
      role="slider"
      tabIndex={0}
      aria-label={`${title}: values over time`}
      aria-valuemin={0}
      aria-valuemax={Math.max(0, model.rows.length - 1)}
      aria-valuenow={at ?? Math.max(0, model.rows.length - 1)}
      aria-valuetext={tipText(model, row ?? model.rows.at(-1), here)}
      className={cx('absolute inset-0 touch-pan-y select-none rounded-sm', onZoom && 'cursor-crosshair')}
      onPointerMove={(event) => {
        onPointer(event)
        handlers.onPointerMove(event)
      }}
      onPointerDown={(event) => {
        onPointer(event)
        handlers.onPointerDown(event)
      }}
      onPointerUp={handlers.onPointerUp}
      onPointerCancel={handlers.onPointerCancel}
      onPointerLeave={() => pointTo(group, null)}
      onKeyDown={onKey}
      onBlur={() => pointTo(group, null)}
    >
      <svg width={frame.width} height={frame.height} className="pointer-events-none block" aria-hidden="true">
        <LoneDots model={model} frame={frame} />
        {brush !== null && <BrushMark brush={brush} frame={frame} />}
        {row && (
          <g>
            <line
              x1={xOf(row.t, model, frame)}
              x2={xOf(row.t, model, frame)}
              y1={frame.top}
              y2={frame.height - frame.bottom}
              stroke="var(--line-strong)"
              strokeWidth={1}
            />
            {model.kind !== 'stack' &&
              model.series.map((series) => {
                const value = valueIn(row, series.index)
                return value === null ? null : (
                  <circle
                    key={series.name}
                    cx={xOf(row.t, model, frame)}
                    cy={yOf(value, model, frame)}
                    r={3}
                    fill={series.color}
                    stroke="var(--surface)"
                    strokeWidth={1.5}
                  />
                )
              })}
          </g>
        )}
        {frame.hasEndLabels && <EndLabels model={model} frame={frame} />}
        {model.limit !== null && <LimitLabel limit={model.limit} model={model} frame={frame} />}
      </svg>
      {own && brush === null && <ChartTip model={model} frame={frame} row={row} marks={here} />}
    </div>
  )
}

/** Whole buckets: the one in which it begins, the one in which it ends, and what is between. */
function stretchOf({ a, b }: Brush, model: ChartModel, frame: PlotFrame): Moments {
  const { bucketMs, window } = model
  const inside = (x: number) => Math.min(window.toMs, Math.max(window.fromMs, timeAt(x, model, frame)))
  const startOf = (x: number) => Math.floor(inside(x) / bucketMs) * bucketMs
  return { fromMs: startOf(Math.min(a, b)), toMs: startOf(Math.max(a, b)) + bucketMs }
}

function BrushMark({ brush, frame }: { readonly brush: Brush; readonly frame: PlotFrame }) {
  const inside = (x: number) => Math.min(frame.width - frame.right, Math.max(frame.left, x))
  const [left, right] = [inside(Math.min(brush.a, brush.b)), inside(Math.max(brush.a, brush.b))]
  const box = { x: left, width: right - left, y: frame.top, height: frame.height - frame.top - frame.bottom }
  return <rect {...box} fill="var(--accent)" fillOpacity={0.14} stroke="var(--accent)" strokeOpacity={0.6} />
}

function EndLabels({ model, frame }: Pick<Props, 'model' | 'frame'>) {
  const x = frame.width - frame.right + 8
  return endLabels(model, frame).map((label) => {
    const series = model.series[label.index]
    if (series === undefined) return null
    return (
      <text key={series.name} x={x} y={label.y + 4} fontSize={11} fill="var(--fg-2)">
        <tspan fill={series.color}>●</tspan> {clip(series.label)}
      </text>
    )
  })
}

function LimitLabel({ limit, model, frame }: { readonly limit: number } & Pick<Props, 'model' | 'frame'>) {
  const y = yOf(limit, model, frame)
  const below = y < frame.top + 14
  return (
    <text x={frame.left + 4} y={below ? y + 13 : y - 5} fontSize={11} fontWeight={500} fill="var(--bad)">
      limit {formatChartValue(limit, model)}
    </text>
  )
}

/** A value between two gaps has no line to be part of; without a dot it could not be seen. */
function LoneDots({ model, frame }: Pick<Props, 'model' | 'frame'>) {
  if (model.kind === 'stack') return null
  return model.series.flatMap((series) =>
    lonely(model, series).map((row) => (
      <circle
        key={`${series.name}-${row.t}`}
        cx={xOf(row.t, model, frame)}
        cy={yOf(row.value, model, frame)}
        r={1.75}
        fill={series.color}
      />
    )),
  )
}

function lonely(model: ChartModel, series: PlotSeries) {
  return model.rows.flatMap((row, i) => {
    const value = valueIn(row, series.index)
    const before = model.rows[i - 1]
    const after = model.rows[i + 1]
    const alone =
      value !== null &&
      (before === undefined || valueIn(before, series.index) === null) &&
      (after === undefined || valueIn(after, series.index) === null)
    return alone ? [{ t: row.t, value }] : []
  })
}

function clip(label: string): string {
  return label.length > 14 ? `${label.slice(0, 13)}…` : label
}
