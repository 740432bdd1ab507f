import { TASKS_MOST } from '../../lib/live/topic.ts'
import type { TasksView } from '../../lib/live/views.ts'
import { formatCount, plural } from '../ui/format.ts'
import { Ago } from '../ui/numbers.tsx'

/** How many tasks match, of how many, since when. */
export function TaskSummary({ view, shown }: { readonly view: TasksView | null; readonly shown: number }) {
  return (
    <p className="shrink-0 truncate text-xs text-fg-3 max-lg:min-h-6" data-testid="tasks-summary">
      {view === null ? (
        'Loading'
      ) : (
        <span>
          <span className="font-medium text-fg-2">{plural(view.matched, 'task')}</span>
          {` of ${formatCount(view.total)} kept`}
          {view.oldestMs !== null && (
            <span className="max-xl:hidden">
              {' since '}
              <Ago ms={view.oldestMs} />
            </span>
          )}
          {view.matched > shown && shown >= TASKS_MOST
            ? ` · shown: the first ${formatCount(TASKS_MOST)}; narrow the search for the others`
            : ''}
        </span>
      )}
    </p>
  )
}
