'use client'

import { useMemo } from 'react'
import type { ChartView } from '../../lib/live/views.ts'
import { RangePicker } from '../charts/range-picker.tsx'
import { RANGE_WORDS } from '../charts/range-words.ts'
import { LONG_DASH, type SeriesStyle } from '../charts/series-style.ts'
import { TimeChart } from '../charts/time-chart.tsx'
import { chooseSpan, useSpan } from '../charts/use-span.ts'
import { ZoomNote } from '../charts/zoom-note.tsx'
import { useLiveKept } from '../live/use-live.ts'
import { Link } from '../ui/link.tsx'
import { Panel } from '../ui/panel.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { perMinute } from './per-minute.ts'

const STYLES: readonly SeriesStyle[] = [
  { name: 'succeeded', label: 'Done', color: 'var(--chart-succeeded)' },
  { name: 'failed', label: 'Failed', color: 'var(--chart-failed)', dash: LONG_DASH },
]

/** What a worker did over time, of the tasks that are kept. */
export function WorkerHistory({ worker, isStale }: { readonly worker: string; readonly isStale: boolean }) {
  const { span, range, zoom } = useSpan()
  const q = `worker:"${worker}"`
  const state = useLiveKept({ name: 'task-activity', q, range: span })
  const activity: ChartView | null = state.view?.chart ?? null
  const view = useMemo(
    () =>
      activity === null
        ? null
        : perMinute(
            activity,
            STYLES.map(({ name }) => name),
          ),
    [activity],
  )
  return (
    <div className="flex flex-col gap-3">
      <div className="flex flex-wrap items-center gap-4">
        <RangePicker />
        <Link className="link text-sm" href={`/tasks?q=${encodeURIComponent(q)}`}>
          Its tasks
        </Link>
      </div>
      <ZoomNote zoom={zoom} backTo={`the last ${RANGE_WORDS[range]}`} onBack={() => chooseSpan(range)}>
        The chart is of this time.
      </ZoomNote>
      <Panel>
        {view === null ? (
          <Skeleton rows={4} />
        ) : (
          <TimeChart
            title="Tasks done and failed per minute"
            measure="by when they came, of those that are kept"
            view={view}
            span={span}
            onZoom={chooseSpan}
            asOfMs={state.asOfMs}
            isStale={isStale}
            group="worker"
            kind="lines"
            unit="count"
            styles={STYLES}
            empty="It ended no task"
          />
        )}
      </Panel>
    </div>
  )
}
