'use client'

import { useMemo } from 'react'
import type { WorkersView } from '../../lib/live/views.ts'
import { Page } from '../frame/page.tsx'
import { LiveView } from '../live/live-view.tsx'
import { useLive } from '../live/use-live.ts'
import { DataTable } from '../ui/data-table.tsx'
import { Empty } from '../ui/empty.tsx'
import { formatCount } from '../ui/format.ts'
import { Panel } from '../ui/panel.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { RefreshWorkers } from './refresh-workers.tsx'
import { WORKER_COLUMNS, workerHref } from './worker-columns.tsx'
import { byNeed, countStates, toWorkerRow, type WorkerRow } from './worker-row.model.ts'
import { WORKER_LOOKS } from './worker-state.tsx'

/** Who is alive, busy, stuck. */
export function WorkersPage() {
  const state = useLive({ name: 'workers' })
  return (
    <Page title="Workers" actions={<RefreshWorkers />}>
      <LiveView
        state={state}
        skeleton={
          <Panel cards>
            <Skeleton rows={8} />
          </Panel>
        }
      >
        {(view, isStale) => <Workers view={view} isStale={isStale} />}
      </LiveView>
    </Page>
  )
}

function Workers({ view, isStale }: { readonly view: WorkersView; readonly isStale: boolean }) {
  const rows = useMemo(() => view.rows.map(toWorkerRow).sort(byNeed), [view.rows])
  if (rows.length === 0) {
    return (
      <Empty title="No worker has answered yet">
        Workers show up when they answer an inspect or send events. Start one with -E, or ask the running ones with the
        button above.
      </Empty>
    )
  }
  return (
    <>
      <p className="mb-2 text-fg-2 text-sm">{summary(view)}</p>
      <Panel cards className={isStale ? 'grayscale' : ''}>
        <DataTable<WorkerRow>
          label="Workers"
          rows={rows}
          className="md:table-fixed"
          columns={WORKER_COLUMNS}
          rowKey={(row) => row.name}
          href={(row) => workerHref(row.name)}
        />
      </Panel>
    </>
  )
}

function summary(view: WorkersView): string {
  const parts = countStates(view.rows).map(
    ({ state, count }) => `${formatCount(count)} ${WORKER_LOOKS[state].word.toLowerCase()}`,
  )
  if (view.slotsTotal !== null)
    parts.push(`${formatCount(view.slotsBusy)} of ${formatCount(view.slotsTotal)} slots busy`)
  return parts.join(' · ')
}
