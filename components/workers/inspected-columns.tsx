import type { InspectedTaskView } from '../../lib/live/views.ts'
import { ClassName } from '../classes/class-name.tsx'
import { callArguments } from '../tasks/task-row.model.ts'
import type { Column } from '../ui/data-table.tsx'
import { shortId } from '../ui/format.ts'
import { Link } from '../ui/link.tsx'
import { Ago, Since, Unknown } from '../ui/numbers.tsx'
import { RevokeTask } from './revoke-task.tsx'

/** The tasks that a worker holds. */
export function inspectedColumns(
  held: 'running' | 'reserved' | 'scheduled',
  cannotAct: string | null,
): readonly Column<InspectedTaskView>[] {
  const isRunning = held === 'running'
  return [
    { id: 'task', head: 'Task', className: 'md:w-64 max-w-64', cell: taskCell },
    {
      id: 'arguments',
      head: 'Arguments',
      className: 'max-w-0 max-md:w-full max-md:max-w-full',
      cell: (task) => (
        <span
          className="block truncate font-mono text-xs"
          data-tip={[task.args, task.kwargs].filter(Boolean).join('\n')}
        >
          {callArguments(task.args, task.kwargs)}
        </span>
      ),
    },
    isRunning
      ? {
          id: 'running',
          head: 'Running for',
          align: 'right',
          className: 'md:w-28 whitespace-nowrap',
          cell: (task) => <Since sinceMs={task.startedMs} unknown="The worker does not say since when" />,
        }
      : {
          id: 'eta',
          head: 'ETA',
          align: 'right',
          className: 'md:w-28 whitespace-nowrap',
          cell: (task) => <Ago ms={task.etaMs} unknown="At once" />,
        },
    ...(isRunning ? [pid] : []),
    {
      id: 'acknowledged',
      head: 'Acknowledged',
      className: 'md:w-32 max-lg:hidden max-md:inline',
      cell: (task) => (task.acknowledged === null ? <Unknown /> : task.acknowledged ? 'yes' : 'not yet'),
    },
    {
      id: 'actions',
      head: 'Actions',
      align: 'right',
      className: 'md:w-20',
      cell: (task) => <RevokeTask task={task} isRunning={isRunning} cannotAct={cannotAct} />,
    },
  ]
}

const pid: Column<InspectedTaskView> = {
  id: 'pid',
  head: 'Process',
  align: 'right',
  className: 'md:w-20',
  cell: (task) => task.pid ?? <Unknown reason="Not told" />,
}

/** Its name leads to its class, its id to itself. */
function taskCell(task: InspectedTaskView) {
  return (
    <span className="flex min-w-0 items-baseline gap-2">
      {task.task !== null && <ClassName name={task.task} />}
      <Link
        href={`/task/${encodeURIComponent(task.id)}`}
        className="shrink-0 font-mono text-fg-2 text-xs hover:underline"
        data-tip={task.id}
      >
        {shortId(task.id)}
      </Link>
    </span>
  )
}
