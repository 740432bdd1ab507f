import { failureQuery } from '../../lib/live/failure-query.ts'
import type { FailureGroupView } from '../../lib/live/views.ts'
import { ClassName } from '../classes/class-name.tsx'
import type { Column } from '../ui/data-table.tsx'
import { Link } from '../ui/link.tsx'
import { Ago, Count } from '../ui/numbers.tsx'

/** The tasks of a group. */
export function failureHref(group: FailureGroupView): string {
  return `/tasks?q=${encodeURIComponent(failureQuery(group))}`
}

/** How often, and when. */
export const FAILURE_COUNTS: readonly Column<FailureGroupView>[] = [
  {
    id: 'count',
    head: 'Count',
    className: 'md:w-16',
    align: 'right',
    first: 'down',
    sort: (group) => group.count,
    cell: (group) => <Count value={group.count} />,
  },
  {
    id: 'last',
    head: 'Last',
    align: 'right',
    first: 'down',
    className: 'md:w-24 whitespace-nowrap',
    sort: (group) => group.lastMs,
    cell: (group) => <Ago ms={group.lastMs} />,
  },
  {
    id: 'first',
    head: 'First',
    align: 'right',
    first: 'down',
    className: 'md:w-32 whitespace-nowrap text-fg-2 lg:max-xl:hidden',
    sort: (group) => group.firstMs,
    cell: (group) => <Ago ms={group.firstMs} />,
  },
]

export const FAILURE_COLUMNS: readonly Column<FailureGroupView>[] = [
  {
    id: 'cause',
    head: 'Cause',
    cell: (group) => (
      <span className="flex min-w-0 flex-wrap items-baseline gap-x-2">
        <Link
          href={failureHref(group)}
          className="min-w-0 max-w-full truncate font-medium text-state-failed hover:underline"
        >
          {group.exception}
        </Link>
        {group.task === null ? (
          <span className="text-fg-3">unknown task</span>
        ) : (
          <ClassName name={group.task} className="max-w-full" />
        )}
      </span>
    ),
  },
  ...FAILURE_COUNTS,
]
