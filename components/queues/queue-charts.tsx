'use client'

import type { QueueView } from '../../lib/live/views.ts'
import { LONG_DASH, type SeriesStyle } from '../charts/series-style.ts'
import { TimeChart } from '../charts/time-chart.tsx'
import { chooseSpan, useSpan } from '../charts/use-span.ts'
import { Panel } from '../ui/panel.tsx'

const DEPTH_STYLES: readonly SeriesStyle[] = [
  { name: 'waiting', label: 'Waiting', color: 'var(--chart-running)' },
  { name: 'unacked', label: 'Unacked', color: 'var(--chart-revoked)', dash: LONG_DASH },
]
const FLOW_STYLES: readonly SeriesStyle[] = [
  { name: 'in', label: 'In', color: 'var(--chart-running)' },
  { name: 'out', label: 'Out', color: 'var(--chart-waiting)', dash: LONG_DASH },
]
const AGE_STYLES: readonly SeriesStyle[] = [{ name: 'oldest', label: 'Oldest', color: 'var(--chart-retried)' }]

type Props = {
  readonly view: QueueView
  readonly limit: number | null
  readonly asOfMs: number | null
  readonly isStale: boolean
}

/** A queue over time: how much waits, what comes and goes, how long the oldest waits. */
export function QueueCharts({ view, limit, asOfMs, isStale }: Props) {
  const { span } = useSpan()
  const common = { span, onZoom: chooseSpan, asOfMs, isStale, group: 'queue', marks: view.marks } as const
  return (
    <div className="grid gap-4 lg:grid-cols-3">
      <Panel>
        <TimeChart
          {...common}
          title="Waiting and taken"
          view={view.depth}
          kind="area"
          unit="count"
          styles={DEPTH_STYLES}
          limit={limit}
          empty="Nothing waited"
        />
      </Panel>
      <Panel>
        <TimeChart
          {...common}
          title="In and out"
          view={view.flow}
          kind="lines"
          unit="rate"
          styles={FLOW_STYLES}
          empty="Nothing came or went"
        />
      </Panel>
      <Panel>
        <TimeChart
          {...common}
          title="Age of the oldest"
          view={view.age}
          kind="lines"
          unit="duration"
          styles={AGE_STYLES}
          empty="Nothing waited, or nobody could tell since when"
        />
      </Panel>
    </div>
  )
}
