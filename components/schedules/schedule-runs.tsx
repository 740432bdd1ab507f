'use client'

import { useMemo, useState } from 'react'
import type { ScheduleRunView } from '../../lib/live/schedule-views.ts'
import { type Column, DataTable } from '../ui/data-table.tsx'
import { formatDuration, plural, shortId } from '../ui/format.ts'
import { Link } from '../ui/link.tsx'
import { Ago, Unknown } from '../ui/numbers.tsx'
import { Panel } from '../ui/panel.tsx'
import { Choice, Choices } from './choice.tsx'
import { OutcomeMark, RunTime, runNotes } from './run-marks.tsx'
import { isLate, runMs } from './schedule-list.model.ts'

type Run = ScheduleRunView & { readonly key: string }

const FILTERS = [
  { id: 'all', label: 'All', test: () => true },
  { id: 'missed', label: 'Missed', test: (run: Run) => run.outcome === 'missed' },
  { id: 'failed', label: 'Failed', test: (run: Run) => run.outcome === 'failed' },
  { id: 'late', label: 'Late', test: isLate },
  { id: 'doubled', label: 'Sent twice', test: (run: Run) => run.doubled },
  { id: 'overlaps', label: 'Overlapping', test: (run: Run) => run.overlaps },
] as const
type FilterId = (typeof FILTERS)[number]['id']

const COLUMNS: readonly Column<Run>[] = [
  {
    id: 'outcome',
    head: 'Outcome',
    className: 'md:w-28',
    sort: (run) => run.outcome,
    cell: (run) => <OutcomeMark run={run} />,
  },
  {
    id: 'due',
    head: 'Due',
    className: 'md:w-36',
    first: 'down',
    sort: (run) => run.slotMs,
    cell: (run) => <Ago ms={run.slotMs} unknown={run.byHand ? 'Run by hand' : 'Not known'} />,
  },
  {
    id: 'sent',
    head: 'Sent',
    className: 'md:w-36 max-xl:hidden',
    first: 'down',
    sort: (run) => run.sentMs,
    cell: (run) => <Ago ms={run.sentMs} unknown="Nothing was sent" />,
  },
  {
    id: 'late',
    head: 'Late',
    className: 'md:w-20',
    align: 'right',
    first: 'down',
    tip: 'From when it was due to when it was sent',
    sort: (run) => run.lateMs,
    cell: (run) =>
      run.lateMs === null ? (
        <Unknown reason="When it was due is not known" />
      ) : (
        <span className={isLate(run) ? 'font-medium text-warn' : 'text-fg-2'}>{formatDuration(run.lateMs)}</span>
      ),
  },
  {
    id: 'took',
    head: 'Took',
    className: 'md:w-20',
    align: 'right',
    first: 'down',
    sort: (run) => run.runtimeMs,
    cell: (run) => <RunTime run={run} />,
  },
  {
    id: 'notes',
    head: 'Notes',
    className: 'max-md:hidden',
    cell: (run) => (
      <span className="text-fg-2">
        {runNotes(run)
          .filter((note) => !note.endsWith(' late'))
          .join(', ')}
      </span>
    ),
  },
  {
    id: 'task',
    head: 'Task',
    className: 'md:w-24',
    cell: (run) =>
      run.taskId === null ? (
        <Unknown reason="Nothing was sent" />
      ) : (
        <Link
          href={`/task/${encodeURIComponent(run.taskId)}`}
          prefetch={false}
          className="link font-mono text-xs"
          data-tip={run.taskId}
        >
          {shortId(run.taskId)}
        </Link>
      ),
  },
]

/** The last runs with what became of them, missed ones among them. */
export function ScheduleRuns({ runs }: { readonly runs: readonly ScheduleRunView[] }) {
  const [filter, setFilter] = useState<FilterId>('all')
  const keyed = useMemo(() => runs.map((run) => ({ ...run, key: keyOf(run) })), [runs])
  const counted = FILTERS.map((one) => ({ ...one, count: keyed.filter(one.test).length }))
  const offered = counted.filter(({ id, count }) => id === 'all' || count > 0 || id === filter)
  const rows = keyed.filter(FILTERS.find(({ id }) => id === filter)?.test ?? (() => true))
  return (
    <Panel cards title="Last runs" note={runs.length === 0 ? undefined : plural(runs.length, 'run')}>
      {offered.length > 1 && (
        <div className="px-1 pb-1">
          <Choices label="Runs">
            {offered.map(({ id, label, count }) => (
              <Choice key={id} label={label} count={count} chosen={id === filter} onChoose={() => setFilter(id)} />
            ))}
          </Choices>
        </div>
      )}
      <DataTable<Run>
        label="Last runs"
        rows={rows}
        columns={COLUMNS}
        className="md:table-fixed"
        rowKey={(run) => run.key}
        empty={<p className="px-cell-x pt-1 pb-4 text-fg-3 text-sm">{emptyText(filter)}</p>}
      />
    </Panel>
  )
}

function emptyText(filter: FilterId): string {
  return filter === 'all' ? 'No run was seen yet.' : 'No run of this kind.'
}

function keyOf(run: ScheduleRunView): string {
  return run.taskId ?? `${run.outcome} ${runMs(run)}`
}
