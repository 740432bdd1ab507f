import type { Column } from '../ui/data-table.tsx'
import { formatPercent } from '../ui/format.ts'
import { Duration, Unknown } from '../ui/numbers.tsx'

export interface Ended {
  readonly failedShare: number | null
  readonly runP95Ms: number | null
}

/** How tasks ended: the share that failed, and how long 95 of 100 ran. `none`: why there is no number. */
export function endColumns(none: string): readonly Column<Ended>[] {
  return [
    {
      id: 'failed',
      head: 'Failed',
      className: 'md:w-20',
      align: 'right',
      first: 'down',
      tip: 'Share of those that ended in this time',
      sort: (row) => row.failedShare,
      cell: (row) => (row.failedShare === null ? <Unknown reason={none} /> : formatPercent(row.failedShare)),
    },
    {
      id: 'p95',
      head: 'Run, p95',
      className: 'md:w-24',
      align: 'right',
      first: 'down',
      tip: '95 of 100 ran faster',
      sort: (row) => row.runP95Ms,
      cell: (row) => <Duration ms={row.runP95Ms} unknown={none} />,
    },
  ]
}
