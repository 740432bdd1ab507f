'use client'

import type { QueueScheduled } from '../../lib/live/queue-views.ts'
import { ClassName } from '../classes/class-name.tsx'
import { useAnswer } from '../live/use-answer.ts'
import { callArguments } from '../tasks/task-row.model.ts'
import { type Column, DataTable } from '../ui/data-table.tsx'
import { formatCount, formatTime, plural, shortId, shortWorker } from '../ui/format.ts'
import { Link } from '../ui/link.tsx'
import { Ago } from '../ui/numbers.tsx'
import { workerHref } from '../workers/worker-columns.tsx'
import { queueAddress } from './queue-address.ts'
import { NoRows, ReadPanel } from './read-panel.tsx'

type Scheduled = QueueScheduled['tasks'][number]

/** Tasks of a queue that workers have taken and hold until their time: an ETA, a countdown, a retry. */
export function ScheduledPanel({ queue }: { readonly queue: string }) {
  const answer = useAnswer<QueueScheduled>(queueAddress(queue, 'scheduled'))
  return (
    <ReadPanel title="Held for a later time" answer={answer} note={noteOf}>
      {(data) => (
        <DataTable<Scheduled>
          label={`Tasks of ${queue} held for a later time`}
          rows={data.tasks}
          columns={COLUMNS}
          rowKey={(task) => `${task.worker} ${task.id}`}
          href={(task) => taskHref(task)}
          empty={<NoRows>{emptyText(data)}</NoRows>}
        />
      )}
    </ReadPanel>
  )
}

const COLUMNS: readonly Column<Scheduled>[] = [
  {
    id: 'task',
    head: 'Task',
    className: 'max-w-72',
    cell: (task) => (
      <span className="flex min-w-0 items-baseline gap-2">
        {task.task !== null && <ClassName name={task.task} />}
        <Link href={taskHref(task)} className="shrink-0 font-mono text-fg-2 text-xs hover:underline" data-tip={task.id}>
          {shortId(task.id)}
        </Link>
      </span>
    ),
  },
  {
    id: 'arguments',
    head: 'Arguments',
    className: 'max-w-0 w-2/5 max-md:w-full max-md:max-w-full',
    cell: (task) => <span className="block truncate font-mono text-xs">{callArguments(task.args, task.kwargs)}</span>,
  },
  {
    id: 'eta',
    head: 'Runs',
    align: 'right',
    className: 'whitespace-nowrap',
    tip: 'At the earliest',
    sort: (task) => task.etaMs,
    cell: (task) => <Ago ms={task.etaMs} unknown="The worker does not say when" />,
  },
  {
    id: 'worker',
    head: 'Held by',
    className: 'whitespace-nowrap',
    sort: (task) => task.worker,
    cell: (task) => (
      <Link href={workerHref(task.worker)} className="hover:underline" data-tip={task.worker}>
        {shortWorker(task.worker)}
      </Link>
    ),
  },
]

const taskHref = (task: Scheduled) => `/task/${encodeURIComponent(task.id)}`

function noteOf({ total, tasks, asOfMs }: QueueScheduled): string {
  const shown =
    total > tasks.length ? `the first ${formatCount(tasks.length)} of ${formatCount(total)}` : plural(total, 'task')
  return asOfMs === null ? 'No worker has answered' : `${shown}, the next to run first, as of ${formatTime(asOfMs)}`
}

function emptyText({ asOfMs }: QueueScheduled): string {
  return asOfMs === null
    ? 'No worker has answered: what they hold is not known.'
    : 'No worker holds a task of this queue for a later time.'
}
