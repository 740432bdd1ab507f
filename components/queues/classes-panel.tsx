'use client'

import type { QueueClass, QueueClasses } from '../../lib/live/queue-views.ts'
import { withTerm } from '../../lib/live/task-query.ts'
import { ClassName } from '../classes/class-name.tsx'
import { useAnswer } from '../live/use-answer.ts'
import { type Column, DataTable } from '../ui/data-table.tsx'
import { formatCount, formatPercent, formatTime } from '../ui/format.ts'
import { Link } from '../ui/link.tsx'
import { Bytes } from '../ui/numbers.tsx'
import { queueAddress } from './queue-address.ts'
import { NoRows, ReadPanel } from './read-panel.tsx'

/** What kinds of tasks wait in a queue. */
export function ClassesPanel({ queue }: { readonly queue: string }) {
  const answer = useAnswer<QueueClasses>(queueAddress(queue, 'classes'))
  return (
    <ReadPanel title="What waits, by kind" answer={answer} note={noteOf}>
      {(data) => (
        <DataTable<QueueClass>
          label={`Kinds of tasks that wait in ${queue}`}
          rows={data.classes}
          columns={columnsOf(data, queue)}
          rowKey={(row) => row.task ?? ''}
          empty={<NoRows>Nothing waited at {formatTime(data.asOfMs)}.</NoRows>}
        />
      )}
    </ReadPanel>
  )
}

function columnsOf({ scanned }: QueueClasses, queue: string): readonly Column<QueueClass>[] {
  return [
    {
      id: 'task',
      head: 'Task',
      sort: (row) => row.task,
      cell: (row) =>
        row.task === null ? (
          <span className="text-fg-2">Not readable</span>
        ) : (
          <ClassName name={row.task} className="block" />
        ),
    },
    {
      id: 'count',
      head: 'Waiting',
      align: 'right',
      first: 'down',
      className: 'md:w-28',
      sort: (row) => row.count,
      cell: (row) =>
        row.task === null ? (
          formatCount(row.count)
        ) : (
          <Link href={tasksHref(row.task, queue)} className="hover:underline" data-tip="The list of these tasks">
            {formatCount(row.count)}
          </Link>
        ),
    },
    {
      id: 'share',
      head: 'Share',
      align: 'right',
      className: 'md:w-24',
      cell: (row) => formatPercent(scanned === 0 ? 0 : row.count / scanned),
    },
    {
      id: 'size',
      head: 'Size, mean',
      align: 'right',
      first: 'down',
      className: 'md:w-28',
      sort: (row) => row.bytes / row.count,
      cell: (row) => <Bytes value={Math.round(row.bytes / row.count)} />,
    },
    {
      id: 'first',
      head: 'First in line',
      align: 'right',
      className: 'md:w-28',
      tip: 'The place of the first of them: 1 is taken next',
      sort: (row) => row.first,
      cell: (row) => formatCount(row.first + 1),
    },
  ]
}

/** The tasks of this kind that were seen, in the list of tasks. */
function tasksHref(task: string, queue: string): string {
  return `/tasks?q=${encodeURIComponent(withTerm(withTerm('', 'name', task), 'queue', queue))}`
}

function noteOf({ scanned, total, asOfMs }: QueueClasses): string {
  const among =
    scanned < total ? `the first ${formatCount(scanned)} of ${formatCount(total)}` : `all ${formatCount(total)}`
  return `${among}, as of ${formatTime(asOfMs)}`
}
