import type { ReactNode } from 'react'
import type { TaskSortKey } from '../../lib/live/topic.ts'
import type { TaskRowView } from '../../lib/live/views.ts'
import { classHref } from '../classes/class-href.ts'
import { cx } from '../ui/cx.ts'
import { shortId, shortWorker, splitName } from '../ui/format.ts'
import { Link } from '../ui/link.tsx'
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
  /** Its track of the grid where a person has chosen the columns. */
  readonly width: string
  readonly cell: (task: TaskRowView) => ReactNode
}

/** All columns of the task list, in order. */
export const ALL_TASK_COLUMNS: readonly TaskColumn[] = [
  {
    id: 'state',
    head: 'State',
    width: '8rem',
    tip: 'Where it is in its life; ×2 is the second attempt',
    sort: 'state',
    cell: (task) => <StateMark state={shownState(task)} note={progressNote(task) ?? attemptNote(task)} />,
  },
  {
    id: 'task',
    head: 'Task',
    width: 'minmax(13rem, 2.2fr)',
    tip: 'The name of the task, and what it raised',
    sort: 'name',
    cell: (task) => <TaskName task={task} />,
  },
  {
    id: 'args',
    head: 'Arguments',
    width: 'minmax(9rem, 2fr)',
    tip: 'As Celery reported them: long ones are cut',
    sort: null,
    cell: (task) => <Arguments task={task} />,
  },
  {
    id: 'queue',
    head: 'Queue',
    width: '7rem',
    tip: 'The queue it was sent to',
    sort: 'queue',
    cell: (task) => (task.queue === null ? <Unknown reason="No event told the queue" /> : task.queue),
  },
  {
    id: 'worker',
    head: 'Worker',
    width: '7.5rem',
    tip: 'The worker that has or had it',
    sort: 'worker',
    cell: (task) => <Worker name={task.worker} />,
  },
  {
    id: 'wait',
    head: 'Wait',
    width: '4.75rem',
    tip: 'From sent, else received, to started',
    sort: 'wait',
    right: true,
    cell: (task) => <Wait task={task} />,
  },
  {
    id: 'run',
    head: 'Run',
    width: '4.75rem',
    tip: 'How long it ran, or has been running',
    sort: 'runtime',
    right: true,
    cell: (task) => <Run task={task} />,
  },
  {
    id: 'received',
    head: 'Received',
    width: '6rem',
    tip: 'When a worker received it, else when it was sent',
    sort: 'received',
    right: true,
    cell: (task) => <Ago ms={cameMs(task)} unknown="No event told when" />,
  },
  {
    id: 'started',
    head: 'Started',
    width: '6rem',
    tip: 'When it was started last',
    sort: 'started',
    right: true,
    cell: (task) => <Ago ms={task.startedMs} unknown="It has not started" />,
  },
  {
    id: 'finished',
    head: 'Finished',
    width: '6rem',
    tip: 'When it came to its end',
    sort: 'finished',
    right: true,
    cell: (task) => <Ago ms={task.finishedMs} unknown="It has not ended" />,
  },
  {
    id: 'eta',
    head: 'ETA',
    width: '6rem',
    tip: 'Before this time it is not started',
    sort: null,
    right: true,
    cell: (task) => <Ago ms={task.etaMs} unknown="At once" />,
  },
  {
    id: 'retries',
    head: 'Retries',
    width: '4.5rem',
    tip: 'How often it was tried again',
    sort: 'retries',
    right: true,
    cell: (task) => task.retries,
  },
  {
    id: 'result',
    head: 'Result',
    width: 'minmax(9rem, 1.5fr)',
    tip: 'What it gave back; long ones are cut',
    sort: null,
    cell: (task) => <Text text={task.result} unknown="It has given back nothing yet" />,
  },
  {
    id: 'exception',
    head: 'Exception',
    width: 'minmax(9rem, 1.5fr)',
    tip: 'What it raised',
    sort: null,
    cell: (task) => <Text text={task.exception} unknown="It raised nothing" />,
  },
  {
    id: 'id',
    head: 'Id',
    width: '6.5rem',
    tip: 'The first characters of its id',
    sort: null,
    cell: (task) => (
      <span className="font-mono text-xs text-fg-2" data-tip={task.id}>
        {shortId(task.id)}
      </span>
    ),
  },
]

const DEFAULT_IDS = ['state', 'task', 'args', 'queue', 'worker', 'wait', 'run', 'received']
/** Without these a row says nothing. */
export const FIXED_COLUMNS: ReadonlySet<string> = new Set(['state', 'task'])

/** What is shown unless somebody chooses; widths and what falls away first are in task-table.css. */
export const TASK_COLUMNS = ALL_TASK_COLUMNS.filter(({ id }) => DEFAULT_IDS.includes(id))

/**
 * The columns of an address's `cols` (`state,task,eta`), in their fixed order; null and nothing known: the default. That
 * is ours, or what `--tasks-columns` says (`usual`), in the order that it says.
 */
export function columnsOf(cols: string | null, usual: readonly string[] | null = null): readonly TaskColumn[] {
  if (cols === null) return usual === null ? TASK_COLUMNS : usualColumns(usual)
  const wanted = new Set(cols.split(','))
  const chosen = ALL_TASK_COLUMNS.filter(({ id }) => FIXED_COLUMNS.has(id) || wanted.has(id))
  const isDefault = chosen.length === TASK_COLUMNS.length && chosen.every((column, i) => column === TASK_COLUMNS[i])
  if (!ALL_TASK_COLUMNS.some(({ id }) => wanted.has(id))) return columnsOf(null, usual)
  return isDefault ? TASK_COLUMNS : chosen
}

function usualColumns(ids: readonly string[]): readonly TaskColumn[] {
  const missing = [...FIXED_COLUMNS].filter((id) => !ids.includes(id))
  return [...missing, ...ids].flatMap((id) => ALL_TASK_COLUMNS.find((column) => column.id === id) ?? [])
}

/** `cols` with one column more or less; null where that is the default again. */
export function withColumn(
  cols: string | null,
  id: string,
  isShown: boolean,
  usual: readonly string[] | null = null,
): string | null {
  const idsOf = (columns: readonly TaskColumn[]) => columns.map((column) => column.id).join(',')
  const shown = columnsOf(cols, usual).map((column) => column.id)
  const ids = isShown ? [...shown, id] : shown.filter((each) => each !== id)
  const chosen = idsOf(columnsOf(ids.join(','), usual))
  return chosen === idsOf(columnsOf(null, usual)) ? null : chosen
}

function Text({ text, unknown }: { readonly text: string | null; readonly unknown: string }) {
  if (text === null) return <Unknown reason={unknown} />
  return (
    <span className="block truncate font-mono text-xs text-fg-2" data-tip={text}>
      {text}
    </span>
  )
}

function progressNote(task: TaskRowView): string | undefined {
  return task.progress === null || task.finishedMs !== null ? undefined : `${Math.floor(task.progress * 100)} %`
}

const BASE = 'max-w-full shrink-0 truncate font-medium text-fg'

type TaskNameProps = {
  readonly task: TaskRowView
  /** Makes the function the way to the page of its class, with this `tabIndex`; left out: words alone. */
  readonly linkTabIndex?: number
}

/** Module grey, function dark; the function is kept whole as long as can be. */
export function TaskName({ task, linkTabIndex }: TaskNameProps) {
  const error = exceptionName(task.exception)
  if (task.name === null) return <span className="text-fg-3">not known yet</span>
  const { module, base } = splitName(task.name)
  return (
    <span className="flex min-w-0 items-baseline gap-2" data-tip={task.name}>
      <span className="flex min-w-0 items-baseline">
        <span className="min-w-0 shrink truncate text-fg-3">{module}</span>
        {linkTabIndex === undefined ? (
          <span className={BASE}>{base}</span>
        ) : (
          <Link
            href={classHref(task.name)}
            tabIndex={linkTabIndex}
            prefetch={false}
            className={cx(BASE, 'rounded-sm hover:underline hover:underline-offset-2')}
            aria-label={task.name}
          >
            {base}
          </Link>
        )}
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
