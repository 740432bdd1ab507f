import dynamic from 'next/dynamic'
import type { WorkerRowView, WorkerView } from '../../lib/live/views.ts'
import { useMe } from '../live/use-me.ts'
import { Panel } from '../ui/panel.tsx'
import { FactsTable } from './facts-table.tsx'
import { PoolAutoscale } from './pool-autoscale.tsx'
import { PoolRestart } from './pool-restart.tsx'
import { PoolSize } from './pool-size.tsx'
import { RegisteredTasks } from './registered-tasks.tsx'
import { WorkerConfiguration } from './worker-configuration.tsx'
import { WorkerNow } from './worker-now.tsx'
import { WorkerQueues } from './worker-queues.tsx'
import type { WorkerTab } from './worker-tabs.ts'

type Props = {
  readonly tab: WorkerTab
  readonly view: WorkerView
  readonly worker: WorkerRowView
  readonly cannotAct: string | null
  readonly isStale: boolean
}

// It brings the charts along.
const WorkerHistory = dynamic(() => import('./worker-history.tsx').then((part) => part.WorkerHistory), { ssr: false })

export function WorkerTabContent({ tab, view, worker, cannotAct, isStale }: Props) {
  const { cannotDo } = useMe()
  const cannotResize = cannotAct ?? cannotDo('worker.pool-grow')
  const isUntold = view.inspectedMs === null
  const empty = isUntold ? 'The worker has not told it yet.' : 'The worker told nothing of this.'
  switch (tab) {
    case 'now':
      return <WorkerNow view={view} cannotAct={cannotAct} />
    case 'queues':
      return (
        <WorkerQueues
          worker={worker.name}
          view={view}
          empty={empty}
          cannotAct={cannotAct ?? cannotDo('worker.add-consumer')}
        />
      )
    case 'pool':
      return (
        <Panel
          flush
          title="Pool"
          note={view.poolFixed ?? undefined}
          aside={
            <span className="flex flex-wrap gap-2">
              <PoolSize worker={worker} cannotAct={cannotResize ?? view.poolFixed} />
              <PoolAutoscale worker={worker} cannotAct={cannotResize} />
              <PoolRestart worker={worker.name} cannotAct={cannotAct ?? cannotDo('worker.pool-restart')} />
            </span>
          }
        >
          <FactsTable label="Pool" facts={view.poolFacts} empty={empty} />
        </Panel>
      )
    case 'tasks':
      return (
        <RegisteredTasks
          worker={worker.name}
          registered={view.registered}
          processed={view.processedByTask}
          empty={empty}
          cannotAct={cannotAct}
        />
      )
    case 'configuration':
      return <WorkerConfiguration facts={view.configuration} empty={empty} />
    case 'history':
      return <WorkerHistory worker={worker.name} isStale={isStale} />
    case 'system':
      return (
        <div className="grid items-start gap-4 lg:grid-cols-2">
          <Panel flush title="System">
            <FactsTable label="System" facts={view.systemFacts} empty={empty} />
          </Panel>
          <Panel flush title="Broker connection">
            <FactsTable label="Broker connection" facts={view.brokerFacts} empty={empty} />
          </Panel>
          {view.otherFacts.length > 0 && (
            <Panel flush title="Other">
              <FactsTable label="Other" facts={view.otherFacts} empty={empty} />
            </Panel>
          )}
        </div>
      )
  }
}
