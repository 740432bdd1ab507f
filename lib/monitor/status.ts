/** What the frame of every page shows: is Umbel connected, does it hear all, what needs a person. */
import type { Broker } from '../broker/broker.ts'
import type { GapView, StatusView } from '../live/views.ts'
import type { Alerts, ClusterReader, QueueReadings } from './contracts.ts'
import type { Repairer } from './repair.ts'
import type { MonitorSettings } from './settings.ts'

export interface StatusSources {
  readonly version: string
  readonly settings: MonitorSettings
  readonly broker: Broker
  /** With the password masked; null = no result backend. */
  readonly resultsUrl: string | null
  readonly cluster: ClusterReader
  readonly queues: QueueReadings
  readonly alerts: Pick<Alerts, 'firing' | 'forQueue'>
  readonly repairer: Pick<Repairer, 'state'>
  readonly events: () => StatusView['events']
  readonly gaps: () => readonly GapView[]
  readonly problems: () => StatusView['problems']
}

export function statusOf(sources: StatusSources): StatusView {
  const { version, settings, broker, resultsUrl, cluster, queues, alerts } = sources
  const { state, sinceMs, reason } = broker.status()
  let [online, total] = [0, 0]
  for (const worker of cluster.workers()) {
    total++
    if (worker.online) online++
  }
  return {
    version,
    cluster: settings.cluster,
    broker: { url: broker.url, kind: broker.kind, state, sinceMs, reason, refusal: queues.latest().refusal ?? null },
    results: { url: resultsUrl, ...sources.repairer.state() },
    events: sources.events(),
    gaps: sources.gaps(),
    problems: [
      ...sources.problems(),
      ...Object.entries(queues.latest().setAside ?? {}).map(([queue, count]) => ({ name: 'set-aside', count, queue })),
    ],
    counts: {
      queuesOverLimit: queues.latest().rows.filter((row) => alerts.forQueue(row.name).state === 'firing').length,
      alertsFiring: alerts.firing,
      workersOnline: online,
      workersTotal: total,
      tasks: cluster.taskCount,
    },
    readOnly: settings.readOnly,
  }
}

/** Before anything is known. */
export const EMPTY_STATUS: StatusView = {
  version: '',
  cluster: '',
  broker: { url: '', kind: '', state: 'connecting', sinceMs: 0, reason: null, refusal: null },
  results: { url: null, state: 'none', reason: null },
  events: { perSecond: 0, total: 0, malformed: 0, missed: 0, lastMs: null, lagMs: null },
  gaps: [],
  problems: [],
  counts: { queuesOverLimit: 0, alertsFiring: 0, workersOnline: 0, workersTotal: 0, tasks: 0 },
  readOnly: false,
}
