'use client'

import type { BusyClassView } from '../../lib/live/class-views.ts'
import { momentsOf, type TimeSpan } from '../../lib/live/time-span.ts'
import { classHref } from '../classes/class-href.ts'
import { useLiveKept } from '../live/use-live.ts'
import { DataTable } from '../ui/data-table.tsx'
import { Link } from '../ui/link.tsx'
import { Ago } from '../ui/numbers.tsx'
import { Panel } from '../ui/panel.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { BUSIEST_COLUMNS } from './busiest-columns.tsx'

const SHOWN = 6

/** What the workers were busy with, by the time that slots were held for it. */
export function BusiestClasses({ span, nowMs }: { readonly span: TimeSpan; readonly nowMs: number | null }) {
  const { view } = useLiveKept({ name: 'classes', range: span })
  const classes = view?.classes ?? null
  const total = (classes?.length ?? 0) + (view?.more ?? 0)
  const isCut = view?.sinceMs != null && nowMs !== null && view.sinceMs > momentsOf(span, nowMs).fromMs
  return (
    <Panel
      cards
      title="Busiest classes"
      note={
        isCut && (
          <>
            of the tasks kept, since <Ago ms={view.sinceMs} />
          </>
        )
      }
      aside={
        <Link href="/tasks?group=name" className="link inline-flex min-h-6 items-center text-xs">
          {total > SHOWN ? `All ${total}` : 'All tasks by name'}
        </Link>
      }
    >
      {classes === null ? (
        <Skeleton rows={3} />
      ) : (
        <DataTable<BusyClassView>
          label="Busiest classes"
          rows={classes.slice(0, SHOWN)}
          className="md:table-fixed"
          columns={BUSIEST_COLUMNS}
          rowKey={(row) => row.task}
          href={(row) => (row.task === '' ? '/tasks' : classHref(row.task))}
          empty={<p className="px-cell-x pt-1 pb-4 text-fg-3 text-sm">No task held a slot in this time.</p>}
        />
      )}
    </Panel>
  )
}
