import type { TimelineEntryView } from '../../lib/live/views.ts'
import { type Column, DataTable } from '../ui/data-table.tsx'
import { formatMoment, shortWorker } from '../ui/format.ts'
import { Link } from '../ui/link.tsx'
import { Duration, Unknown } from '../ui/numbers.tsx'
import { Panel } from '../ui/panel.tsx'
import { lookOf } from '../ui/task-state.ts'
import { EVENT_STATES } from './task-timeline.tsx'

type Row = TimelineEntryView & { readonly key: string; readonly afterMs: number | null }

/** What was told of a task, in order, with exact times. */
export function TaskEvents({ entries }: { readonly entries: readonly TimelineEntryView[] }) {
  const rows = entries.map((entry, i): Row => {
    const before = entries[i - 1]
    const afterMs = before === undefined ? null : Math.max(0, entry.atMs - before.atMs)
    return { ...entry, key: `${i} ${entry.what} ${entry.atMs}`, afterMs }
  })
  return (
    <Panel cards>
      <DataTable<Row>
        label="Events of this task"
        rows={rows}
        columns={COLUMNS}
        rowKey={(row) => row.key}
        empty={<p className="px-cell-x py-4 text-fg-3 text-sm">No event of this task is known.</p>}
      />
    </Panel>
  )
}

const COLUMNS: readonly Column<Row>[] = [
  {
    id: 'what',
    head: 'Event',
    className: 'md:w-36',
    cell: ({ what }) => {
      const state = EVENT_STATES[what]
      return (
        <span className="flex items-center gap-2">
          {state !== undefined && <EventIcon state={state} />}
          <span className="font-medium">{what}</span>
        </span>
      )
    },
  },
  {
    id: 'at',
    head: 'When',
    className: 'md:w-64 whitespace-nowrap tabular-nums',
    cell: ({ atMs }) => <span data-tip={formatMoment(atMs, 'utc')}>{formatMoment(atMs)}</span>,
  },
  {
    id: 'after',
    head: 'After',
    align: 'right',
    className: 'md:w-24',
    tip: 'Since the one before it',
    cell: ({ afterMs }) => (afterMs === null ? <Unknown reason="It is the first" /> : <Duration ms={afterMs} />),
  },
  {
    id: 'by',
    head: 'By',
    className: 'md:w-40',
    // What is sent, a program sends that has no page.
    cell: ({ by, what }) =>
      by === null ? (
        <Unknown reason="Not told" />
      ) : what === 'sent' ? (
        by
      ) : (
        <Link href={`/worker/${encodeURIComponent(by)}`} className="hover:underline" data-tip={by}>
          {shortWorker(by)}
        </Link>
      ),
  },
  {
    id: 'detail',
    head: 'What it told',
    className: 'break-words text-fg-2',
    cell: ({ detail }) => detail ?? <span className="text-fg-3">–</span>,
  },
]

function EventIcon({ state }: { readonly state: string }) {
  const { icon: Icon, color } = lookOf(state)
  return <Icon size={14} strokeWidth={2} className={`shrink-0 ${color}`} aria-hidden />
}
