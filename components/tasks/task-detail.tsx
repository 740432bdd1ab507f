'use client'

import type { ReactNode } from 'react'
import type { TaskRowView, TaskView } from '../../lib/live/views.ts'
import { Callout } from '../ui/callout.tsx'
import { cx } from '../ui/cx.ts'
import { formatCount } from '../ui/format.ts'
import { Link } from '../ui/link.tsx'
import { Panel } from '../ui/panel.tsx'
import { Traceback } from '../ui/traceback.tsx'
import { TaskAttempts } from './task-attempts.tsx'
import { TaskCommands } from './task-commands.tsx'
import { TaskFacts, TaskLink } from './task-facts.tsx'
import { exceptionName } from './task-row.model.ts'
import { TaskTimeline } from './task-timeline.tsx'
import { TimeBar } from './time-bar.tsx'
import { ValueBlock } from './value-block.tsx'

export interface TaskDetailProps {
  readonly view: TaskView
  readonly task: TaskRowView
  /** One column, for the panel beside the list. */
  readonly narrow?: boolean
}

/** What happened to a task, why, with which arguments, and what came of it. */
export function TaskDetail({ view, task, narrow = false }: TaskDetailProps) {
  const failed = task.state === 'FAILURE' || task.state === 'RETRY' || task.state === 'REJECTED'
  return (
    <div className="flex flex-col gap-4">
      <Why view={view} task={task} failed={failed} />
      <Links view={view} task={task} />
      <TimeBar task={task} />
      {view.commands.length > 0 && (
        <Section title="Actions">
          <TaskCommands commands={view.commands} />
        </Section>
      )}
      <div className={cx('grid gap-4', !narrow && 'lg:grid-cols-[minmax(0,1fr)_22rem]')}>
        <div className="flex min-w-0 flex-col gap-4">
          {view.traceback !== null && <Traceback text={view.traceback} />}
          {narrow && view.attempts.length > 0 && (
            <Section title={`Attempts, ${view.attempts.length}`}>
              <TaskAttempts attempts={view.attempts} />
            </Section>
          )}
          <Section title="Arguments">
            <div className="flex flex-col gap-3">
              <ValueBlock label="args" value={view.args} unknown="No event and no result told the arguments." />
              <ValueBlock label="kwargs" value={view.kwargs} unknown="No event and no result told them." />
            </div>
          </Section>
          <Section title="Result">
            <ResultBlock view={view} task={task} />
          </Section>
        </div>
        <div className="flex min-w-0 flex-col gap-4">
          <Section title="Timeline">
            <TaskTimeline entries={view.timeline} />
          </Section>
          <Section title="Details">
            <TaskFacts view={view} task={task} />
          </Section>
        </div>
      </div>
    </div>
  )
}

function Section({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return <Panel title={title}>{children}</Panel>
}

interface WhyProps {
  readonly view: TaskView
  readonly task: TaskRowView
  readonly failed: boolean
}

/** The reason first. */
function Why({ view, task, failed }: WhyProps) {
  const exception = view.exception ?? task.exception
  if (failed && exception !== null) {
    return (
      <Callout level={task.state === 'RETRY' ? 'warn' : 'bad'}>
        <span className="font-medium break-words whitespace-pre-wrap">{view.why ?? exception}</span>
        {view.like !== null && <Like task={task} count={view.like} exception={exception} />}
      </Callout>
    )
  }
  if (view.why === null) return null
  return <Callout level={task.state === 'LOST' || task.state === 'REJECTED' ? 'warn' : 'info'}>{view.why}</Callout>
}

type LikeProps = { readonly task: TaskRowView; readonly count: number; readonly exception: string }

/** The others that failed the same way. */
function Like({ task, count, exception }: LikeProps) {
  const error = exceptionName(exception)
  const q = [
    'state:failed',
    ...(task.name === null ? [] : [`name:${task.name}`]),
    ...(error === null ? [] : [`error:${error}`]),
  ]
  return (
    <Link className="link mt-1 block text-sm" href={`/tasks?q=${encodeURIComponent(q.join(' '))}`}>
      {formatCount(count)} like this
    </Link>
  )
}

/** Where it comes from and what became of it, both ways. */
function Links({ view, task }: { readonly view: TaskView; readonly task: TaskRowView }) {
  if (task.retryOf === null && view.retriedAs.length === 0) return null
  return (
    <p className="flex flex-wrap gap-x-4 gap-y-1 text-sm text-fg-2" data-testid="retry-links">
      {task.retryOf !== null && (
        <span>
          Retry of <TaskLink id={task.retryOf} />
        </span>
      )}
      {view.retriedAs.length > 0 && (
        <span className="flex flex-wrap gap-x-2">
          Retried as
          {view.retriedAs.map((id) => (
            <TaskLink key={id} id={id} />
          ))}
        </span>
      )}
    </p>
  )
}

function ResultBlock({ view, task }: { readonly view: TaskView; readonly task: TaskRowView }) {
  if (view.result.text !== null) return <ValueBlock label="Returned" value={view.result} unknown="" />
  if (!view.hasResults) {
    return <p className="text-sm text-fg-3">This application stores no results. Only events are shown.</p>
  }
  if (task.state === 'SUCCESS') {
    return <p className="text-sm text-fg-3">No result is stored. The task may ignore its result, or it expired.</p>
  }
  return <p className="text-sm text-fg-3">{NO_RESULT[task.state] ?? 'It has not ended.'}</p>
}

const NO_RESULT: Readonly<Record<string, string>> = {
  FAILURE: 'It failed: there is no result.',
  REVOKED: 'It was revoked: there is no result.',
  REJECTED: 'The worker refused it: there is no result.',
}
