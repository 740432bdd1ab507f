import type { ReactNode } from 'react'
import type { TaskRowView, TaskView } from '../../lib/live/views.ts'
import { classHref } from '../classes/class-href.ts'
import { Copy } from '../ui/copy.tsx'
import { formatMoment, shortId } from '../ui/format.ts'
import { Link } from '../ui/link.tsx'
import { Duration, Unknown } from '../ui/numbers.tsx'
import { taskHref } from './task-row.tsx'

/** Everything that is known of it, one line each. */
export function TaskFacts({ view, task }: { readonly view: TaskView; readonly task: TaskRowView }) {
  return (
    <dl className="grid grid-cols-[6.5rem_minmax(0,1fr)] gap-x-3 gap-y-1.5 text-sm">
      <Fact name="Id">
        <span className="flex items-center gap-1">
          <span className="min-w-0 truncate font-mono text-xs" data-tip={task.id}>
            {task.id}
          </span>
          <Copy text={task.id} label="Copy id" />
        </span>
      </Fact>
      <Fact name="Name">
        {task.name === null ? (
          <Unknown reason="No event told the name" />
        ) : (
          <Link className="link" href={classHref(task.name)}>
            {task.name}
          </Link>
        )}
      </Fact>
      <Fact name="State">{task.state}</Fact>
      <Fact name="Queue">
        {task.queue === null ? (
          <Unknown reason="No event told the queue" />
        ) : (
          <Link className="link" href={`/queue/${encodeURIComponent(task.queue)}`}>
            {task.queue}
          </Link>
        )}
      </Fact>
      <Fact name="Worker">
        {task.worker === null ? (
          <Unknown reason="No worker has had it" />
        ) : (
          <Link className="link" href={`/worker/${encodeURIComponent(task.worker)}`}>
            {task.worker}
          </Link>
        )}
      </Fact>
      <Fact name="Attempts">{task.retries + 1}</Fact>
      <Fact name="Wait">
        <Duration ms={task.waitMs} unknown="It has not started, or no event told when it was sent" />
      </Fact>
      <Fact name="Run">
        <Duration ms={task.runtimeMs} unknown="It has not ended, or no event told how long it ran" />
      </Fact>
      <Moment name="Sent" ms={task.sentMs} />
      <Moment name="Received" ms={task.receivedMs} />
      <Moment name="Started" ms={task.startedMs} />
      <Moment name="Finished" ms={task.finishedMs} />
      <Moment name="ETA" ms={task.etaMs} />
      <Moment name="Expires" ms={view.expiresMs} />
      <Fact name="Exchange">{text(view.exchange)}</Fact>
      <Fact name="Routing key">{text(view.routingKey)}</Fact>
      <Fact name="Sent by">{text(view.client)}</Fact>
      <Fact name="Root">{idLink(view.rootId, task.id)}</Fact>
      <Fact name="Parent">{idLink(view.parentId, task.id)}</Fact>
      <Fact name="Group">
        {view.groupId === null ? text(null) : <span className="font-mono text-xs break-all">{view.groupId}</span>}
      </Fact>
      {view.children.length > 0 && (
        <Fact name="Children">
          <span className="flex flex-wrap gap-x-2">
            {view.children.slice(0, MOST_CHILDREN).map((id) => (
              <TaskLink key={id} id={id} />
            ))}
            {view.children.length > MOST_CHILDREN && (
              <Link className="link" href={`/tasks?q=${encodeURIComponent(`parent:${task.id}`)}`}>
                all {view.children.length}
              </Link>
            )}
          </span>
        </Fact>
      )}
    </dl>
  )
}

const MOST_CHILDREN = 8

export function TaskLink({ id }: { readonly id: string }) {
  return (
    <Link className="link font-mono text-xs" href={taskHref(id)} data-tip={id}>
      {shortId(id)}
    </Link>
  )
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <>
      <dt className="text-fg-3">{name}</dt>
      <dd className="min-w-0 break-words">{children}</dd>
    </>
  )
}

function Moment({ name, ms }: { readonly name: string; readonly ms: number | null }) {
  return (
    <Fact name={name}>
      {ms === null ? text(null) : <span data-tip={formatMoment(ms, 'utc')}>{formatMoment(ms)}</span>}
    </Fact>
  )
}

function text(value: string | null): ReactNode {
  return value === null || value === '' ? <Unknown reason="Not told by any event" /> : value
}

function idLink(id: string | null, own: string): ReactNode {
  if (id === null) return text(null)
  return id === own ? 'this task' : <TaskLink id={id} />
}
