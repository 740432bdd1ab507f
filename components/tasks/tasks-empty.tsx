'use client'

import { withTerm } from '../../lib/live/task-query.ts'
import type { TasksView } from '../../lib/live/views.ts'
import { useAction } from '../live/use-action.ts'
import { useLive } from '../live/use-live.ts'
import { Button } from '../ui/button.tsx'
import { Empty } from '../ui/empty.tsx'
import { plural } from '../ui/format.ts'
import { setTaskAddress, type TaskAddress } from './use-task-address.ts'

export interface TasksEmptyProps {
  readonly view: TasksView | null
  readonly error: string | null
  readonly address: TaskAddress
}

/** Why the list is empty, and the way out: the search, the range, or that nothing was ever seen. */
export function TasksEmpty({ view, error, address }: TasksEmptyProps) {
  if (error !== null) return <Empty title="This list cannot be shown.">{error}</Empty>
  if (view === null) return null
  if (view.problems.length > 0) {
    return (
      <Empty title="The search was not understood, so nothing is shown.">
        <ul>
          {view.problems.map((problem) => (
            <li key={problem}>{problem}</li>
          ))}
        </ul>
        <Button onClick={() => setTaskAddress({ q: '' })}>Clear the search</Button>
      </Empty>
    )
  }
  if (view.total === 0) return <NothingSeen />
  const { q, range } = address
  const withoutState = withTerm(q, 'state', null)
  return (
    <Empty title="No task matches this filter.">
      <p>{plural(view.total, 'task')} kept.</p>
      <div className="flex flex-wrap justify-center gap-2">
        {range !== null && <Button onClick={() => setTaskAddress({ range: null })}>Search all that is kept</Button>}
        {withoutState !== q && <Button onClick={() => setTaskAddress({ q: withoutState })}>Any state</Button>}
        {q !== '' && <Button onClick={() => setTaskAddress({ q: '' })}>Clear the search</Button>}
      </div>
    </Empty>
  )
}

/** Nothing was ever seen: what is well, what is not, and what to switch on. */
function NothingSeen() {
  const { view: status } = useLive({ name: 'status' })
  const { run, busy } = useAction()
  if (status === null) return <Empty title="No tasks yet." />
  const { broker, counts, events } = status
  const checks: readonly (readonly [string, boolean])[] = [
    [`Broker answers (${broker.url})`, broker.state === 'ready'],
    [`Workers answer (${counts.workersOnline})`, counts.workersOnline > 0],
    ['Events arrive', events.total > 0],
  ]
  return (
    <Empty title={events.total === 0 ? 'No events yet.' : 'No tasks yet.'}>
      <ul className="flex flex-col gap-1 text-left">
        {checks.map(([text, done]) => (
          <li key={text} className={done ? 'text-fg' : 'text-fg-3'}>
            <span className="mr-2 inline-block w-4 text-center" aria-hidden>
              {done ? '✓' : '·'}
            </span>
            {text}
            <span className="sr-only">{done ? ': yes' : ': not yet'}</span>
          </li>
        ))}
      </ul>
      {counts.workersOnline > 0 && (
        <Button busy={busy} onClick={() => run('worker.inspect', {}).catch(() => {})}>
          Ask the workers
        </Button>
      )}
      <p className="text-xs text-fg-3">
        Umbel switches events on by itself. Workers that refuse remote control need to be started with -E, and
        task_send_sent_event shows tasks before a worker has them.
      </p>
    </Empty>
  )
}
