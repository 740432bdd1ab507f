import Link from 'next/link'
import type { WorkerRowView, WorkerView } from '../../lib/live/views.ts'
import { queueHref } from '../queues/queue-columns.tsx'
import { type Column, DataTable } from '../ui/data-table.tsx'
import { Panel } from '../ui/panel.tsx'
import { FactsTable } from './facts-table.tsx'
import { PoolSize } from './pool-size.tsx'
import { RegisteredTasks } from './registered-tasks.tsx'
import { WorkerNow } from './worker-now.tsx'
import type { WorkerTab } from './worker-tabs.ts'

type Props = {
  readonly tab: WorkerTab
  readonly view: WorkerView
  readonly worker: WorkerRowView
  readonly cannotAct: string | null
}

export function WorkerTabContent({ tab, view, worker, cannotAct }: Props) {
  const isUntold = view.inspectedMs === null
  const empty = isUntold ? 'The worker has not told it yet.' : 'The worker told nothing of this.'
  switch (tab) {
    case 'now':
      return <WorkerNow view={view} cannotAct={cannotAct} />
    case 'queues':
      return <WorkerQueues view={view} empty={empty} />
    case 'pool':
      return (
        <Panel
          flush
          title="Pool"
          note={view.poolFixed ?? undefined}
          aside={<PoolSize worker={worker} cannotAct={cannotAct ?? view.poolFixed} />}
        >
          <FactsTable label="Pool" facts={view.poolFacts} empty={empty} />
        </Panel>
      )
    case 'tasks':
      return <RegisteredTasks registered={view.registered} empty={empty} />
    case 'configuration':
      return (
        <Panel flush>
          <FactsTable label="Configuration" facts={view.configuration} empty={empty} />
        </Panel>
      )
    case 'system':
      return (
        <div className="grid items-start gap-4 lg:grid-cols-2">
          <Panel flush title="System">
            <FactsTable label="System" facts={view.systemFacts} empty={empty} />
          </Panel>
          <Panel flush title="Broker connection">
            <FactsTable label="Broker connection" facts={view.brokerFacts} empty={empty} />
          </Panel>
        </div>
      )
  }
}

type ActiveQueue = WorkerView['activeQueues'][number]

const ACTIVE_QUEUE_COLUMNS: readonly Column<ActiveQueue>[] = [
  {
    id: 'name',
    head: 'Queue',
    sort: (queue) => queue.name,
    cell: (queue) => (
      <Link href={queueHref(queue.name)} className="font-medium hover:underline">
        {queue.name}
      </Link>
    ),
  },
  { id: 'exchange', head: 'Exchange', cell: (queue) => queue.exchange || '–' },
  { id: 'routing', head: 'Routing key', cell: (queue) => queue.routingKey || '–' },
]

function WorkerQueues({ view, empty }: { readonly view: WorkerView; readonly empty: string }) {
  return (
    <Panel cards>
      <DataTable<ActiveQueue>
        label="Queues that this worker takes from"
        rows={view.activeQueues}
        columns={ACTIVE_QUEUE_COLUMNS}
        rowKey={(queue) => queue.name}
        href={(queue) => queueHref(queue.name)}
        empty={<p className="px-cell-x py-4 text-fg-3 text-sm">{empty}</p>}
      />
    </Panel>
  )
}
