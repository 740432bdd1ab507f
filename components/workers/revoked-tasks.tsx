import { formatCount } from '../ui/format.ts'
import { Link } from '../ui/link.tsx'
import { Panel } from '../ui/panel.tsx'
import { MoreRows, useMoreRows } from './more-rows.tsx'

type Props = { readonly ids: readonly string[]; readonly total: number }

/** Tasks that the worker was told not to run, by id: it tells no more of them. */
export function RevokedTasks({ ids, total }: Props) {
  const more = useMoreRows(ids)
  return (
    <Panel flush title="Revoked" note={formatCount(total)}>
      {ids.length === 0 ? (
        <p className="px-cell-x pt-1 pb-4 text-fg-3 text-sm">It was told of no task that it must not run.</p>
      ) : (
        <ul aria-label="Revoked tasks" className="columns-2 gap-4 px-2 pb-2 max-lg:columns-1">
          {more.rows.map((id) => (
            <li key={id} className="break-inside-avoid">
              <Link
                href={`/task/${encodeURIComponent(id)}`}
                className="block truncate rounded-sm px-1 py-0.5 font-mono text-xs hover:bg-hover"
              >
                {id}
              </Link>
            </li>
          ))}
        </ul>
      )}
      <MoreRows more={more} total={total} />
    </Panel>
  )
}
