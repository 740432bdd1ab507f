'use client'

import { isTaskGrouping, TASK_GROUPINGS } from '../../lib/live/survey-views.ts'
import { TimeFields } from '../charts/time-fields.tsx'
import { useRouter } from '../ui/navigation.ts'
import { Select } from '../ui/select.tsx'
import { TableMenu } from './table-menu.tsx'
import { FacetFilters, RangeFilter } from './task-filters.tsx'
import { taskHref } from './task-row.tsx'
import { TaskSearch } from './task-search.tsx'
import { setTaskAddress, type TaskAddress } from './use-task-address.ts'

export interface TaskToolsProps {
  readonly address: TaskAddress
  readonly matched: number
  readonly names: readonly string[]
  /** Leaves the search box for the list. */
  readonly onLeave: () => void
}

const GROUP_OPTIONS = [
  { value: 'none' as const, label: 'Not grouped' },
  ...TASK_GROUPINGS.map((value) => ({ value, label: `By ${value}` })),
]

/** What decides which tasks are listed, and how. */
export function TaskTools({ address, matched, names, onLeave }: TaskToolsProps) {
  const router = useRouter()
  const { q, range, group } = address
  return (
    <div className="flex items-start gap-2 max-md:flex-wrap">
      <TaskSearch
        value={q}
        names={names}
        onChange={(next, done) => {
          if (UUID.test(next) && done) router.push(taskHref(next))
          else setTaskAddress({ q: next }, done ? 'push' : 'replace')
        }}
        onLeave={onLeave}
      />
      <FacetFilters q={q} names={names} onChange={(next) => setTaskAddress({ q: next })} />
      <div className="flex shrink-0 gap-1">
        <RangeFilter value={range} onChange={(next) => setTaskAddress({ range: next })} />
        <TimeFields span={range ?? '1h'} onChoose={(next) => setTaskAddress({ range: next })} />
      </div>
      <Select
        aria-label="Group by"
        className="shrink-0"
        options={GROUP_OPTIONS}
        value={group ?? 'none'}
        onChange={(next) => setTaskAddress({ group: isTaskGrouping(next) ? next : null })}
      />
      <TableMenu address={address} matched={matched} />
    </div>
  )
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i
