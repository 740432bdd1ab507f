'use client'

import { ChartSpline, Table2 } from 'lucide-react'
import dynamic from 'next/dynamic'
import { useId, useMemo, useRef, useState } from 'react'
import { isMoments, type Moments, momentsOf, type TimeSpan } from '../../lib/live/time-span.ts'
import type { ChartView, MarkView } from '../../lib/live/views.ts'
import { formatTime } from '../ui/format.ts'
import { IconButton } from '../ui/icon-button.tsx'
import { formatChartValue } from './chart-format.ts'
import { ChartLegend } from './chart-legend.tsx'
import { marksInside, marksSummary } from './chart-marks.ts'
import { type ChartKind, type ChartModel, chartModel } from './chart-model.ts'
import { chartSummary } from './chart-summary.ts'
import { ChartTable } from './chart-table.tsx'
import type { ChartUnit } from './nice-ticks.ts'
import { hasEndLabels, NARROW, plotFrame } from './plot-frame.ts'
import { PlotOverlay } from './plot-overlay.tsx'
import { rangeWords } from './range-words.ts'
import type { SeriesStyle } from './series-style.ts'
import { useBox } from './use-box.ts'
import { useCalm } from './use-calm.ts'

/** What draws comes after the page is there, and only where there is a chart. */
const TimePlot = dynamic(() => import('./time-plot.tsx').then((module) => module.TimePlot), {
  ssr: false,
  loading: () => <Loading />,
})

const REFRESH_MS = 2_000
const SUMMARY_MS = 30_000
const PX_PER_POINT = 3
const HEIGHT = 180
const NARROW_HEIGHT = 120

export type TimeChartProps = {
  /** The question it answers. */
  readonly title: string
  /** What the numbers are, when the title does not say it: `per second`. */
  readonly measure?: string
  /** Null while nothing has arrived. */
  readonly view: ChartView | null
  readonly span: TimeSpan
  /** A stretch of time was dragged over. */
  readonly onZoom?: (moments: Moments) => void
  readonly kind: ChartKind
  readonly unit: ChartUnit
  readonly styles: readonly SeriesStyle[]
  /** Moment of the view, by the server's clock; null while unknown. */
  readonly asOfMs: number | null
  readonly isStale: boolean
  /** "No task finished": said, with the time it holds for, when there is no data or nothing but zeros. */
  readonly empty: string
  /** Charts of one group share their crosshair. */
  readonly group: string
  readonly limit?: number | null
  readonly hatchGaps?: boolean
  readonly help?: string
  /** What happened when: alerts, what people did. */
  readonly marks?: readonly MarkView[]
}

const NO_MARKS: readonly MarkView[] = []

/** A chart over time with all that belongs to one: title, legend, crosshair, table, and its empty and stale states. */
export function TimeChart(props: TimeChartProps) {
  const { title, view, span, kind, unit, styles, group, limit, hatchGaps } = props
  const id = useId().replaceAll(/[^\w-]/g, '')
  const { ref, width, onScreen } = useBox<HTMLDivElement>()
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set())
  const [asTable, setAsTable] = useState(false)
  // Another range has other buckets; it is shown when its points are there, until then those of the range before.
  const calm = useCalm(view, `${view?.bucketMs} ${view?.points.length}`, REFRESH_MS, !onScreen)
  const rangeMs = calm === null ? lengthOf(span) : calm.bucketMs * calm.points.length
  const isFixed = isMoments(span)
  const mostPoints = Math.max(30, Math.floor(width / PX_PER_POINT))
  const asOfMs = useRef(props.asOfMs)
  asOfMs.current = props.asOfMs

  // The moment only decides whether the last bucket still fills; a tick of the clock alone must not draw the chart.
  const model = useMemo(
    () =>
      calm === null
        ? null
        : chartModel(calm, {
            mostPoints,
            kind,
            unit,
            rangeMs,
            isFixed,
            styles,
            hidden,
            asOfMs: asOfMs.current ?? Date.now(),
            limit,
            hatchGaps,
          }),
    [calm, kind, unit, rangeMs, isFixed, styles, hidden, limit, hatchGaps, mostPoints],
  )
  const summary = useSummary(title, model)
  const endLabels = model !== null && model.nothing !== 'no-data' && hasEndLabels(styles.length, width)
  const height = width > 0 && width < NARROW ? NARROW_HEIGHT : HEIGHT
  const frame = useMemo(() => plotFrame(width, height, endLabels), [width, height, endLabels])
  const marks = useMemo(
    () => (model === null ? NO_MARKS : marksInside(props.marks ?? NO_MARKS, model)),
    [props.marks, model],
  )
  const values = new Map(model?.series.map((series) => [series.name, formatChartValue(series.last, model)]))

  return (
    <figure className="m-0 min-w-0" aria-labelledby={`${id}-title`}>
      <figcaption className="flex min-h-7 items-center gap-2">
        <h2 id={`${id}-title`} className="font-medium text-fg text-sm md:shrink-0">
          {title}
        </h2>
        <span className="truncate text-2xs text-fg-3">{measureOf(props, model)}</span>
        <IconButton
          icon={asTable ? ChartSpline : Table2}
          label={asTable ? 'View as chart' : 'View as table'}
          className="ml-auto size-6"
          aria-pressed={asTable}
          onClick={() => setAsTable(!asTable)}
        />
      </figcaption>
      <div
        ref={ref}
        className={`relative ${height === HEIGHT ? 'h-[180px]' : 'h-[120px]'} ${props.isStale ? 'grayscale' : ''}`}
      >
        {model !== null && asTable && <ChartTable title={title} model={model} marks={marks} />}
        {width > 0 && model !== null && !asTable && (
          <>
            <div role="img" aria-label={`${summary}${marksSummary(marks)}`}>
              <TimePlot id={id} model={model} frame={frame} marks={marks} />
            </div>
            <PlotOverlay {...{ id, title, group, model, frame, marks }} onZoom={props.onZoom} />
            {model.nothing !== null && (
              <Nothing>{`${props.empty} ${isFixed ? 'in this time' : spanOf(model, rangeMs)}`}</Nothing>
            )}
          </>
        )}
        {model === null && <Loading />}
      </div>
      {model !== null && (styles.length > 3 || (width > 0 && width < NARROW)) && (
        <ChartLegend styles={styles} hidden={hidden} onHide={setHidden} values={values} />
      )}
      {props.help !== undefined && <p className="pt-1 text-2xs text-fg-3">{props.help}</p>}
    </figure>
  )
}

function Loading() {
  return <div className="pulse absolute inset-x-0 top-2 bottom-6 rounded-sm bg-sunken" />
}

function Nothing({ children }: { readonly children: string }) {
  return (
    <p className="pointer-events-none absolute inset-x-0 top-1/2 -mt-5 text-center text-fg-3 text-xs">
      <span className="rounded-sm bg-surface px-2 py-1">{children}</span>
    </p>
  )
}

function lengthOf(span: TimeSpan): number {
  const { fromMs, toMs } = momentsOf(span, 0)
  return toMs - fromMs
}

function spanOf(model: ChartModel, rangeMs: number): string {
  const since = model.window.recordedSinceMs
  return since === null ? rangeWords(rangeMs) : `since ${formatTime(since).slice(0, 5)}`
}

function measureOf({ measure, unit }: TimeChartProps, model: ChartModel | null): string {
  const parts = [unit === 'rate' ? `per ${model?.perMinute ? 'minute' : 'second'}` : measure]
  if (model?.log) parts.push('logarithmic')
  if (model?.window.recordedSinceMs != null)
    parts.push(`recorded since ${formatTime(model.window.recordedSinceMs).slice(0, 5)}`)
  return parts.filter((part) => part !== undefined).join(' · ')
}

/** The sentence for who does not see the chart; renewed at most every half minute, so that it can be read to its end. */
function useSummary(title: string, model: ChartModel | null): string {
  const kept = useRef({ text: '', atMs: 0, nothing: true })
  if (model === null) return `${title}: no data yet.`
  const nothing = model.nothing === 'no-data'
  if (
    performance.now() - kept.current.atMs > SUMMARY_MS ||
    kept.current.text === '' ||
    kept.current.nothing !== nothing
  ) {
    kept.current = { text: chartSummary(title, model), atMs: performance.now(), nothing }
  }
  return kept.current.text
}
