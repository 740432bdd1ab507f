'use client'

import { CircleCheck, CircleDashed } from 'lucide-react'
import type { ReactNode } from 'react'
import type { OverviewView, StatusView } from '../../lib/live/views.ts'
import { useLive } from '../live/use-live.ts'
import { plural } from '../ui/format.ts'
import { Panel } from '../ui/panel.tsx'

/** True as long as Umbel has seen nothing that a page could show. */
export function isUntouched(view: OverviewView): boolean {
  return view.figures.workersTotal === 0 && view.queuesTotal === 0 && view.failures.length === 0
}

/** What must be true before anything can be seen, each point checking itself. */
export function FirstSteps() {
  const status = useLive({ name: 'status' }).view
  if (status === null) return null
  const { isConnected, workers, events } = stepsDone(status)
  return (
    <Panel title="Nothing has been seen yet">
      <ol className="flex flex-col gap-2 text-sm">
        <Step isDone={isConnected} title={isConnected ? `Connected to ${status.broker.url}` : 'The broker answers'}>
          {status.broker.reason ?? 'Start Umbel with the broker address of your workers: --broker=redis://host:6379/0'}
        </Step>
        <Step isDone={workers > 0} title={workers > 0 ? `${plural(workers, 'worker')} there` : 'A worker answers'}>
          Start one with <Code>celery -A proj worker -E</Code>
        </Step>
        <Step isDone={events > 0} title="Events arrive">
          Umbel asks workers to send them. To have them from the start set <Code>worker_send_task_events = True</Code>{' '}
          and <Code>task_send_sent_event = True</Code>
        </Step>
      </ol>
    </Panel>
  )
}

function stepsDone(status: StatusView) {
  return {
    isConnected: status.broker.state === 'ready',
    workers: status.counts.workersTotal,
    events: status.events.total,
  }
}

function Step({
  isDone,
  title,
  children,
}: {
  readonly isDone: boolean
  readonly title: string
  readonly children: ReactNode
}) {
  const Icon = isDone ? CircleCheck : CircleDashed
  return (
    <li className="flex items-start gap-2">
      <Icon
        size={16}
        strokeWidth={1.75}
        className={isDone ? 'mt-0.5 shrink-0 text-state-succeeded' : 'mt-0.5 shrink-0 text-fg-3'}
        aria-label={isDone ? 'Done' : 'Not yet'}
      />
      <span>
        <span className="font-medium">{title}</span>
        {!isDone && <span className="block text-fg-2">{children}</span>}
      </span>
    </li>
  )
}

function Code({ children }: { readonly children: string }) {
  return <code className="rounded-sm bg-sunken px-1 font-mono text-xs">{children}</code>
}
