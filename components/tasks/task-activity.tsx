'use client'

import { type PointerEvent, useMemo, useState } from 'react'
import type { Moments, TimeSpan } from '../../lib/live/time-span.ts'
import type { ChartView } from '../../lib/live/views.ts'
import { useBox } from '../charts/use-box.ts'
import { type Brush, useBrush } from '../charts/use-brush.ts'
import { useLiveKept } from '../live/use-live.ts'
import { formatTime } from '../ui/format.ts'
import { activityBars, activitySummary, bucketAt, bucketWords, STACK } from './task-activity.model.ts'

const HEIGHT = 36
const TIP_WIDTH = 240

export interface TaskActivityProps {
  readonly q: string
  readonly range: TimeSpan | null
  readonly onZoom: (moments: Moments) => void
}

/** When the tasks of this list came, by the state they are in. Dragging over it lists only those of that time. */
export function TaskActivity({ q, range, onZoom }: TaskActivityProps) {
  const { view } = useLiveKept({ name: 'task-activity', q, range })
  const { ref, width } = useBox<HTMLDivElement>()
  const chart = view?.chart ?? null
  return (
    <div className="pt-1 max-md:hidden">
      <div ref={ref} className="relative h-9" data-testid="task-activity">
        {chart !== null && width > 0 && <Bars chart={chart} width={width} onZoom={onZoom} />}
      </div>
      <p className="flex justify-between text-2xs text-fg-3" aria-hidden>
        <span>{formatTime(chart?.points[0]?.[0] ?? null)}</span>
        <span>{chart === null ? 'Counting' : 'When they came; drag to narrow'}</span>
        <span>{formatTime(chart?.points.at(-1)?.[0] ?? null)}</span>
      </p>
    </div>
  )
}

interface BarsProps {
  readonly chart: ChartView
  readonly width: number
  readonly onZoom: (moments: Moments) => void
}

function Bars({ chart, width, onZoom }: BarsProps) {
  const bars = useMemo(() => activityBars(chart, width, HEIGHT), [chart, width])
  const [x, setX] = useState<number | null>(null)
  const { brush, handlers } = useBrush((picked) => onZoom(stretchOf(picked, chart, width)))

  function onMove(event: PointerEvent<HTMLElement>) {
    setX(event.clientX - event.currentTarget.getBoundingClientRect().left)
    handlers.onPointerMove(event)
  }

  return (
    <div
      role="img"
      aria-label={activitySummary(chart)}
      className="absolute inset-0 cursor-crosshair touch-pan-y select-none"
      {...handlers}
      onPointerMove={onMove}
      onPointerLeave={() => setX(null)}
    >
      <svg width={width} height={HEIGHT} className="block" aria-hidden="true">
        <line x1={0} x2={width} y1={HEIGHT - 0.5} y2={HEIGHT - 0.5} stroke="var(--line)" />
        {STACK.map(({ series, color }, at) => (
          <path key={series} d={bars.paths[at]} fill={color} data-series={series} />
        ))}
        {brush !== null && <BrushMark brush={brush} />}
      </svg>
      {x !== null && brush === null && (
        <p
          className="float pointer-events-none absolute top-full z-20 mt-1 w-60 px-2 py-1 text-xs text-fg"
          style={{ left: Math.min(Math.max(0, x - TIP_WIDTH / 2), Math.max(0, width - TIP_WIDTH)) }}
        >
          {bucketWords(chart, bucketAt(chart, x, width))}
        </p>
      )}
    </div>
  )
}

function BrushMark({ brush }: { readonly brush: Brush }) {
  const left = Math.min(brush.a, brush.b)
  const box = { x: left, y: 0, width: Math.max(brush.a, brush.b) - left, height: HEIGHT }
  return <rect {...box} fill="var(--accent)" fillOpacity={0.16} stroke="var(--accent)" strokeOpacity={0.6} />
}

function stretchOf({ a, b }: Brush, chart: ChartView, width: number): Moments {
  const startOf = (x: number) => chart.points[bucketAt(chart, x, width)]?.[0] ?? 0
  return { fromMs: startOf(Math.min(a, b)), toMs: startOf(Math.max(a, b)) + chart.bucketMs }
}
