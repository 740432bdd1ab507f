'use client'

import { classHref } from '../classes/class-href.ts'
import { useKeys } from '../frame/keys.ts'
import { Page } from '../frame/page.tsx'
import { useAction } from '../live/use-action.ts'
import { useLive } from '../live/use-live.ts'
import { Button } from '../ui/button.tsx'
import { Copy, copyText } from '../ui/copy.tsx'
import { Empty } from '../ui/empty.tsx'
import { shortId, shortWorker } from '../ui/format.ts'
import { Link } from '../ui/link.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { StateMark } from '../ui/state-mark.tsx'
import { lookOf } from '../ui/task-state.ts'
import { showToast } from '../ui/toast.ts'
import { Neighbours } from './neighbours.tsx'
import { TaskButtons } from './task-buttons.tsx'
import { attemptNote, shownState } from './task-row.model.ts'
import { TaskTabs } from './task-tabs.tsx'

/** One task, live until it ends. */
export function TaskPage({ id }: { readonly id: string }) {
  const { view, error } = useLive({ name: 'task', id })
  const task = view?.task ?? null
  const name = task?.name ?? `Task ${shortId(id)}`
  useKeys({
    y: () => void copyText(id).then((done) => done && showToast({ text: 'Id copied.' })),
    'Shift+y': () => void copyText(window.location.href).then((done) => done && showToast({ text: 'Link copied.' })),
  })
  return (
    <Page
      title={name}
      documentTitle={task === null ? name : `${lookOf(shownState(task)).word} ${name}`}
      actions={
        <>
          <Neighbours id={id} />
          {task !== null && <TaskButtons task={task} keys />}
        </>
      }
    >
      {view === null && error === null && <Skeleton rows={12} />}
      {error !== null && <Empty title="This task cannot be shown.">{error}</Empty>}
      {view !== null && task === null && <UnknownTask id={id} />}
      {view !== null && task !== null && (
        <>
          <p className="mb-4 flex flex-wrap items-center gap-x-3 gap-y-1 text-sm text-fg-2">
            <StateMark state={shownState(task)} note={attemptNote(task)} loud />
            <span className="flex items-center gap-0.5">
              <span className="font-mono text-xs break-all">{id}</span>
              <Copy text={id} label="Copy id" />
            </span>
            {task.queue !== null && (
              <span>
                queue{' '}
                <Link className="link" href={`/queue/${encodeURIComponent(task.queue)}`}>
                  {task.queue}
                </Link>
              </span>
            )}
            {task.worker !== null && (
              <span>
                worker{' '}
                <Link className="link" href={`/worker/${encodeURIComponent(task.worker)}`}>
                  {shortWorker(task.worker)}
                </Link>
              </span>
            )}
            {task.name !== null && (
              <Link className="link" href={classHref(task.name)}>
                all of this class
              </Link>
            )}
          </p>
          <TaskTabs view={view} task={task} />
        </>
      )}
    </Page>
  )
}

function UnknownTask({ id }: { readonly id: string }) {
  const { run, busy } = useAction()
  return (
    <Empty title={`No task ${shortId(id)}… is known.`}>
      <p>It may be older than what Umbel keeps, or its events were never sent.</p>
      <p className="font-mono text-xs break-all">{id}</p>
      <div className="flex flex-wrap justify-center gap-2">
        <Button busy={busy} onClick={() => run('worker.inspect', {}).catch(() => {})}>
          Ask the workers
        </Button>
        <Link
          className="link flex h-control items-center"
          href={`/tasks?q=${encodeURIComponent(`id:${id.slice(0, 8)}*`)}`}
        >
          Search the list
        </Link>
      </div>
    </Empty>
  )
}
