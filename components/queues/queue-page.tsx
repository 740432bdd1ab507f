'use client'

import dynamic from 'next/dynamic'
import { useMemo } from 'react'
import type { QueueRowView, QueueView } from '../../lib/live/views.ts'
import { RangePicker } from '../charts/range-picker.tsx'
import { RANGE_WORDS } from '../charts/range-words.ts'
import { chooseSpan, useSpan } from '../charts/use-span.ts'
import { ZoomNote } from '../charts/zoom-note.tsx'
import { Page } from '../frame/page.tsx'
import { LiveView } from '../live/live-view.tsx'
import { useLiveKept } from '../live/use-live.ts'
import { cx } from '../ui/cx.ts'
import { DataTable } from '../ui/data-table.tsx'
import { Empty } from '../ui/empty.tsx'
import { formatCount } from '../ui/format.ts'
import { PageSkeleton } from '../ui/page-skeleton.tsx'
import { Panel } from '../ui/panel.tsx'
import { TabPanel, Tabs } from '../ui/tabs.tsx'
import { useUrlParam } from '../ui/use-url-param.ts'
import { WORKER_COLUMNS, workerHref } from '../workers/worker-columns.tsx'
import { byNeed, toWorkerRow, type WorkerRow } from '../workers/worker-row.model.ts'
import { PausedNote } from './paused-note.tsx'
import { QueueButtons } from './queue-buttons.tsx'
import { QueueCharts } from './queue-charts.tsx'
import { QueueHead } from './queue-head.tsx'
import { QueueMessages } from './queue-messages.tsx'

// What is looked at now and then comes when it is.
const UnackedPanel = dynamic(() => import('./unacked-panel.tsx').then((part) => part.UnackedPanel), { ssr: false })
const ScheduledPanel = dynamic(() => import('./scheduled-panel.tsx').then((part) => part.ScheduledPanel), {
  ssr: false,
})
const ClassesPanel = dynamic(() => import('./classes-panel.tsx').then((part) => part.ClassesPanel), { ssr: false })
const SettingsPanel = dynamic(() => import('./settings-panel.tsx').then((part) => part.SettingsPanel), { ssr: false })
const SetAsidePanel = dynamic(() => import('./set-aside-panel.tsx').then((part) => part.SetAsidePanel), { ssr: false })

/** One queue: does it grow, will it drain, who takes from it, what is in it. */
export function QueuePage({ name }: { readonly name: string }) {
  const { span, range, zoom } = useSpan()
  const state = useLiveKept({ name: 'queue', queue: name, range: span })
  const queue = state.view?.queue ?? null
  return (
    <Page
      title={name}
      documentTitle={`${name} · Queues`}
      actions={
        <>
          <RangePicker className="max-md:hidden" />
          {queue !== null && <QueueButtons queue={queue} />}
        </>
      }
    >
      <LiveView state={state} skeleton={<PageSkeleton lines={['h-5 w-96']} boxes="lg:grid-cols-2" rows={4} />}>
        {(view, isStale) =>
          view.queue === null ? (
            <Empty title={`No queue is called ${name}`}>
              It is in no broker binding, no worker serves it, and nothing waits in it. It may have been named
              differently.
            </Empty>
          ) : (
            <div className={cx('flex flex-col gap-4', isStale && 'grayscale')}>
              <PausedNote queue={view.queue} />
              <QueueHead queue={view.queue} />
              <ZoomNote zoom={zoom} backTo={`the last ${RANGE_WORDS[range]}`} onBack={() => chooseSpan(range)}>
                The charts are of this time; all else is of now.
              </ZoomNote>
              <QueueCharts view={view} limit={view.queue.limit} asOfMs={state.asOfMs} isStale={isStale} />
              <Consumers view={view} />
              {view.setAside > 0 && <SetAsidePanel queue={name} count={view.setAside} />}
              <Contents view={view} queue={view.queue} />
            </div>
          )
        }
      </LiveView>
    </Page>
  )
}

const TABS = ['waiting', 'unacked', 'scheduled', 'classes', 'settings'] as const

/** What is in it: what waits, what is in somebody's hand, what is held for later; of what kinds; how it is set up. */
function Contents({ view, queue }: { readonly view: QueueView; readonly queue: QueueRowView }) {
  const [tab, setTab] = useUrlParam('tab', TABS, 'waiting')
  return (
    <div className="flex flex-col gap-3">
      <Tabs
        label="What is in this queue"
        name="messages"
        tabs={[
          { id: 'waiting', label: 'Waiting', count: formatCount(queue.waiting) },
          { id: 'unacked', label: 'Unacked', count: formatCount(queue.unacked) },
          { id: 'scheduled', label: 'Scheduled' },
          { id: 'classes', label: 'Classes' },
          { id: 'settings', label: 'Settings' },
        ]}
        value={tab}
        onChange={setTab}
      />
      <TabPanel name="messages" id={tab}>
        {tab === 'waiting' && <QueueMessages queue={queue.name} />}
        {tab === 'unacked' && <UnackedPanel queue={queue.name} />}
        {tab === 'scheduled' && <ScheduledPanel queue={queue.name} />}
        {tab === 'classes' && <ClassesPanel queue={queue.name} />}
        {tab === 'settings' && <SettingsPanel view={view} />}
      </TabPanel>
    </div>
  )
}

function Consumers({ view }: { readonly view: QueueView }) {
  const rows = useMemo(() => view.consumers.map(toWorkerRow).sort(byNeed), [view.consumers])
  const parts = [String(rows.length), ...(view.prefetch === null ? [] : [`prefetch ${formatCount(view.prefetch)}`])]
  return (
    <Panel cards title="Workers that take from it" note={rows.length === 0 ? undefined : parts.join(' · ')}>
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
