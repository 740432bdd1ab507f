'use client'

import { memo } from 'react'
// recharts' ready-made charts bring a store, scales and selectors of 90 kB with them; what they draw with is 9 kB.
import { Curve, Layer, Surface } from 'recharts'
import type { MarkView } from '../../lib/live/views.ts'
import { MARK_LOOKS } from './chart-marks.ts'
import type { ChartModel } from './chart-model.ts'
import { TimeAxis, ValueAxis } from './plot-axes.tsx'
import { type PlotFrame, xOf, yOf } from './plot-frame.ts'
import { type PlotShape, plotShapes } from './plot-points.ts'

const FILLING_DASH = '2 3'
const LIMIT_DASH = '6 4'
const FILL_OPACITY = 0.18
const MARK_HEIGHT = 8
const MARK_SHAPES: Readonly<Record<MarkView['kind'], (x: number) => string>> = {
  alert: (x) => `M${x} 1L${x + 4.5} ${MARK_HEIGHT}L${x - 4.5} ${MARK_HEIGHT}Z`,
  resolved: (x) => `M${x} ${MARK_HEIGHT}L${x + 4.5} 1L${x - 4.5} 1Z`,
  action: (x) => `M${x} 0.5L${x + 4} 4.5L${x} ${MARK_HEIGHT + 0.5}L${x - 4} 4.5Z`,
}

type Props = {
  readonly id: string
  readonly model: ChartModel
  readonly frame: PlotFrame
  readonly marks: readonly MarkView[]
}

/** The picture: axes, gaps, lines. Nothing in it answers the pointer, so that it is drawn only when data comes. */
export const TimePlot = memo(function TimePlot({ id, model, frame, marks }: Props) {
  const clip = `url(#${id}-clip)`
  return (
    <Surface width={frame.width} height={frame.height} className="block" aria-hidden="true">
      <Patterns id={id} model={model} frame={frame} />
      <Layer className="recharts-cartesian-axis">
        <ValueAxis model={model} frame={frame} />
        <TimeAxis model={model} frame={frame} />
      </Layer>
      <Layer clipPath={clip}>
        {model.gaps.map(([fromMs, toMs]) => (
          <rect
            key={fromMs}
            x={xOf(fromMs, model, frame)}
            y={frame.top}
            width={xOf(toMs, model, frame) - xOf(fromMs, model, frame)}
            height={frame.height - frame.top - frame.bottom}
            fill={`url(#${id}-gap)`}
          />
        ))}
        {plotShapes(model, frame).map((shape) => (
          <Shape key={`${shape.part}${shape.series.index}`} id={id} shape={shape} isThin={model.kind === 'stack'} />
        ))}
        {marks.map((mark) => (
          <Mark
            key={`${mark.atMs} ${mark.kind} ${mark.text}`}
            mark={mark}
            x={xOf(Math.min(mark.atMs, model.window.toMs), model, frame)}
            frame={frame}
          />
        ))}
        {model.limit !== null && <Limit y={yOf(model.limit, model, frame)} frame={frame} />}
      </Layer>
    </Surface>
  )
})

function Shape({ id, shape, isThin }: { readonly id: string; readonly shape: PlotShape; readonly isThin: boolean }) {
  const { series, part, points, base } = shape
  const isFilling = part === 'p'
  const dash = isFilling ? FILLING_DASH : series.dash
  const opacity = series.hatch ? 1 : FILL_OPACITY
  return (
    <Layer className={base === null ? 'recharts-line' : 'recharts-area'}>
      {base !== null && (
        <Curve
          type="linear"
          points={points}
          baseLine={base}
          stroke="none"
          fill={series.hatch ? `url(#${id}-hatch${series.index})` : series.color}
          fillOpacity={isFilling ? opacity / 2 : opacity}
        />
      )}
      <Curve
        type="linear"
        points={points}
        fill="none"
        stroke={series.color}
        strokeWidth={isThin ? 1 : 1.5}
        {...(dash != null && { strokeDasharray: dash })}
      />
    </Layer>
  )
}

function Limit({ y, frame }: { readonly y: number; readonly frame: PlotFrame }) {
  const line = { x1: frame.left, x2: frame.width - frame.right, y1: y, y2: y }
  return <line {...line} stroke="var(--bad)" strokeDasharray={LIMIT_DASH} className="recharts-reference-line" />
}

/** A thin line down from a shape that tells what it was. */
function Mark({ mark, x, frame }: { readonly mark: MarkView; readonly x: number; readonly frame: PlotFrame }) {
  const { color, dash } = MARK_LOOKS[mark.kind]
  return (
    <g className="recharts-reference-line" data-mark={mark.kind}>
      <line
        x1={x}
        x2={x}
        y1={MARK_HEIGHT}
        y2={frame.height - frame.bottom}
        stroke={color}
        strokeOpacity={0.7}
        {...(dash !== '' && { strokeDasharray: dash })}
      />
      <path
        d={MARK_SHAPES[mark.kind](x)}
        fill={mark.kind === 'resolved' ? 'var(--surface)' : color}
        stroke={color}
        strokeWidth={1.25}
      />
    </g>
  )
}

/** What areas and gaps are filled with, and the edge that nothing is drawn beyond. */
function Patterns({ id, model, frame }: Omit<Props, 'marks'>) {
  const width = Math.max(0, frame.width - frame.left - frame.right)
  return (
    <defs>
      <clipPath id={`${id}-clip`}>
        <rect x={frame.left} y={0} width={width} height={Math.max(0, frame.height - frame.bottom + 1)} />
      </clipPath>
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
