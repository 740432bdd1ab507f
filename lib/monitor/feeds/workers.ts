import type { WorkersView } from '../../live/views.ts'
import type { FeedDeps } from './deps.ts'
import { RunningTasks } from './running.ts'
import type { Source } from './source.ts'
import { listedWorkers, workerRow } from './worker-row.ts'

/** Topic `workers`. */
export function workersSource(deps: FeedDeps): Source {
  const running = new RunningTasks(deps.cluster)
  return {
    everyMs: 500,
    heeds(news) {
      if (news.kind !== 'cluster') return news.kind === 'answers' || news.kind === 'time'
      running.apply(news.changes)
      return true
    },
    view: () => workersView(deps, running, deps.runtime.clock.nowMs()),
  }
}

export function workersView(deps: FeedDeps, running: RunningTasks, nowMs: number): WorkersView {
  const rows = listedWorkers(deps, nowMs).map((worker) => workerRow(deps, worker, running, nowMs))
  const online = rows.filter((row) => row.state !== 'offline')
  const slots = online.map((row) => row.concurrency).filter((slots) => slots !== null)
  return {
    rows,
    online: online.length,
    slotsBusy: online.reduce((sum, row) => sum + (row.active ?? 0), 0),
    // Slots of some of the workers would be read as slots of all.
    slotsTotal: slots.length === online.length ? slots.reduce((sum, each) => sum + each, 0) : null,
  }
}
