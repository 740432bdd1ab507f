import { BellRing, CircleAlert, CirclePause, TriangleAlert } from 'lucide-react'
import type { Column } from '../ui/data-table.tsx'
import { formatCount, plural, shortWorker } from '../ui/format.ts'
import { Link } from '../ui/link.tsx'
import { Count, Rate, Unknown } from '../ui/numbers.tsx'
import { SlotBar } from '../ui/slot-bar.tsx'
import { Spark } from '../ui/spark.tsx'
import { OldestMark } from './oldest-mark.tsx'
import { OutlookMark } from './outlook-mark.tsx'
import type { QueueRow } from './queue-row.model.ts'

export function queueHref(name: string): string {
  return `/queue/${encodeURIComponent(name)}`
}

const name: Column<QueueRow> = {
  id: 'name',
  head: 'Queue',
  sort: (row) => row.name,
  cell: (row) => (
    <span className="flex min-w-0 items-center gap-1.5">
      <Link href={queueHref(row.name)} className="min-w-0 truncate font-medium hover:underline" data-tip={row.name}>
        {row.name}
      </Link>
      {(row.isFiring || row.isOverLimit) && (
        <span
          className="inline-flex shrink-0 items-center gap-1 text-bad text-xs"
          data-tip={row.limit === null ? 'An alert fires for this queue' : `Limit: ${formatCount(row.limit)}`}
        >
          <BellRing size={13} strokeWidth={2} aria-hidden />
          over limit
        </span>
      )}
      {row.paused !== null && (
        <span
          className="inline-flex shrink-0 items-center gap-1 text-fg-2 text-xs"
          data-tip={`Paused by ${row.paused.who}${row.workers.length > 0 ? ', but somebody takes from it again' : ''}`}
        >
          <CirclePause size={13} strokeWidth={2} aria-hidden />
          paused
        </span>
      )}
      {row.error !== null && (
        <span className="inline-flex shrink-0 items-center gap-1 text-bad text-xs" data-tip={row.error}>
          <CircleAlert size={13} strokeWidth={2} aria-hidden />
          not readable
        </span>
      )}
    </span>
  ),
}

const waiting: Column<QueueRow> = {
  id: 'waiting',
  head: 'Waiting',
  className: 'md:w-24',
  align: 'right',
  first: 'down',
  tip: 'Messages in the broker that no worker has taken, over all priorities',
  sort: (row) => row.waiting,
  cell: (row) => (
    <span
      className={row.isOverLimit ? 'font-medium text-bad' : 'font-medium'}
      {...(row.priorities !== null && { 'data-tip': row.priorities })}
    >
      <Count value={row.waiting} unknown={row.error ?? 'Not read yet'} />
    </span>
  ),
}

const spark: Column<QueueRow> = {
  id: 'spark',
  head: 'Lately',
  className: 'w-28 max-md:hidden',
  tip: 'Waiting, over the last minutes',
  cell: (row) => (
    <Spark
      values={row.spark}
      label={row.sparkLabel}
      width={88}
      height={20}
      color={row.isOverLimit || row.isOrphaned ? 'text-chart-failed' : 'text-chart-running'}
    />
  ),
}

const incoming: Column<QueueRow> = {
  id: 'in',
  head: 'In',
  className: 'md:w-20',
  align: 'right',
  first: 'down',
  tip: 'Messages that come in, from changes of depth and from events',
  sort: (row) => row.inPerSecond,
  cell: (row) => <Rate perSecond={row.inPerSecond} unknown="Not measured yet" />,
}

const outgoing: Column<QueueRow> = {
  id: 'out',
  head: 'Out',
  className: 'md:w-20',
  align: 'right',
  first: 'down',
  tip: 'Messages that workers take',
  sort: (row) => row.outPerSecond,
  cell: (row) => <Rate perSecond={row.outPerSecond} unknown="Not measured yet" />,
}

const emptyIn: Column<QueueRow> = {
  id: 'empty',
  head: 'Empty in',
  className: 'md:w-28',
  align: 'right',
  tip: 'At the speed of the last two minutes',
  cell: (row) => <OutlookMark outlook={row.outlook} />,
}

const oldest: Column<QueueRow> = {
  id: 'oldest',
  head: 'Oldest',
  className: 'md:w-26',
  align: 'right',
  first: 'down',
  tip: 'How long the oldest waiting message has waited',
  sort: (row) => (row.oldest === null ? null : -row.oldest.sinceMs),
  cell: (row) => <OldestMark oldest={row.oldest} waiting={row.waiting} />,
}

const unacked: Column<QueueRow> = {
  id: 'unacked',
  head: 'Unacked',
  align: 'right',
  first: 'down',
  tip: 'Taken by a worker, not yet acknowledged',
  className: 'md:w-20 max-lg:hidden max-md:inline',
  sort: (row) => row.unacked,
  cell: (row) => <Count value={row.unacked} unknown="The broker does not tell it per queue" />,
}

const workers: Column<QueueRow> = {
  id: 'workers',
  head: 'Workers',
  className: 'md:w-20',
  align: 'right',
  first: 'down',
  tip: 'Workers that take from it',
  sort: (row) => row.workers.length,
  cell: (row) =>
    row.isOrphaned ? (
      <span className="whitespace-nowrap font-medium text-bad">
        <TriangleAlert size={13} strokeWidth={2} className="mr-1 inline-block align-[-0.15em]" aria-hidden />
        none
      </span>
    ) : (
      <span {...(row.workers.length > 0 && { 'data-tip': row.workers.map(shortWorker).join('\n') })}>
        <span className="sr-only">{plural(row.workers.length, 'worker')}</span>
        <span aria-hidden>{row.workers.length}</span>
      </span>
    ),
}

const slots: Column<QueueRow> = {
  id: 'slots',
  head: 'Slots busy',
  className: 'w-36 max-lg:hidden',
  tip: 'Of all workers that take from it; they may be busy with other queues',
  cell: (row) =>
    row.slots === null ? (
      <Unknown reason={row.workers.length === 0 ? 'No worker' : 'The workers have not told their sizes yet'} />
    ) : (
      <SlotBar busy={row.slots.busy} total={row.slots.total} />
    ),
}

export const QUEUE_COLUMNS: readonly Column<QueueRow>[] = [
  name,
  waiting,
  spark,
  incoming,
  outgoing,
  oldest,
  emptyIn,
  unacked,
  workers,
  slots,
]

/** For the Overview, in half the width. */
export const QUEUE_COLUMNS_SHORT: readonly Column<QueueRow>[] = [
  name,
  waiting,
  spark,
  incoming,
  outgoing,
  oldest,
  emptyIn,
  workers,
]
