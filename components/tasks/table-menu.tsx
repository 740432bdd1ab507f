'use client'

import { Download, MoreHorizontal } from 'lucide-react'
import { FOUND_TASKS_MOST } from '../../lib/live/http.ts'
import { formatCount } from '../ui/format.ts'
import { Menu } from '../ui/menu.tsx'
import { usePageSettings } from '../ui/page-settings.tsx'
import { saveMatching } from './save-tasks.ts'
import { ALL_TASK_COLUMNS, columnsOf, FIXED_COLUMNS, withColumn } from './task-columns.tsx'
import { setTaskAddress, type TaskAddress } from './use-task-address.ts'

/** What can be done with the whole table. */
export function TableMenu({ address, matched }: { readonly address: TaskAddress; readonly matched: number }) {
  const disabledReason = matched === 0 ? 'No task matches' : null
  const which =
    matched > FOUND_TASKS_MOST ? `the first ${formatCount(FOUND_TASKS_MOST)}` : `all ${formatCount(matched)}`
  const { tasksColumns: usual } = usePageSettings()
  const shown = new Set(columnsOf(address.cols, usual).map(({ id }) => id))
  return (
    <Menu
      label="More of this table"
      trigger={<MoreHorizontal size={16} strokeWidth={1.75} aria-hidden />}
      className="inline-flex h-control min-w-8 shrink-0 items-center justify-center rounded-md border border-line-strong/45 text-fg-2 hover:bg-hover"
      items={[
        {
          label: `Export ${which} as CSV`,
          icon: Download,
          keys: 'e',
          disabledReason,
          onSelect: () => saveMatching(address, 'csv'),
        },
        {
          label: `Export ${which} as JSON`,
          icon: Download,
          disabledReason,
          onSelect: () => saveMatching(address, 'json'),
        },
        'separator',
        ...ALL_TASK_COLUMNS.map(({ id, head }) => ({
          label: `Column ${head}`,
          checked: shown.has(id),
          disabledReason: FIXED_COLUMNS.has(id) ? 'Always shown' : null,
          onSelect: () => setTaskAddress({ cols: withColumn(address.cols, id, !shown.has(id), usual) }, 'replace'),
        })),
      ]}
    />
  )
}
