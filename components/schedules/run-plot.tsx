'use client'

import { memo } from 'react'
// As in components/charts: what recharts draws with, without its store, scales and selectors of 90 kB.
import { Layer, Surface } from 'recharts'
import type { ScheduleRunOutcome } from '../../lib/live/schedule-views.ts'
import { formatTick } from '../charts/chart-format.ts'
import type { RunChartModel } from './run-chart.model.ts'
import { timeLabels } from './run-plot.model.ts'

export const PLOT = { height: 160, left: 48, right: 8, top: 14, bottom: 20 } as const
const TICK = { fontSize: 11, fill: 'var(--fg-3)' }
const GAP = 2

export const OUTCOME_COLORS: Readonly<Record<ScheduleRunOutcome, string>> = {
  succeeded: 'var(--chart-succeeded)',
  failed: 'var(--chart-failed)',
  running: 'var(--chart-running)',
  sent: 'var(--chart-waiting)',
  skipped: 'var(--chart-waiting)',
  missed: 'var(--bad)',
}

type Props = { readonly id: string; readonly model: RunChartModel; readonly width: number }

/** The picture: axes, bars, marks. Nothing in it answers the pointer, so that it is drawn only when a run comes. */
export const RunPlot = memo(function RunPlot({ id, model, width }: Props) {
  const step = stepOf(model, width)
  const ground = PLOT.height - PLOT.bottom
  const room = ground - PLOT.top
  return (
    <Surface width={width} height={PLOT.height} className="block" aria-hidden="true">
      <defs>
        <pattern id={`${id}-failed`} width={5} height={5} patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <rect width={5} height={5} fill="var(--chart-failed)" fillOpacity={0.55} />
          <line x1={0} y1={0} x2={0} y2={5} stroke="var(--chart-failed)" strokeWidth={3} />
        </pattern>
      </defs>
      <Layer className="recharts-cartesian-axis">
        {model.ticks.map(({ value, share }) => {
          const y = Math.round(ground - share * room) + 0.5
          return (
            <g key={value}>
              <line x1={PLOT.left} x2={width - PLOT.right} y1={y} y2={y} stroke="var(--line)" />
              <text {...TICK} x={PLOT.left - 8} y={y + 4} textAnchor="end">
                {formatTick(value, 'duration')}
              </text>
            </g>
          )
        })}
        {timeLabels(model, step).map(({ index, label }) => (
          <text
            key={index}
            {...TICK}
            x={PLOT.left + (index === 0 ? 0 : index + 0.5) * step}
            y={PLOT.height - 5}
            textAnchor={index === 0 ? 'start' : 'middle'}
          >
            {label}
          </text>
        ))}
      </Layer>
      <Layer className="recharts-bar">
        {model.bars.map(({ run, share, late }, i) => {
          const x = PLOT.left + i * step + GAP / 2
          const barWidth = Math.max(1, step - GAP)
          const height = Math.max(2, (share ?? 0) * room)
          const middle = x + barWidth / 2
          return (
            <g key={i}>
              {run.outcome === 'missed' ? (
                <path
                  d={`M${middle - 3.5} ${ground - 10}l7 7m0 -7l-7 7`}
                  stroke={OUTCOME_COLORS.missed}
                  strokeWidth={1.75}
                />
              ) : (
                <rect
                  x={x}
                  y={ground - height}
                  width={barWidth}
                  height={height}
                  fill={run.outcome === 'failed' ? `url(#${id}-failed)` : OUTCOME_COLORS[run.outcome]}
                  fillOpacity={run.outcome === 'skipped' ? 0.4 : 1}
                />
              )}
              {late && <circle cx={middle} cy={ground - height - 5} r={2.5} fill="var(--warn)" />}
            </g>
          )
        })}
      </Layer>
      {model.usual !== null && (
        <line
          x1={PLOT.left}
          x2={width - PLOT.right}
          y1={ground - model.usual.share * room}
          y2={ground - model.usual.share * room}
          stroke="var(--fg-3)"
          strokeDasharray="6 4"
          className="recharts-reference-line"
        />
      )}
    </Surface>
  )
})

/** The width of a bar with its gap. */
export function stepOf(model: RunChartModel, width: number): number {
  return Math.max(1, (width - PLOT.left - PLOT.right) / Math.max(12, model.bars.length))
}
