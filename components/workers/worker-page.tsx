'use client'

import type { ReactNode } from 'react'
import type { WorkerRowView, WorkerView } from '../../lib/live/views.ts'
import { Page } from '../frame/page.tsx'
import { LiveView } from '../live/live-view.tsx'
import { useLive } from '../live/use-live.ts'
import { useMe } from '../live/use-me.ts'
import { cx } from '../ui/cx.ts'
import { Empty } from '../ui/empty.tsx'
import { formatPercent, shortWorker } from '../ui/format.ts'
import { useRouter } from '../ui/navigation.ts'
import { Ago, Bytes, Count, Since, Unknown } from '../ui/numbers.tsx'
import { PageSkeleton } from '../ui/page-skeleton.tsx'
import { SlotBar } from '../ui/slot-bar.tsx'
import { TabPanel, Tabs } from '../ui/tabs.tsx'
import { useUrlParam } from '../ui/use-url-param.ts'
import { CommandList } from './command-list.tsx'
import { ForgetWorker } from './forget-worker.tsx'
import { NowRunning } from './now-running.tsx'
import { RefreshWorkers } from './refresh-workers.tsx'
import { ShutDownWorker } from './shut-down-worker.tsx'
import { toWorkerRow } from './worker-row.model.ts'
import { WorkerStateMark } from './worker-state.tsx'
import { WorkerTabContent } from './worker-tab-content.tsx'
import { WORKER_TABS, workerTabs } from './worker-tabs.ts'

/** One worker: what it does, what it is made of, and what can be done with it. */
export function WorkerPage({ name }: { readonly name: string }) {
  const state = useLive({ name: 'worker', worker: name })
  const { cannotAct } = useMe()
  const worker = state.view?.worker ?? null
  const reason = cannotAct ?? (worker?.state === 'offline' ? 'The worker is offline' : null)
  const rights = { cannotAct: reason, cannotForget: cannotAct }
  const refresh = <RefreshWorkers worker={name} busy={state.view?.inspecting ?? false} />
  return (
    <Page
      title={shortWorker(name)}
      documentTitle={`${shortWorker(name)} · Workers`}
      actions={worker !== null && refresh}
    >
      <LiveView state={state} skeleton={<PageSkeleton lines={['h-9 w-[34rem]', 'h-9 w-96']} boxes={null} rows={5} />}>
        {(view, isStale) =>
          view.worker === null ? (
            <Empty title={`No worker is called ${name}`}>
              It may have gone away longer ago than Umbel remembers, or it has not sent a sign of life yet.
            </Empty>
          ) : (
            <Content name={name} view={view} worker={view.worker} {...rights} isStale={isStale} />
          )
        }
      </LiveView>
    </Page>
  )
}

type ContentProps = {
  readonly name: string
  readonly view: WorkerView
  readonly worker: WorkerRowView
  readonly cannotAct: string | null
  readonly cannotForget: string | null
  readonly isStale: boolean
}

function Content({ name, view, worker, cannotAct, cannotForget, isStale }: ContentProps) {
  const router = useRouter()
  const { cannotAdmin } = useMe()
  const [tab, setTab] = useUrlParam('tab', WORKER_TABS, 'now')
  return (
    <div className={`flex flex-col gap-4 ${isStale ? 'grayscale' : ''}`}>
      <div className="flex items-start justify-between gap-3 max-md:flex-wrap">
        <Facts worker={worker} />
        {worker.state === 'offline' ? (
          <ForgetWorker name={name} cannotAct={cannotForget} onForgotten={() => router.push('/workers')} />
        ) : (
          <ShutDownWorker name={name} view={view} cannotAct={cannotAct ?? cannotAdmin} />
        )}
      </div>
      <CommandList commands={view.commands} />
      <div>
        <Tabs label="Parts of this worker" name="worker" tabs={workerTabs(view)} value={tab} onChange={setTab} />
        <p className={cx('py-2 text-fg-3 text-xs', tab === 'history' && 'hidden')}>
          {view.inspectedMs === null ? (
            'The worker has not answered an inspect yet. What follows is known from its events.'
          ) : (
            <>
              As of <Ago ms={view.inspectedMs} />, as the worker told it
              {view.inspecting && ', being asked again'}.
            </>
          )}
        </p>
        <TabPanel name="worker" id={tab} className={tab === 'history' ? 'pt-3' : ''}>
          <WorkerTabContent tab={tab} view={view} worker={worker} cannotAct={cannotAct} isStale={isStale} />
        </TabPanel>
      </div>
    </div>
  )
}

function Facts({ worker }: { readonly worker: WorkerRowView }) {
  const row = toWorkerRow(worker)
  return (
    <dl className="flex min-w-0 flex-wrap gap-x-5 gap-y-2 text-sm">
      <Fact name="State">
        <WorkerStateMark state={row.state} />
      </Fact>
      <Fact name="Slots busy">
        <SlotBar busy={row.active} total={row.concurrency} />
      </Fact>
      <Fact name="Now" className="md:w-40">
        <NowRunning now={row.now} />
      </Fact>
      <Fact name="Done/min">{Math.round(row.donePerMinute)}</Fact>
      <Fact name="Failed">
        {row.failedShare === null ? <Unknown reason="No task ended there yet" /> : formatPercent(row.failedShare)}
      </Fact>
      <Fact name="Processed">
        <Count value={worker.processed} unknown="Not told yet" />
      </Fact>
      <Fact name="Memory">
        <Bytes value={worker.memoryBytes} unknown="Not told" />
      </Fact>
      <Fact name="Load">{row.load ?? <Unknown reason="Not told" />}</Fact>
      <Fact name="Up">
        <Since sinceMs={worker.state === 'offline' ? null : worker.upSinceMs} unknown="Not known" />
      </Fact>
      <Fact name="Seen">
        <Ago ms={worker.lastSeenMs} />
      </Fact>
    </dl>
  )
}

type FactProps = { readonly name: string; readonly children: ReactNode; readonly className?: string }

function Fact({ name, children, className }: FactProps) {
  return (
    <div className={cx('min-w-0', className)}>
      <dt className="text-2xs text-fg-3">{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}
