'use client'

import { useMemo } from 'react'
import { TASK_GROUPS_MOST, type TaskGrouping, type TaskGroupView } from '../../lib/live/survey-views.ts'
import { type TaskField, withTerm } from '../../lib/live/task-query.ts'
import { useLiveKept } from '../live/use-live.ts'
import { type Column, DataTable } from '../ui/data-table.tsx'
import { Empty } from '../ui/empty.tsx'
import { formatCount, formatPercent, shortWorker, splitName } from '../ui/format.ts'
import { Link } from '../ui/link.tsx'
import { Ago, Count, Duration } from '../ui/numbers.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { Spark } from '../ui/spark.tsx'
import { type TaskAddress, taskAddressHref } from './use-task-address.ts'

const HEADS: Readonly<Record<TaskGrouping, string>> = {
  name: 'Task',
  error: 'Exception',
  queue: 'Queue',
  worker: 'Worker',
}
const NONE: Readonly<Record<TaskGrouping, string>> = {
  name: 'name not known',
  error: 'no exception',
  queue: 'queue not known',
  worker: 'no worker yet',
}

/** What the tasks of a search have in common; each group leads to its tasks. */
export function TaskGroups({ address, by }: { readonly address: TaskAddress; readonly by: TaskGrouping }) {
  const { q, range } = address
  const { view, error } = useLiveKept({ name: 'task-groups', q, range, by })
  const columns = useMemo(() => columnsOf(address, by), [address, by])
  if (error !== null) return <Empty title="These groups cannot be shown.">{error}</Empty>
  const groups = view?.groups ?? null
  if (groups === null) return <Skeleton rows={8} />
  return (
    <div className="scroll-thin min-h-0 flex-1 overflow-y-auto bg-surface">
      <DataTable<TaskGroupView>
        label={`Tasks by ${by}`}
        rows={groups}
        className="md:table-fixed [&_th]:top-0"
        columns={columns}
        rowKey={nameOf}
        href={(group) => groupHref(address, by, group)}
        empty={
          <Empty title={by === 'error' ? 'None of these tasks has an exception.' : 'No task matches this filter.'} />
        }
      />
      {view !== null && view.more > 0 && (
        <p className="px-cell-x py-2 text-xs text-fg-3">
          Shown: the {formatCount(TASK_GROUPS_MOST)} largest; {formatCount(view.more)} more. Narrow the search for the
          others.
        </p>
      )}
    </div>
  )
}

/** The tasks of a group: the same view, not grouped any more. */
function groupHref(address: TaskAddress, by: TaskGrouping, group: TaskGroupView): string {
  const field: TaskField = by
  const q = group.name === '' ? address.q : withTerm(address.q, field, group.name)
  return taskAddressHref({ q, group: null, peek: null })
}

function columnsOf(address: TaskAddress, by: TaskGrouping): readonly Column<TaskGroupView>[] {
  return [
    {
      id: 'name',
      head: HEADS[by],
      sort: (group) => group.name,
      cell: (group) =>
        group.name === '' ? (
          <span className="text-fg-3">{NONE[by]}</span>
        ) : (
          <Link
            href={groupHref(address, by, group)}
            className="block min-w-0 truncate font-medium hover:underline"
            data-tip={group.name}
          >
            <GroupName by={by} name={group.name} />
          </Link>
        ),
    },
    {
      id: 'tasks',
      head: 'Tasks',
      align: 'right',
      className: 'md:w-24',
      first: 'down',
      sort: (group) => group.tasks,
      cell: (group) => <Count value={group.tasks} />,
    },
    {
      id: 'spark',
      head: 'When',
      className: 'md:w-32 max-lg:hidden',
      tip: 'When they came, over the time shown',
      cell: (group) => <Spark values={group.spark} label={`When tasks of ${group.name} came`} />,
    },
    {
      id: 'failed',
      head: 'Failed',
      align: 'right',
      className: 'md:w-20',
      first: 'down',
      tip: 'Of those that succeeded or failed',
      sort: (group) => group.failedShare,
      cell: (group) => (
        <span
          className={group.failed > 0 ? 'text-state-failed' : 'text-fg-2'}
          data-tip={`${formatCount(group.failed)} failed`}
        >
          {formatPercent(group.failedShare)}
        </span>
      ),
    },
    {
      id: 'p50',
      head: 'Run p50',
      align: 'right',
      className: 'md:w-24 max-lg:hidden',
      first: 'down',
      tip: 'Half of those whose run time is known ran for less',
      sort: (group) => group.runP50Ms,
      cell: (group) => <Duration ms={group.runP50Ms} />,
    },
    {
      id: 'p95',
      head: 'Run p95',
      align: 'right',
      className: 'md:w-24',
      first: 'down',
      tip: '95 of 100 ran for less',
      sort: (group) => group.runP95Ms,
      cell: (group) => <Duration ms={group.runP95Ms} />,
    },
    {
      id: 'last',
      head: 'Last',
      align: 'right',
      className: 'md:w-28 whitespace-nowrap',
      first: 'down',
      sort: (group) => group.lastMs,
      cell: (group) => <Ago ms={group.lastMs} />,
    },
  ]
}

function GroupName({ by, name }: { readonly by: TaskGrouping; readonly name: string }) {
  if (by === 'worker') return shortWorker(name)
  if (by !== 'name') return name
  const { module, base } = splitName(name)
  return (
    <>
      <span className="text-fg-3">{module}</span>
      {base}
    </>
  )
}

const nameOf = (group: TaskGroupView) => group.name
