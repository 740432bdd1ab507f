import type { WorkerView } from '../../lib/live/views.ts'
import { formatCount } from '../ui/format.ts'

export const WORKER_TABS = ['now', 'queues', 'pool', 'tasks', 'history', 'configuration', 'system'] as const
export type WorkerTab = (typeof WORKER_TABS)[number]

const LABELS: Readonly<Record<WorkerTab, string>> = {
  now: 'Now',
  queues: 'Queues',
  pool: 'Pool',
  tasks: 'Tasks',
  history: 'History',
  configuration: 'Configuration',
  system: 'System',
}

/** The tabs with the number of what each holds; a part that the worker has not told yet has none. */
export function workerTabs(
  view: WorkerView,
): readonly { readonly id: WorkerTab; readonly label: string; readonly count?: string }[] {
  const counts: Partial<Record<WorkerTab, number>> =
    view.inspectedMs === null
      ? {}
      : {
          now: view.held.running + view.held.reserved + view.held.scheduled,
          queues: view.activeQueues.length,
          tasks: view.registered.length,
        }
  return WORKER_TABS.map((id) => {
    const count = counts[id]
    return { id, label: LABELS[id], ...(count !== undefined && { count: formatCount(count) }) }
  })
}
