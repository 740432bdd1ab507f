'use client'

import dynamic from 'next/dynamic'
import type { TaskRowView, TaskView } from '../../lib/live/views.ts'
import { formatCount } from '../ui/format.ts'
import { Panel } from '../ui/panel.tsx'
import { TabPanel, Tabs } from '../ui/tabs.tsx'
import { useUrlParam } from '../ui/use-url-param.ts'
import { TaskAttempts } from './task-attempts.tsx'
import { TaskDetail } from './task-detail.tsx'
import { TaskEvents } from './task-events.tsx'

const TaskRaw = dynamic(() => import('./task-raw.tsx').then((module) => module.TaskRaw), { ssr: false })

const TABS = ['overview', 'attempts', 'events', 'raw'] as const

/** The parts of a task's page: what matters of it, every attempt, every event, and all as it was told (ux.md 2.4). */
export function TaskTabs({ view, task }: { readonly view: TaskView; readonly task: TaskRowView }) {
  const [asked, setTab] = useUrlParam('tab', TABS, 'overview')
  const { attempts, timeline } = view
  const tab = asked === 'attempts' && attempts.length === 0 ? 'overview' : asked
  const tabs = [
    { id: 'overview', label: 'Overview' },
    ...(attempts.length === 0
      ? []
      : [{ id: 'attempts', label: 'Attempts', count: formatCount(attempts.length) } as const]),
    { id: 'events', label: 'Events', count: formatCount(timeline.length) },
    { id: 'raw', label: 'Raw' },
  ] as const
  return (
    <div>
      <Tabs label="Parts of this task" name="task" tabs={tabs} value={tab} onChange={setTab} />
      <TabPanel name="task" id={tab} className="pt-4">
        {tab === 'overview' && <TaskDetail view={view} task={task} />}
        {tab === 'attempts' && (
          <Panel>
            <TaskAttempts attempts={attempts} />
          </Panel>
        )}
        {tab === 'events' && <TaskEvents entries={timeline} />}
        {tab === 'raw' && <TaskRaw id={task.id} version={task.state} />}
      </TabPanel>
    </div>
  )
}
