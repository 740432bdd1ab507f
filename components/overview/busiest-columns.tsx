import type { BusyClassView } from '../../lib/live/class-views.ts'
import { ClassName } from '../classes/class-name.tsx'
import { endColumns } from '../classes/end-columns.tsx'
import { ShareBar } from '../classes/share-bar.tsx'
import type { Column } from '../ui/data-table.tsx'
import { Count, Duration } from '../ui/numbers.tsx'

export const BUSIEST_COLUMNS: readonly Column<BusyClassView>[] = [
  {
    id: 'task',
    head: 'Class',
    sort: (row) => row.task,
    cell: (row) =>
      row.task === '' ? (
        <span className="text-fg-3">Name not told</span>
      ) : (
        <ClassName name={row.task} className="block font-medium" />
      ),
  },
  {
    id: 'share',
    head: 'Slot time',
    className: 'md:w-40',
    first: 'down',
    tip: 'Share of the time in which tasks held slots of workers, those that run now too',
    sort: (row) => row.share,
    cell: (row) => <ShareBar share={row.share} />,
  },
  {
    id: 'slots',
    head: 'Held',
    className: 'md:w-28 max-lg:hidden max-md:inline',
    align: 'right',
    first: 'down',
    tip: 'How long its runs held a slot, all together',
    sort: (row) => row.slotMs,
    cell: (row) => <Duration ms={row.slotMs} />,
  },
  {
    id: 'runs',
    head: 'Tasks',
    className: 'md:w-20',
    align: 'right',
    first: 'down',
    tip: 'Tasks that held a slot in this time',
    sort: (row) => row.runs,
    cell: (row) => <Count value={row.runs} />,
  },
  {
    id: 'running',
    head: 'Running',
    className: 'md:w-20',
    align: 'right',
    first: 'down',
    sort: (row) => row.running,
    cell: (row) => <Count value={row.running} />,
  },
  ...endColumns('None of them ended in this time'),
]
