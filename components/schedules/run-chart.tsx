'use client'

import dynamic from 'next/dynamic'
import { type KeyboardEvent, type PointerEvent, useId, useMemo, useState } from 'react'
import type { ScheduleRunView } from '../../lib/live/schedule-views.ts'
import { useBox } from '../charts/use-box.ts'
import { useCalm } from '../charts/use-calm.ts'
import { formatDuration, formatMoment, UNKNOWN } from '../ui/format.ts'
import { runChart, runText } from './run-chart.model.ts'
import { RunLegend } from './run-legend.tsx'
import { runNotes } from './run-marks.tsx'
import { runMs } from './schedule-list.model.ts'
import { OUTCOME_LOOKS } from './schedule-state.ts'

/** What draws comes after the page is there, as in components/charts. */
const RunPlot = dynamic(() => import('./run-plot.tsx').then((part) => part.RunPlot), { ssr: false })

const REFRESH_MS = 2_000
const PLOT_LEFT = 48
const PLOT_RIGHT = 8
const TIP_WIDTH = 208
const KEY_STEPS: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowRight: 1, PageUp: -10, PageDown: 10 }

/** How long the last runs took, coloured by what became of them; the list below it holds the same numbers. */
export function RunChart({ runs }: { readonly runs: readonly ScheduleRunView[] }) {
  const id = useId().replaceAll(/[^\w-]/g, '')
  const { ref, width, onScreen } = useBox<HTMLDivElement>()
  const calm = useCalm(runs, id, REFRESH_MS, !onScreen)
  const model = useMemo(() => runChart(calm), [calm])
  const [at, setAt] = useState<number | null>(null)
  const bar = at === null ? undefined : model.bars[at]
  const last = model.bars.length - 1
  const step = Math.max(1, (width - PLOT_LEFT - PLOT_RIGHT) / Math.max(12, model.bars.length))

  const onPointer = (event: PointerEvent<HTMLDivElement>) => {
    const x = event.clientX - event.currentTarget.getBoundingClientRect().left - PLOT_LEFT
    const index = Math.floor(x / step)
    setAt(index >= 0 && index <= last ? index : null)
  }
  const onKey = (event: KeyboardEvent) => {
    if (event.key === 'Escape') return setAt(null)
    const by = KEY_STEPS[event.key]
    const to = event.key === 'Home' ? 0 : event.key === 'End' ? last : by === undefined ? null : (at ?? last + 1) + by
    if (to === null) return
    event.preventDefault()
    event.stopPropagation()
    setAt(Math.min(last, Math.max(0, to)))
  }
  return (
    <figure className="m-0 min-w-0" aria-labelledby={`${id}-title`}>
      <figcaption className="flex min-h-7 items-center gap-2">
        <h2 id={`${id}-title`} className="font-medium text-fg text-sm">
          How long the last runs took
        </h2>
        <span className="truncate text-2xs text-fg-3">
          {[
            ...(model.usual === null ? [] : [`usually ${formatDuration(model.usual.ms)}`]),
            ...(model.log ? ['logarithmic'] : []),
          ].join(' · ')}
        </span>
      </figcaption>
      <div ref={ref} className="relative h-[160px]">
        {width > 0 && (
          <>
            <div role="img" aria-label={`How long the last runs took. ${model.summary}`}>
              <RunPlot id={id} model={model} width={width} />
            </div>
            {/* A slider over the runs: the arrow keys walk along them and a screen reader hears them. */}
            <div
              role="slider"
              tabIndex={0}
              aria-label="Runs, oldest first"
              aria-valuemin={0}
              aria-valuemax={Math.max(0, last)}
              aria-valuenow={at ?? Math.max(0, last)}
              aria-valuetext={bar === undefined ? model.summary : runText(bar.run)}
              className="absolute inset-0 touch-pan-y rounded-sm"
              onPointerMove={onPointer}
              onPointerDown={onPointer}
              onPointerLeave={() => setAt(null)}
              onKeyDown={onKey}
              onBlur={() => setAt(null)}
            >
              {bar !== undefined && at !== null && (
                <>
                  <span
                    className="pointer-events-none absolute top-3 bottom-5 bg-fg/8"
                    style={{ left: PLOT_LEFT + at * step, width: step }}
                  />
                  <Tip run={bar.run} left={tipLeft(PLOT_LEFT + (at + 1) * step, width)} />
                </>
              )}
            </div>
          </>
        )}
        {model.bars.length === 0 && (
          <p className="pointer-events-none absolute inset-x-0 top-1/2 -mt-5 text-center text-fg-3 text-xs">
            <span className="rounded-sm bg-surface px-2 py-1">No run is known yet</span>
          </p>
        )}
      </div>
      <RunLegend model={model} />
    </figure>
  )
}

function Tip({ run, left }: { readonly run: ScheduleRunView; readonly left: number }) {
  const look = OUTCOME_LOOKS[run.outcome]
  const Icon = look.icon
  return (
    <div
      className="float pointer-events-none absolute top-0 z-10 px-2.5 py-1.5 text-xs"
      style={{ left, width: TIP_WIDTH }}
      aria-hidden="true"
    >
      <p className="mb-1 text-fg-3">{formatMoment(runMs(run)).slice(0, 19)}</p>
      <p className="flex items-center gap-1.5">
        <Icon size={13} strokeWidth={2} className={look.color} aria-hidden />
        <span className="flex-1">{look.word}</span>
        <span className="font-medium">{run.runtimeMs === null ? UNKNOWN : formatDuration(run.runtimeMs)}</span>
      </p>
      {runNotes(run).map((note) => (
        <p key={note} className="text-fg-2">
          {note}
        </p>
      ))}
    </div>
  )
}

function tipLeft(x: number, width: number): number {
  const right = x + 8
  return right + TIP_WIDTH > width ? Math.max(0, x - TIP_WIDTH - 24) : right
}
