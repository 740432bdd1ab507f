import type { TaskRowView } from '../../lib/live/views.ts'
import { shortId } from '../ui/format.ts'
import { StateMark } from '../ui/state-mark.tsx'
import { callArguments, shownState } from './task-row.model.ts'

const MOST = 5

/** Up to five of the tasks an action is about. */
export function TaskExamples({ tasks }: { readonly tasks: readonly TaskRowView[] }) {
  return (
    <ul className="flex flex-col rounded-lg border border-line bg-sunken px-3 py-1 text-sm">
      {tasks.slice(0, MOST).map((task) => (
        <li key={task.id} className="flex min-w-0 items-center gap-3 py-0.5">
          <span className="w-24 shrink-0">
            <StateMark state={shownState(task)} />
          </span>
          <span className="min-w-0 truncate">{task.name ?? shortId(task.id)}</span>
          <span className="min-w-0 flex-1 truncate font-mono text-xs text-fg-3">
            {callArguments(task.args, task.kwargs) ?? ''}
          </span>
        </li>
      ))}
      {tasks.length > MOST && <li className="py-0.5 text-xs text-fg-3">and {tasks.length - MOST} more</li>}
    </ul>
  )
}
