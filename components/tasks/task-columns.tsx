import type { ReactNode } from 'react'
import type { TaskSortKey } from '../../lib/live/topic.ts'
import type { TaskRowView } from '../../lib/live/views.ts'
import { shortWorker, splitName } from '../ui/format.ts'
import { Ago, Duration, Since, Unknown } from '../ui/numbers.tsx'
import { StateMark } from '../ui/state-mark.tsx'
import {
  attemptNote,
  callArguments,
  cameMs,
  exceptionName,
  runningSinceMs,
  shownState,
  waitingSinceMs,
} from './task-row.model.ts'

export interface TaskColumn {
  readonly id: string
  readonly head: string
  readonly tip: string
  readonly sort: TaskSortKey | null
  readonly right?: boolean
  readonly cell: (task: TaskRowView) => ReactNode
}

/** The columns of the task list, in order; widths and what falls away first are in task-table.css. */
export const TASK_COLUMNS: readonly TaskColumn[] = [
  {
    id: 'state',
    head: 'State',
    tip: 'Where it is in its life; ×2 is the second attempt',
    sort: 'state',
    cell: (task) => <StateMark state={shownState(task)} note={progressNote(task) ?? attemptNote(task)} />,
  },
  {
    id: 'task',
    head: 'Task',
    tip: 'The name of the task, and what it raised',
    sort: 'name',
    cell: (task) => <TaskName task={task} />,
  },
  {
    id: 'args',
    head: 'Arguments',
    tip: 'As Celery reported them: long ones are cut',
    sort: null,
    cell: (task) => <Arguments task={task} />,
  },
  {
    id: 'queue',
    head: 'Queue',
    tip: 'The queue it was sent to',
    sort: 'queue',
    cell: (task) => (task.queue === null ? <Unknown reason="No event told the queue" /> : task.queue),
  },
  {
    id: 'worker',
    head: 'Worker',
    tip: 'The worker that has or had it',
    sort: 'worker',
    cell: (task) => <Worker name={task.worker} />,
  },
  {
    id: 'wait',
    head: 'Wait',
    tip: 'From sent, else received, to started',
    sort: 'wait',
    right: true,
    cell: (task) => <Wait task={task} />,
  },
  {
    id: 'run',
    head: 'Run',
    tip: 'How long it ran, or has been running',
    sort: 'runtime',
    right: true,
    cell: (task) => <Run task={task} />,
  },
  {
    id: 'received',
    head: 'Received',
    tip: 'When a worker received it, else when it was sent',
    sort: 'received',
    right: true,
    cell: (task) => <Ago ms={cameMs(task)} unknown="No event told when" />,
  },
]

function progressNote(task: TaskRowView): string | undefined {
  return task.progress === null || task.finishedMs !== null ? undefined : `${Math.floor(task.progress * 100)} %`
}

/** Module grey, function dark; the function is kept whole as long as can be. */
export function TaskName({ task }: { readonly task: TaskRowView }) {
  const error = exceptionName(task.exception)
  if (task.name === null) return <span className="text-fg-3">not known yet</span>
  const { module, base } = splitName(task.name)
  return (
    <span className="flex min-w-0 items-baseline gap-2" data-tip={task.name}>
      <span className="flex min-w-0 items-baseline">
        <span className="min-w-0 shrink truncate text-fg-3">{module}</span>
        <span className="max-w-full shrink-0 truncate font-medium text-fg">{base}</span>
      </span>
      {error !== null && <span className="min-w-0 shrink-[8] truncate text-xs text-fg-3">{error}</span>}
    </span>
  )
}

function Arguments({ task }: { readonly task: TaskRowView }) {
  const text = callArguments(task.args, task.kwargs)
  if (text === null) return <Unknown reason="No event told the arguments" />
  if (text === '') return <span className="text-fg-3">none</span>
  return (
    <span className="block truncate font-mono text-xs text-fg-2" data-tip={text}>
      {text}
    </span>
  )
}

function Worker({ name }: { readonly name: string | null }) {
  if (name === null) return <Unknown reason="No worker has it" />
  return <span data-tip={name}>{shortWorker(name)}</span>
}

function Wait({ task }: { readonly task: TaskRowView }) {
  const since = waitingSinceMs(task)
  if (since !== null) return <Since sinceMs={since} />
  return <Duration ms={task.waitMs} unknown="Not told by the events" />
}

function Run({ task }: { readonly task: TaskRowView }) {
  const since = runningSinceMs(task)
  if (since !== null) return <Since sinceMs={since} />
  return <Duration ms={task.runtimeMs} unknown="It has not run, or no event told how long" />
}
