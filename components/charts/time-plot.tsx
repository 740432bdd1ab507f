'use client'

import { memo } from 'react'
import { Area, AreaChart, CartesianGrid, Line, LineChart, ReferenceArea, ReferenceLine, XAxis, YAxis } from 'recharts'
import { formatTick } from './chart-format.ts'
import type { ChartModel, PlotRow, PlotSeries } from './chart-model.ts'
import { type PlotFrame, X_AXIS_HEIGHT, Y_AXIS_WIDTH } from './plot-frame.ts'
import { timeTicks } from './time-ticks.ts'

const PX_PER_TICK = 64
const TICK = { fontSize: 11, fill: 'var(--fg-3)' }
const FILLING_DASH = '2 3'

type Props = { readonly id: string; readonly model: ChartModel; readonly frame: PlotFrame }

/** The picture: axes, gaps, lines. Nothing in it answers the pointer, so that it is drawn only when data comes. */
export const TimePlot = memo(function TimePlot({ id, model, frame }: Props) {
  const Chart = model.kind === 'lines' ? LineChart : AreaChart
  return (
    <Chart
      width={frame.width}
      height={frame.height}
      data={model.rows as PlotRow[]} // recharts asks for a mutable array and does not change it
      margin={{ top: frame.top, right: frame.right, bottom: 0, left: 0 }}
      accessibilityLayer={false}
    >
      {patterns(id, model)}
      <CartesianGrid vertical={false} stroke="var(--line)" strokeWidth={1} />
      {timeAxis(model, frame)}
      {valueAxis(model)}
      {gaps(id, model)}
      {model.series.flatMap((series) => (model.kind === 'lines' ? lines(series) : areas(id, series, model.kind)))}
      {model.limit !== null && (
        <ReferenceLine y={model.limit} stroke="var(--bad)" strokeDasharray="6 4" strokeWidth={1} />
      )}
    </Chart>
  )
})

function timeAxis(model: ChartModel, frame: PlotFrame) {
  const { fromMs, toMs } = model.window
  const ticks = timeTicks(fromMs, toMs, Math.max(2, Math.floor((frame.width - frame.left - frame.right) / PX_PER_TICK)))
  const labels = new Map(ticks.map((tick) => [tick.atMs, tick.label]))
  return (
    <XAxis
      dataKey="t"
      type="number"
      domain={[fromMs, toMs]}
      allowDataOverflow
      ticks={ticks.map((tick) => tick.atMs)}
      tickFormatter={(atMs: number) => labels.get(atMs) ?? ''}
      tick={TICK}
      tickLine={false}
      axisLine={{ stroke: 'var(--line)' }}
      height={X_AXIS_HEIGHT}
      interval={0}
    />
  )
}

function valueAxis(model: ChartModel) {
  return (
    <YAxis
      width={Y_AXIS_WIDTH}
      domain={[model.yTicks[0] ?? 0, model.yTicks.at(-1) ?? 1]}
      allowDataOverflow
      scale={model.log ? 'log' : 'linear'}
      ticks={[...model.yTicks]}
      tickFormatter={(value: number) => formatTick(value, model.unit)}
      tick={TICK}
      tickLine={false}
      axisLine={false}
      interval={0}
    />
  )
}

function gaps(id: string, model: ChartModel) {
  return model.gaps.map(([from, to]) => (
    <ReferenceArea key={from} x1={from} x2={to} fill={`url(#${id}-gap)`} fillOpacity={1} ifOverflow="hidden" />
  ))
}

function lines(series: PlotSeries) {
  const common = {
    stroke: series.color,
    strokeWidth: 1.5,
    isAnimationActive: false,
    dot: false,
    activeDot: false,
  } as const
  return [
    <Line
      key={`s${series.index}`}
      {...common}
      dataKey={`s${series.index}`}
      type="linear"
      strokeDasharray={series.dash ?? ''}
    />,
    <Line
      key={`p${series.index}`}
      {...common}
      dataKey={`p${series.index}`}
      type="linear"
      strokeDasharray={FILLING_DASH}
    />,
  ]
}

function areas(id: string, series: PlotSeries, kind: 'area' | 'stack') {
  const common = {
    stroke: series.color,
    strokeWidth: kind === 'stack' ? 1 : 1.5,
    fill: series.hatch ? `url(#${id}-hatch${series.index})` : series.color,
    isAnimationActive: false,
    dot: false,
    activeDot: false,
    type: 'linear',
  } as const
  const fillOpacity = series.hatch ? 1 : 0.18
  return (['s', 'p'] as const).map((part) => (
    <Area
      key={`${part}${series.index}`}
      {...common}
      dataKey={`${part}${series.index}`}
      {...(kind === 'stack' && { stackId: part })}
      fillOpacity={part === 's' ? fillOpacity : fillOpacity / 2}
      strokeDasharray={part === 's' ? (series.dash ?? '') : FILLING_DASH}
    />
  ))
}

function patterns(id: string, model: ChartModel) {
  return (
    <defs>
      <pattern id={`${id}-gap`} width={6} height={6} patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <line x1={0} y1={0} x2={0} y2={6} stroke="var(--line)" strokeWidth={1.5} />
      </pattern>
      {model.series
        .filter((series) => series.hatch)
        .map((series) => (
          <pattern
            key={series.name}
            id={`${id}-hatch${series.index}`}
            width={5}
            height={5}
            patternUnits="userSpaceOnUse"
            patternTransform="rotate(45)"
          >
            <rect width={5} height={5} fill={series.color} fillOpacity={0.22} />
            <line x1={0} y1={0} x2={0} y2={5} stroke={series.color} strokeWidth={2} strokeOpacity={0.7} />
          </pattern>
        ))}
    </defs>
  )
}
