import type { WorkerRowView } from '../../lib/live/views.ts'
import { splitName } from '../ui/format.ts'
import { Link } from '../ui/link.tsx'
import { Since } from '../ui/numbers.tsx'

/** The longest running task of a worker, and for how long. */
export function NowRunning({ now }: { readonly now: WorkerRowView['now'] }) {
  if (now === null) return <span className="text-fg-3">–</span>
  return (
    <span className="inline-flex max-w-full items-baseline gap-1.5 whitespace-nowrap">
      <Link
        href={`/task/${encodeURIComponent(now.id)}`}
        className="min-w-0 truncate hover:underline"
        data-tip={now.task ?? now.id}
      >
        {now.task === null ? 'unknown task' : splitName(now.task).base}
      </Link>
      {now.startedMs !== null && (
        <span className="text-fg-3 text-xs">
          <Since sinceMs={now.startedMs} />
        </span>
      )}
    </span>
  )
}
