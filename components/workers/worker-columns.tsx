import type { Column } from '../ui/data-table.tsx'
import { formatDuration, formatPercent } from '../ui/format.ts'
import { Link } from '../ui/link.tsx'
import { Ago, Bytes, Since, Unknown } from '../ui/numbers.tsx'
import { SlotBar } from '../ui/slot-bar.tsx'
import { NowRunning } from './now-running.tsx'
import type { WorkerRow } from './worker-row.model.ts'
import { WorkerStateMark } from './worker-state.tsx'

export function workerHref(name: string): string {
  return `/worker/${encodeURIComponent(name)}`
}

const name: Column<WorkerRow> = {
  id: 'name',
  head: 'Worker',
  sort: (row) => row.name,
  cell: (row) => (
    <span className="flex min-w-0 items-center gap-1.5">
      <Link href={workerHref(row.name)} className="min-w-0 truncate font-medium hover:underline" data-tip={row.name}>
        {row.shortName}
      </Link>
      {row.skewMs !== null && (
        <span className="shrink-0 text-warn text-xs" data-tip="Times that it tells are not to be compared with others">
          clock {formatDuration(Math.abs(row.skewMs))} {row.skewMs > 0 ? 'ahead' : 'behind'}
        </span>
      )}
    </span>
  ),
}

const state: Column<WorkerRow> = {
  id: 'state',
  head: 'State',
  className: 'md:w-28',
  sort: (row) => row.state,
  cell: (row) => <WorkerStateMark state={row.state} />,
}

const slots: Column<WorkerRow> = {
  id: 'slots',
  head: 'Slots',
  className: 'md:w-32',
  first: 'down',
  sort: (row) => row.active,
  cell: (row) =>
    row.state === 'offline' ? <Unknown reason="Offline" /> : <SlotBar busy={row.active} total={row.concurrency} />,
}

const now: Column<WorkerRow> = {
  id: 'now',
  head: 'Now',
  tip: 'The task that runs longest there',
  className: 'md:w-44 max-md:min-w-28',
  cell: (row) => <NowRunning now={row.now} />,
}

const done: Column<WorkerRow> = {
  id: 'done',
  head: 'Done/min',
  className: 'md:w-20',
  align: 'right',
  first: 'down',
  tip: 'Tasks that ended in the last minute',
  sort: (row) => row.donePerMinute,
  cell: (row) => (row.state === 'offline' ? <Unknown reason="Offline" /> : Math.round(row.donePerMinute)),
}

const failed: Column<WorkerRow> = {
  id: 'failed',
  head: 'Failed',
  className: 'md:w-18 max-lg:hidden max-md:inline',
  align: 'right',
  first: 'down',
  tip: 'Share of the tasks that ended there since Umbel watches',
  sort: (row) => row.failedShare,
  cell: (row) =>
    row.failedShare === null ? <Unknown reason="No task ended there yet" /> : formatPercent(row.failedShare),
}

const load: Column<WorkerRow> = {
  id: 'load',
  head: 'Load',
  align: 'right',
  tip: 'Load average of its machine over 1, 5 and 15 minutes',
  className: 'w-32 max-xl:hidden',
  cell: (row) =>
    row.load === null ? (
      <Unknown reason="Not told" />
    ) : (
      <span className="whitespace-nowrap text-fg-2 text-xs">{row.load}</span>
    ),
}

const memory: Column<WorkerRow> = {
  id: 'memory',
  head: 'Memory',
  align: 'right',
  first: 'down',
  tip: 'The most that its main process has needed since it started',
  className: 'md:w-22 max-lg:hidden max-md:inline',
  sort: (row) => row.memoryBytes,
  cell: (row) => <Bytes value={row.memoryBytes} unknown={row.state === 'offline' ? 'Offline' : 'Not told yet'} />,
}

const up: Column<WorkerRow> = {
  id: 'up',
  head: 'Up',
  align: 'right',
  first: 'down',
  className: 'w-20 max-lg:hidden',
  sort: (row) => (row.upSinceMs === null ? null : -row.upSinceMs),
  cell: (row) =>
    row.state === 'offline' ? <Unknown reason="Offline" /> : <Since sinceMs={row.upSinceMs} unknown="Not told yet" />,
}

const seen: Column<WorkerRow> = {
  id: 'seen',
  head: 'Seen',
  align: 'right',
  first: 'down',
  tip: 'Its last sign of life',
  className: 'md:w-22',
  sort: (row) => row.lastSeenMs,
  cell: (row) => (
    <span className="text-fg-2">
      <Ago ms={row.lastSeenMs} />
    </span>
  ),
}

export const WORKER_COLUMNS: readonly Column<WorkerRow>[] = [
  name,
  state,
  slots,
  now,
  done,
  failed,
  memory,
  load,
  up,
  seen,
]
/** For the Overview and the consumers of a queue, in half the width. */
export const WORKER_COLUMNS_SHORT: readonly Column<WorkerRow>[] = [name, state, slots, now, done]
