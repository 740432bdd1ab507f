import type { InspectedTaskView, WorkerView } from '../../lib/live/views.ts'
import { DataTable } from '../ui/data-table.tsx'
import { formatCount } from '../ui/format.ts'
import { Panel } from '../ui/panel.tsx'
import { inspectedColumns } from './inspected-columns.tsx'

const SECTIONS = [
  { held: 'running', title: 'Running', empty: 'Nothing ran there when it was last asked.' },
  { held: 'reserved', title: 'Reserved', empty: 'It holds no task that waits for a slot.' },
  { held: 'scheduled', title: 'Scheduled', empty: 'It holds no task for a later time.' },
] as const

/** What the worker holds: running, waiting for a slot, waiting for its time. */
export function WorkerNow({ view, cannotAct }: { readonly view: WorkerView; readonly cannotAct: string | null }) {
  return (
    <div className="flex flex-col gap-4">
      {SECTIONS.map(({ held, title, empty }) => (
        <Panel key={held} cards title={title} note={formatCount(view[held].length)}>
          <DataTable<InspectedTaskView>
            label={`${title} tasks`}
            rows={view[held]}
            columns={inspectedColumns(held, cannotAct)}
            rowKey={idOf}
            empty={<p className="px-cell-x pt-1 pb-4 text-fg-3 text-sm">{empty}</p>}
          />
        </Panel>
      ))}
    </div>
  )
}

const idOf = (task: InspectedTaskView) => task.id
