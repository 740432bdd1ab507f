import type { TimelineEntryView } from '../../lib/live/views.ts'
import { formatDuration, formatMoment, formatTime, shortWorker } from '../ui/format.ts'
import { lookOf } from '../ui/task-state.ts'

/** Events by the word of the timeline → the state they lead to, for the icon. */
export const EVENT_STATES: Readonly<Record<string, string>> = {
  sent: 'PENDING',
  received: 'RECEIVED',
  started: 'STARTED',
  succeeded: 'SUCCESS',
  failed: 'FAILURE',
  retried: 'RETRY',
  revoked: 'REVOKED',
  rejected: 'REJECTED',
}

/** What happened, in order, with the time from each step to the next. */
export function TaskTimeline({ entries }: { readonly entries: readonly TimelineEntryView[] }) {
  if (entries.length === 0) return <p className="text-sm text-fg-3">No event of this task is known.</p>
  return (
    <ol className="flex flex-col">
      {entries.map((entry, i) => {
        const look = lookOf(EVENT_STATES[entry.what] ?? entry.what)
        const Icon = look.icon
        const before = entries[i - 1]
        return (
          <li key={`${entry.what} ${entry.atMs} ${entry.by}`} className="relative flex gap-2.5 pb-3 last:pb-0">
            {i < entries.length - 1 && (
              <span className="absolute top-5 bottom-0 left-[6.5px] border-l border-line" aria-hidden />
            )}
            <Icon size={14} strokeWidth={2} className={`mt-[3px] shrink-0 ${look.color}`} aria-hidden />
            <div className="min-w-0 flex-1">
              <div className="flex items-baseline gap-2">
                <span className="font-medium">{entry.what}</span>
                {entry.by !== null && (
                  <span className="min-w-0 truncate text-xs text-fg-3" data-tip={entry.by}>
                    {shortWorker(entry.by)}
                  </span>
                )}
                <span className="ml-auto shrink-0 text-xs text-fg-2" data-tip={formatMoment(entry.atMs)}>
                  {formatTime(entry.atMs)}
                </span>
              </div>
              <div className="flex items-baseline gap-2 text-xs text-fg-3">
                {entry.detail !== null && <span className="min-w-0 break-words">{entry.detail}</span>}
                {before !== undefined && (
                  <span className="ml-auto shrink-0">{`+${formatDuration(Math.max(0, entry.atMs - before.atMs))}`}</span>
                )}
              </div>
            </div>
          </li>
        )
      })}
    </ol>
  )
}
