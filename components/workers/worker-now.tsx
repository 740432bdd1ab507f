import type { InspectedTaskView, WorkerView } from '../../lib/live/views.ts'
import { DataTable } from '../ui/data-table.tsx'
import { formatCount } from '../ui/format.ts'
import { Panel } from '../ui/panel.tsx'
import { inspectedColumns } from './inspected-columns.tsx'
import { MoreRows, useMoreRows } from './more-rows.tsx'
import { RevokedTasks } from './revoked-tasks.tsx'

const SECTIONS = [
  { held: 'running', title: 'Running', empty: 'Nothing ran there when it was last asked.' },
  { held: 'reserved', title: 'Reserved', empty: 'It holds no task that waits for a slot.' },
  { held: 'scheduled', title: 'Scheduled', empty: 'It holds no task for a later time.' },
] as const

type Props = { readonly view: WorkerView; readonly cannotAct: string | null }

/** What the worker holds: running, waiting for a slot, waiting for its time; and what it will not run. */
export function WorkerNow({ view, cannotAct }: Props) {
  return (
    <div className="flex flex-col gap-4">
      {SECTIONS.map((section) => (
        <Held key={section.held} section={section} view={view} cannotAct={cannotAct} />
      ))}
      <RevokedTasks ids={view.revoked} total={view.held.revoked} />
    </div>
  )
}

function Held({ section, view, cannotAct }: Props & { readonly section: (typeof SECTIONS)[number] }) {
  const { held, title, empty } = section
  const more = useMoreRows(view[held])
  return (
    <Panel cards title={title} note={formatCount(view.held[held])}>
      <DataTable<InspectedTaskView>
        label={`${title} tasks`}
        rows={more.rows}
        columns={inspectedColumns(held, cannotAct)}
        rowKey={idOf}
        empty={<p className="px-cell-x pt-1 pb-4 text-fg-3 text-sm">{empty}</p>}
      />
      <MoreRows more={more} total={view.held[held]} />
    </Panel>
  )
}

const idOf = (task: InspectedTaskView) => task.id
