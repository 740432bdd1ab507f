'use client'

import { useMemo } from 'react'
import type { WorkersView } from '../../lib/live/views.ts'
import { Page } from '../frame/page.tsx'
import { SearchBox } from '../list/search-box.tsx'
import { LiveView } from '../live/live-view.tsx'
import { useLive } from '../live/use-live.ts'
import { DataTable } from '../ui/data-table.tsx'
import { Empty } from '../ui/empty.tsx'
import { formatCount, plural } from '../ui/format.ts'
import { Panel } from '../ui/panel.tsx'
import { Select } from '../ui/select.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { useUrlParam, useUrlText } from '../ui/use-url-param.ts'
import { RefreshWorkers } from './refresh-workers.tsx'
import { WORKER_COLUMNS, workerHref } from './worker-columns.tsx'
import { groupWorkers, matchesWords, WORKER_GROUPINGS } from './worker-groups.model.ts'
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

const GROUP_OPTIONS = WORKER_GROUPINGS.map((value) => ({
  value,
  label: value === 'none' ? 'Not grouped' : `By ${value}`,
}))

function Workers({ view, isStale }: { readonly view: WorkersView; readonly isStale: boolean }) {
  const [group, setGroup] = useUrlParam('group', WORKER_GROUPINGS, 'none')
  const [q, setQ] = useUrlText('q')
  const all = useMemo(() => view.rows.map(toWorkerRow).sort(byNeed), [view.rows])
  const rows = useMemo(() => all.filter((row) => matchesWords(row, q)), [all, q])
  const groups = useMemo(() => groupWorkers(rows, group), [rows, group])
  if (all.length === 0) {
    return (
      <Empty title="No worker has answered yet">
        Workers show up when they answer an inspect or send events. Start one with -E, or ask the running ones with the
        button above.
      </Empty>
    )
  }
  return (
    <div className={`flex flex-col gap-3 ${isStale ? 'grayscale' : ''}`}>
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <p className="mr-auto text-fg-2 text-sm max-md:w-full">{summary(view)}</p>
        <SearchBox label="Search workers" placeholder="Name, queue, task…" value={q} onChange={setQ} />
        <Select aria-label="Group by" options={GROUP_OPTIONS} value={group} onChange={setGroup} />
      </div>
      {rows.length === 0 && <Empty title={`No worker matches “${q}”`} />}
      {groups.map(({ name, rows: members, busy, slots }) => (
        <Panel
          key={name}
          cards
          title={name}
          note={`${plural(members.length, 'worker')} · ${formatCount(busy)} of ${plural(slots, 'slot')} busy`}
        >
          <WorkerTable label={`Workers of ${name}`} rows={members} />
        </Panel>
      ))}
      {groups.length === 0 && rows.length > 0 && (
        <Panel cards>
          <WorkerTable label="Workers" rows={rows} />
        </Panel>
      )}
    </div>
  )
}

function WorkerTable({ label, rows }: { readonly label: string; readonly rows: readonly WorkerRow[] }) {
  return (
    <DataTable<WorkerRow>
      label={label}
      rows={rows}
      className="md:table-fixed"
      columns={WORKER_COLUMNS}
      rowKey={(row) => row.name}
      href={(row) => workerHref(row.name)}
    />
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
