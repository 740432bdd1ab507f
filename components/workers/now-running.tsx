import type { WorkerRowView } from '../../lib/live/views.ts'
import { classHref } from '../classes/class-href.ts'
import { shortId, splitName } from '../ui/format.ts'
import { Link } from '../ui/link.tsx'
import { Since } from '../ui/numbers.tsx'

/** The longest running task of a worker, and for how long: its name leads to its class, the time to itself. */
export function NowRunning({ now }: { readonly now: WorkerRowView['now'] }) {
  if (now === null) return <span className="text-fg-3">–</span>
  return (
    <span className="inline-flex max-w-full items-baseline gap-1.5 whitespace-nowrap">
      {now.task === null ? (
        <span className="text-fg-3">unknown task</span>
      ) : (
        <Link
          href={classHref(now.task)}
          prefetch={false}
          className="min-w-0 truncate hover:underline"
          data-tip={now.task}
        >
          {splitName(now.task).base}
        </Link>
      )}
      <Link
        href={`/task/${encodeURIComponent(now.id)}`}
        prefetch={false}
        className="text-fg-3 text-xs hover:underline"
        data-tip={`Open this task ${now.id}`}
      >
        <span className="sr-only">Open the task, running for </span>
        {now.startedMs === null ? shortId(now.id) : <Since sinceMs={now.startedMs} />}
      </Link>
    </span>
  )
}
