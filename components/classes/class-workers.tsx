import { CircleCheck, CircleOff } from 'lucide-react'
import type { ClassWorkerView } from '../../lib/live/class-views.ts'
import { type Column, DataTable } from '../ui/data-table.tsx'
import { shortWorker } from '../ui/format.ts'
import { Link } from '../ui/link.tsx'
import { Count, Unknown } from '../ui/numbers.tsx'
import { Panel } from '../ui/panel.tsx'
import { workerHref } from '../workers/worker-columns.tsx'
import { endColumns } from './end-columns.tsx'

const COLUMNS: readonly Column<ClassWorkerView>[] = [
  {
    id: 'name',
    head: 'Worker',
    sort: (row) => row.name,
    cell: (row) => (
      <Link
        href={`${workerHref(row.name)}?tab=tasks`}
        className="block truncate font-medium hover:underline"
        data-tip={row.name}
      >
        {shortWorker(row.name)}
      </Link>
    ),
  },
  {
    id: 'state',
    head: 'State',
    className: 'md:w-28',
    sort: (row) => String(row.online),
    cell: (row) => <Presence online={row.online} />,
  },
  {
    id: 'limit',
    head: 'Rate limit',
    className: 'md:w-28',
    tip: 'As the worker told it',
    sort: (row) => row.rateLimit,
    cell: (row) => <RateLimit row={row} />,
  },
  {
    id: 'runs',
    head: 'Ended',
    className: 'md:w-20',
    align: 'right',
    first: 'down',
    tip: 'Tasks of this class that ended there',
    sort: (row) => row.runs,
    cell: (row) => <Count value={row.runs} />,
  },
  ...endColumns('None ended there in this time'),
]

/** Who knows this task and who ran it, with the limit that each keeps. */
export function ClassWorkers({ workers }: { readonly workers: readonly ClassWorkerView[] }) {
  return (
    <Panel cards title="Workers">
      <DataTable<ClassWorkerView>
        label="Workers"
        rows={workers}
        className="md:table-fixed"
        columns={COLUMNS}
        rowKey={(row) => row.name}
        href={(row) => workerHref(row.name)}
        defaultSort={{ column: 'runs', down: true }}
        empty={<p className="px-cell-x pt-1 pb-4 text-fg-3 text-sm">No worker that is known has this task.</p>}
      />
    </Panel>
  )
}

function Presence({ online }: { readonly online: boolean }) {
  const Icon = online ? CircleCheck : CircleOff
  return (
    <span className="whitespace-nowrap text-fg-2">
      <Icon size={14} strokeWidth={2} className="mr-1.5 inline-block align-[-0.17em] text-fg-3" aria-hidden />
      {online ? 'Online' : 'Offline'}
    </span>
  )
}

function RateLimit({ row }: { readonly row: ClassWorkerView }) {
  if (row.rateLimit !== null) return <span className="font-medium">{row.rateLimit}</span>
  if (row.registered === null) return <Unknown reason="The worker has not told its tasks yet" />
  if (!row.registered) return <span className="text-fg-3">not registered</span>
  return <span className="text-fg-2">none</span>
}
