import type { ClassNumbersView } from '../../lib/live/class-views.ts'
import type { FailureGroupView, MarkView } from '../../lib/live/views.ts'
import { LONG_DASH, type SeriesStyle } from '../charts/series-style.ts'
import { TimeChart } from '../charts/time-chart.tsx'
import { chooseSpan, useSpan } from '../charts/use-span.ts'
import { FAILURE_COUNTS, failureHref } from '../overview/failure-columns.tsx'
import { type Column, DataTable } from '../ui/data-table.tsx'
import { Link } from '../ui/link.tsx'
import { Panel } from '../ui/panel.tsx'
import { RunBars } from './run-bars.tsx'
import { TimeShares } from './time-shares.tsx'

const RUN_STYLES: readonly SeriesStyle[] = [
  { name: 'p50', label: 'p50', color: 'var(--chart-waiting)' },
  { name: 'p95', label: 'p95', color: 'var(--chart-running)', dash: LONG_DASH },
  { name: 'p99', label: 'p99', color: 'var(--chart-revoked)', dash: '3 3' },
]

const CAUSES: readonly Column<FailureGroupView>[] = [
  {
    id: 'cause',
    head: 'Cause',
    cell: (group) => (
      <Link href={failureHref(group)} className="block truncate font-medium text-state-failed hover:underline">
        {group.exception}
      </Link>
    ),
  },
  ...FAILURE_COUNTS,
]

type Props = {
  readonly name: string
  readonly numbers: ClassNumbersView
  readonly marks: readonly MarkView[]
  readonly asOfMs: number | null
  readonly isStale: boolean
}

/** How long its runs take, where else the time goes, and what breaks them. */
export function ClassCharts({ name, numbers, marks, asOfMs, isStale }: Props) {
  const { span } = useSpan()
  return (
    <div className="grid gap-4 lg:grid-cols-2">
      <Panel>
        <TimeChart
          title="How long runs take"
          measure="50, 95, 99 of 100 are faster"
          view={numbers.runs}
          span={span}
          onZoom={chooseSpan}
          kind="lines"
          unit="duration"
          styles={RUN_STYLES}
          asOfMs={asOfMs}
          isStale={isStale}
          hatchGaps={false}
          empty="No task ran"
          group="class"
          marks={marks}
        />
      </Panel>
      <Panel title="Where the time goes" note="mean of the tasks that ended">
        <TimeShares numbers={numbers} />
      </Panel>
      <Panel title="How long single runs took" note="a bar leads to its tasks">
        <RunBars name={name} bins={numbers.bins} />
      </Panel>
      <Panel cards title="Failures, by cause">
        <DataTable
          label="Failures, by cause"
          rows={numbers.failures}
          className="md:table-fixed"
          columns={CAUSES}
          rowKey={(group) => group.id}
          href={failureHref}
          empty={<p className="px-cell-x pt-1 pb-4 text-fg-3 text-sm">No task of this class failed in this time.</p>}
        />
      </Panel>
    </div>
  )
}
