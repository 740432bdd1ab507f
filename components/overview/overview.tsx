'use client'

import { useMemo } from 'react'
import type { TimeSpan } from '../../lib/live/time-span.ts'
import type { OverviewView } from '../../lib/live/views.ts'
import { RangePicker } from '../charts/range-picker.tsx'
import { RANGE_WORDS } from '../charts/range-words.ts'
import { styleByName } from '../charts/series-style.ts'
import { TimeChart } from '../charts/time-chart.tsx'
import { chooseSpan, useSpan } from '../charts/use-span.ts'
import { ZoomNote } from '../charts/zoom-note.tsx'
import { Page } from '../frame/page.tsx'
import { LiveView } from '../live/live-view.tsx'
import { useLiveKept } from '../live/use-live.ts'
import { QUEUE_COLUMNS_SHORT, queueHref } from '../queues/queue-columns.tsx'
import { byTrouble, type QueueRow, toQueueRow } from '../queues/queue-row.model.ts'
import { cx } from '../ui/cx.ts'
import { DataTable } from '../ui/data-table.tsx'
import { Link } from '../ui/link.tsx'
import { Panel } from '../ui/panel.tsx'
import { WORKER_COLUMNS_SHORT, workerHref } from '../workers/worker-columns.tsx'
import { byNeed, toWorkerRow, type WorkerRow } from '../workers/worker-row.model.ts'
import { AttentionList } from './attention-list.tsx'
import { BusiestClasses } from './busiest-classes.tsx'
import { LATENCY_STYLES, THROUGHPUT_STYLES } from './chart-styles.ts'
import { FAILURE_COLUMNS, failureHref } from './failure-columns.tsx'
import { Figures } from './figures.tsx'
import { FirstSteps, isUntouched } from './first-steps.tsx'
import { OverviewSkeleton } from './overview-skeleton.tsx'
import { useOverviewKeys } from './use-overview-keys.ts'

const QUEUES_SHOWN = 6
const WORKERS_SHOWN = 8
const FAILURES_SHOWN = 6

/** Is anything wrong now, does work keep up, what broke, who should look. */
export function Overview() {
  const { span, range, zoom } = useSpan()
  const state = useLiveKept({ name: 'overview', range: span })
  useOverviewKeys(state.view?.attention[0]?.href ?? null)
  return (
    <Page title="Overview" actions={<RangePicker className="max-md:hidden" />}>
      <RangePicker className="mb-3 md:hidden" />
      <LiveView state={state} skeleton={<OverviewSkeleton />}>
        {(view, isStale) => (
          <div className={cx('flex flex-col gap-4', isStale && 'grayscale')}>
            <ZoomNote zoom={zoom} backTo={`the last ${RANGE_WORDS[range]}`} onBack={() => chooseSpan(range)}>
              Charts and failures are of this time; all else is of now.
            </ZoomNote>
            {isUntouched(view) && <FirstSteps />}
            <AttentionList attention={view.attention} lastProblemMs={view.lastProblemMs} />
            <Figures view={view} />
            <Charts view={view} asOfMs={state.asOfMs} isStale={isStale} />
            <Tables view={view} span={span} nowMs={state.asOfMs} />
          </div>
        )}
      </LiveView>
    </Page>
  )
}

function Charts({
  view,
  asOfMs,
  isStale,
}: {
  readonly view: OverviewView
  readonly asOfMs: number | null
  readonly isStale: boolean
}) {
  const { span } = useSpan()
  const queues = view.depth.series.join('\n')
  const depthStyles = useMemo(() => styleByName(queues === '' ? [] : queues.split('\n')), [queues])
  const common = { span, onZoom: chooseSpan, asOfMs, isStale, group: 'overview', marks: view.marks } as const
  return (
    <div className="grid gap-4 lg:grid-cols-2">
      <Panel>
        <TimeChart
          {...common}
          title="Messages waiting, by queue"
          view={view.depth}
          kind="lines"
          unit="count"
          styles={depthStyles}
          empty="Nothing waited"
        />
      </Panel>
      <Panel>
        <TimeChart
          {...common}
          title="Tasks done and failed"
          view={view.throughput}
          kind="stack"
          unit="rate"
          styles={THROUGHPUT_STYLES}
          empty="No task finished"
        />
      </Panel>
      <Panel>
        <TimeChart
          {...common}
          title="How long tasks wait and run"
          measure="95 of 100 are faster"
          view={view.latency}
          kind="lines"
          unit="duration"
          styles={LATENCY_STYLES}
          hatchGaps={false}
          empty="No task ran"
          help="Where wait climbs alone, add workers; where run climbs, look at the code."
        />
      </Panel>
      <Panel cards title="Failures, by cause" aside={<All href="/tasks?q=state%3Afailed" count={null} />}>
        <DataTable
          label="Failures, by cause"
          rows={view.failures.slice(0, FAILURES_SHOWN)}
          className="md:table-fixed"
          columns={FAILURE_COLUMNS}
          rowKey={idOf}
          href={failureHref}
          empty={<Nothing>No task has failed.</Nothing>}
        />
      </Panel>
    </div>
  )
}

type TablesProps = { readonly view: OverviewView; readonly span: TimeSpan; readonly nowMs: number | null }

function Tables({ view, span, nowMs }: TablesProps) {
  const queues = useMemo(
    () =>
      view.queues
        .map((queue) => toQueueRow(queue, view.workers))
        .sort(byTrouble)
        .slice(0, QUEUES_SHOWN),
    [view.queues, view.workers],
  )
  const workers = useMemo(() => view.workers.map(toWorkerRow).sort(byNeed).slice(0, WORKERS_SHOWN), [view.workers])
  return (
    <div className="flex flex-col gap-4">
      <Panel cards title="Queues" aside={<All href="/queues" count={view.queuesTotal} />}>
        <DataTable<QueueRow>
          label="Queues"
          rows={queues}
          className="md:table-fixed"
          columns={QUEUE_COLUMNS_SHORT}
          rowKey={nameOf}
          href={(row) => queueHref(row.name)}
          empty={<Nothing>No queue is known yet.</Nothing>}
        />
      </Panel>
      <BusiestClasses span={span} nowMs={nowMs} />
      <Panel cards title="Workers" aside={<All href="/workers" count={view.figures.workersTotal} />}>
        <DataTable<WorkerRow>
          label="Workers"
          rows={workers}
          className="md:table-fixed"
          columns={WORKER_COLUMNS_SHORT}
          rowKey={nameOf}
          href={(row) => workerHref(row.name)}
          empty={
            <Nothing>No worker has answered yet. Workers show up when they send events or answer an inspect.</Nothing>
          }
        />
      </Panel>
    </div>
  )
}

function All({ href, count }: { readonly href: string; readonly count: number | null }) {
  return (
    <Link href={href} className="link inline-flex min-h-6 items-center text-xs">
      {count === null ? 'All failed tasks' : `All ${count}`}
    </Link>
  )
}

function Nothing({ children }: { readonly children: string }) {
  return <p className="px-cell-x pt-1 pb-4 text-fg-3 text-sm">{children}</p>
}

const nameOf = (row: { readonly name: string }) => row.name
const idOf = (row: { readonly id: string }) => row.id
