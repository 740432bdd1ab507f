'use client'

import { useMemo } from 'react'
import type { QueuesView, WorkerRowView } from '../../lib/live/views.ts'
import { Page } from '../frame/page.tsx'
import { SearchBox } from '../list/search-box.tsx'
import { LiveView } from '../live/live-view.tsx'
import { useLive } from '../live/use-live.ts'
import { DataTable } from '../ui/data-table.tsx'
import { Empty } from '../ui/empty.tsx'
import { formatCount, plural } from '../ui/format.ts'
import { Link } from '../ui/link.tsx'
import { Panel } from '../ui/panel.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { useUrlText } from '../ui/use-url-param.ts'
import { QUEUE_COLUMNS, queueHref } from './queue-columns.tsx'
import { byTrouble, type QueueRow, toQueueRow } from './queue-row.model.ts'

/** Fewer are seen at a glance. */
const SEARCH_FROM = 8

const NO_WORKERS: readonly WorkerRowView[] = []

/** What grows, what drains, who takes from it. */
export function QueuesPage() {
  const state = useLive({ name: 'queues' })
  const workers = useLive({ name: 'workers' }).view?.rows ?? NO_WORKERS
  return (
    <Page
      title="Queues"
      actions={
        <Link href="/broker" className="text-fg-2 text-sm hover:underline">
          Broker
        </Link>
      }
    >
      <LiveView
        state={state}
        skeleton={
          <Panel cards>
            <Skeleton rows={8} />
          </Panel>
        }
      >
        {(view, isStale) => <Queues view={view} workers={workers} isStale={isStale} />}
      </LiveView>
    </Page>
  )
}

type Props = { readonly view: QueuesView; readonly workers: readonly WorkerRowView[]; readonly isStale: boolean }

function Queues({ view, workers, isStale }: Props) {
  const [q, setQ] = useUrlText('q')
  const all = useMemo(() => view.rows.map((queue) => toQueueRow(queue, workers)).sort(byTrouble), [view.rows, workers])
  const rows = useMemo(() => all.filter((row) => row.name.toLowerCase().includes(q.trim().toLowerCase())), [all, q])
  if (all.length === 0) {
    return (
      <Empty title="No queue is known yet">
        Queues show up when the broker holds one, when a worker serves one, or when one is named in Umbel's options.
      </Empty>
    )
  }
  return (
    <>
      <div className="mb-3 flex flex-wrap items-center gap-x-4 gap-y-2">
        <p className="mr-auto text-fg-2 text-sm">{summary(view, all)}</p>
        {(all.length >= SEARCH_FROM || q !== '') && (
          <SearchBox label="Search queues" placeholder="Name of a queue…" value={q} onChange={setQ} />
        )}
      </div>
      <Panel cards className={isStale ? 'grayscale' : ''}>
        <DataTable<QueueRow>
          label="Queues"
          rows={rows}
          className="md:table-fixed"
          columns={QUEUE_COLUMNS}
          rowKey={(row) => row.name}
          href={(row) => queueHref(row.name)}
          empty={<Empty title={`No queue has “${q}” in its name`} />}
        />
      </Panel>
    </>
  )
}

function summary(view: QueuesView, rows: readonly QueueRow[]): string {
  const readable = rows.filter((row) => row.waiting !== null)
  const waiting = formatCount(readable.reduce((sum, row) => sum + (row.waiting ?? 0), 0))
  const unread = rows.length - readable.length
  const parts = [plural(rows.length, 'queue')]
  if (readable.length > 0) parts.push(`${waiting} waiting`)
  if (unread > 0) parts.push(`${unread === rows.length ? 'none' : `${unread} of them not`} readable`)
  if (view.unackedTotal !== null) parts.push(`${formatCount(view.unackedTotal)} taken and not yet acknowledged`)
  return parts.join(' · ')
}
