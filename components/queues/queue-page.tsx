'use client'

import { TriangleAlert } from 'lucide-react'
import { type ReactNode, useMemo } from 'react'
import type { QueueRowView, QueueView } from '../../lib/live/views.ts'
import { RangePicker } from '../charts/range-picker.tsx'
import { RANGE_WORDS } from '../charts/range-words.ts'
import { LONG_DASH, type SeriesStyle } from '../charts/series-style.ts'
import { TimeChart } from '../charts/time-chart.tsx'
import { chooseSpan, useSpan } from '../charts/use-span.ts'
import { ZoomNote } from '../charts/zoom-note.tsx'
import { Page } from '../frame/page.tsx'
import { LiveView } from '../live/live-view.tsx'
import { useLiveKept } from '../live/use-live.ts'
import { cx } from '../ui/cx.ts'
import { DataTable } from '../ui/data-table.tsx'
import { Empty } from '../ui/empty.tsx'
import { formatCount } from '../ui/format.ts'
import { Count, Rate } from '../ui/numbers.tsx'
import { PageSkeleton } from '../ui/page-skeleton.tsx'
import { Panel } from '../ui/panel.tsx'
import { TabPanel, Tabs } from '../ui/tabs.tsx'
import { useUrlParam } from '../ui/use-url-param.ts'
import { WORKER_COLUMNS, workerHref } from '../workers/worker-columns.tsx'
import { byNeed, toWorkerRow, type WorkerRow } from '../workers/worker-row.model.ts'
import { OutlookMark } from './outlook-mark.tsx'
import { QueueMessages } from './queue-messages.tsx'
import { type QueueRow, toQueueRow } from './queue-row.model.ts'
import { queueSentence } from './queue-sentence.ts'
import { SetAsidePanel } from './set-aside-panel.tsx'
import { UnackedPanel } from './unacked-panel.tsx'

const DEPTH_STYLES: readonly SeriesStyle[] = [
  { name: 'waiting', label: 'Waiting', color: 'var(--chart-running)' },
  { name: 'unacked', label: 'Unacked', color: 'var(--chart-revoked)', dash: LONG_DASH },
]
const FLOW_STYLES: readonly SeriesStyle[] = [
  { name: 'in', label: 'In', color: 'var(--chart-running)' },
  { name: 'out', label: 'Out', color: 'var(--chart-waiting)', dash: LONG_DASH },
]

/** One queue: does it grow, will it drain, who takes from it, what is in it. */
export function QueuePage({ name }: { readonly name: string }) {
  const { span, range, zoom } = useSpan()
  const state = useLiveKept({ name: 'queue', queue: name, range: span })
  return (
    <Page title={name} documentTitle={`${name} · Queues`} actions={<RangePicker className="max-md:hidden" />}>
      <LiveView state={state} skeleton={<PageSkeleton lines={['h-5 w-96']} boxes="lg:grid-cols-2" rows={4} />}>
        {(view, isStale) =>
          view.queue === null ? (
            <Empty title={`No queue is called ${name}`}>
              It is in no broker binding, no worker serves it, and nothing waits in it. It may have been named
              differently.
            </Empty>
          ) : (
            <div className={cx('flex flex-col gap-4', isStale && 'grayscale')}>
              <Head queue={view.queue} />
              <ZoomNote zoom={zoom} backTo={`the last ${RANGE_WORDS[range]}`} onBack={() => chooseSpan(range)}>
                The charts are of this time; all else is of now.
              </ZoomNote>
              <Charts view={view} limit={view.queue.limit} asOfMs={state.asOfMs} isStale={isStale} />
              <Consumers view={view} />
              {view.setAside > 0 && <SetAsidePanel queue={name} count={view.setAside} />}
              <Messages queue={view.queue} />
            </div>
          )
        }
      </LiveView>
    </Page>
  )
}

const TABS = ['waiting', 'unacked'] as const

/** What is in it: what waits, and what was taken and is still in somebody's hand. */
function Messages({ queue }: { readonly queue: QueueRowView }) {
  const [tab, setTab] = useUrlParam('tab', TABS, 'waiting')
  return (
    <div className="flex flex-col gap-3">
      <Tabs
        label="Messages of this queue"
        name="messages"
        tabs={[
          { id: 'waiting', label: 'Waiting', count: formatCount(queue.waiting) },
          { id: 'unacked', label: 'Unacked', count: formatCount(queue.unacked) },
        ]}
        value={tab}
        onChange={setTab}
      />
      <TabPanel name="messages" id={tab}>
        {tab === 'waiting' ? <QueueMessages queue={queue.name} /> : <UnackedPanel queue={queue.name} />}
      </TabPanel>
    </div>
  )
}

function Head({ queue }: { readonly queue: QueueRowView }) {
  const row = toQueueRow(queue, [])
  const isBad = row.isFiring || row.isOverLimit || row.isOrphaned || row.error !== null
  return (
    <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
      <p className="flex min-w-60 max-w-4xl flex-1 items-start gap-2 text-base">
        {isBad && (
          <TriangleAlert size={16} strokeWidth={1.75} className="mt-[3px] shrink-0 text-bad" aria-label="Problem" />
        )}
        {queueSentence(queue)}
      </p>
      <RangePicker className="md:hidden" />
      <Facts row={row} />
    </div>
  )
}

function Facts({ row }: { readonly row: QueueRow }) {
  return (
    <dl className="flex w-full flex-wrap gap-x-6 gap-y-2 text-sm">
      <Fact name="Waiting">
        <Count value={row.waiting} unknown={row.error ?? 'Not read yet'} />
      </Fact>
      {row.priorities !== null && (
        <Fact name="By priority">{row.priorities.replaceAll('\n', ', ').replaceAll('priority ', '')}</Fact>
      )}
      <Fact name="Unacked">
        <Count value={row.unacked} unknown="The broker does not tell it per queue" />
      </Fact>
      <Fact name="In">
        <Rate perSecond={row.inPerSecond} />
      </Fact>
      <Fact name="Out">
        <Rate perSecond={row.outPerSecond} />
      </Fact>
      <Fact name="Empty in">
        <OutlookMark outlook={row.outlook} />
      </Fact>
      {row.limit !== null && (
        <Fact name="Limit">
          <Count value={row.limit} />
        </Fact>
      )}
    </dl>
  )
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div>
      <dt className="text-2xs text-fg-3">{name}</dt>
      <dd className="font-medium">{children}</dd>
    </div>
  )
}

type ChartsProps = {
  readonly view: QueueView
  readonly limit: number | null
  readonly asOfMs: number | null
  readonly isStale: boolean
}

function Charts({ view, limit, asOfMs, isStale }: ChartsProps) {
  const { span } = useSpan()
  const common = { span, onZoom: chooseSpan, asOfMs, isStale, group: 'queue' } as const
  return (
    <div className="grid gap-4 lg:grid-cols-2">
      <Panel>
        <TimeChart
          {...common}
          title="Messages waiting and taken"
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
          title="Messages in and out"
          view={view.flow}
          kind="lines"
          unit="rate"
          styles={FLOW_STYLES}
          empty="Nothing came or went"
        />
      </Panel>
    </div>
  )
}

function Consumers({ view }: { readonly view: QueueView }) {
  const rows = useMemo(() => view.consumers.map(toWorkerRow).sort(byNeed), [view.consumers])
  return (
    <Panel cards title="Workers that take from it" note={rows.length === 0 ? undefined : String(rows.length)}>
      <DataTable<WorkerRow>
        label="Workers that take from this queue"
        rows={rows}
        className="md:table-fixed"
        columns={WORKER_COLUMNS}
        rowKey={(row) => row.name}
        href={(row) => workerHref(row.name)}
        empty={<p className="px-cell-x pt-1 pb-4 text-fg-3 text-sm">No worker takes from this queue.</p>}
      />
    </Panel>
  )
}
