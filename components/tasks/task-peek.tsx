'use client'

import { ExternalLink, X } from 'lucide-react'
import type { CSSProperties } from 'react'
import { useLive } from '../live/use-live.ts'
import { Empty } from '../ui/empty.tsx'
import { shortId } from '../ui/format.ts'
import { IconButton } from '../ui/icon-button.tsx'
import { Link } from '../ui/link.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { StateMark } from '../ui/state-mark.tsx'
import { PeekEdge, usePeekWidth } from './peek-width.tsx'
import { TaskButtons } from './task-buttons.tsx'
import { TaskDetail } from './task-detail.tsx'
import { attemptNote, shownState } from './task-row.model.ts'
import { taskHref } from './task-row.tsx'

/** A task beside the list: the same as its page, in one column. */
export function TaskPeek({ id, onClose }: { readonly id: string; readonly onClose: () => void }) {
  const { view, error } = useLive({ name: 'task', id })
  const task = view?.task ?? null
  const [width, setWidth] = usePeekWidth()
  return (
    <aside
      aria-label={`Task ${task?.name ?? id}`}
      style={{ '--peek': `${width}px` } as CSSProperties} // a custom property is not among React's own style names
      className="relative flex w-(--peek) shrink-0 flex-col border-l border-line bg-bg max-lg:fixed max-lg:inset-y-0 max-lg:right-0 max-lg:z-20 max-lg:w-[min(34rem,100vw)] max-lg:shadow-pop"
    >
      <PeekEdge width={width} onChange={setWidth} />
      <div className="scroll-thin flex min-h-0 flex-1 flex-col overflow-y-auto">
        <div className="sticky top-0 z-10 flex min-h-12 items-center gap-2 border-b border-line bg-bg px-4">
          <h2 className="min-w-0 flex-1 truncate text-md font-semibold">{task?.name ?? shortId(id)}</h2>
          <Link
            href={taskHref(id)}
            aria-label="Open the page of this task"
            data-tip="Open the page  Enter"
            className="grid size-7 place-items-center rounded-md text-fg-2 hover:bg-hover hover:text-fg"
          >
            <ExternalLink size={16} strokeWidth={1.75} aria-hidden />
          </Link>
          <IconButton label="Close" icon={X} keys="Esc" onClick={onClose} className="size-7" />
        </div>
        <div className="flex flex-col gap-4 p-4">
          {view === null && error === null && <Skeleton rows={8} />}
          {error !== null && <Empty title="This task cannot be shown.">{error}</Empty>}
          {view !== null && task === null && <Empty title="This task is not known any more." />}
          {view !== null && task !== null && (
            <>
              <div className="flex flex-wrap items-center gap-2">
                <StateMark state={shownState(task)} note={attemptNote(task)} loud />
                <span className="flex-1" />
                <TaskButtons task={task} />
              </div>
              <TaskDetail view={view} task={task} narrow />
            </>
          )}
        </div>
      </div>
    </aside>
  )
}
