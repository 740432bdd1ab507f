/** Figures of the cluster that people ask of Flower in vain (flower.md 4, 9): queues, workers, tasks, alerts. */
import type { MetricFamily, MetricSample } from '../../monitor/metric-family.ts'
import { poolSlots } from '../../monitor/pool-slots.ts'
import type { Monitored } from '../monitored.ts'

/** Workers and queues that are told one by one; each is a series. */
const MOST = 1_000
const ALERT_STATES = ['pending', 'firing', 'nodata'] as const

export function clusterMetrics(monitor: Monitored, nowMs: number): readonly MetricFamily[] {
  return [...queueMetrics(monitor, nowMs), ...workerMetrics(monitor), taskMetrics(monitor), ...alertMetrics(monitor)]
}

function queueMetrics({ queues }: Monitored, nowMs: number): readonly MetricFamily[] {
  const rows = queues.latest().rows.slice(0, MOST)
  const priorities = rows.flatMap(({ name, byPriority }) =>
    byPriority.map(({ step, waiting }) => ({ labels: { queue: name, priority: String(step) }, value: waiting })),
  )
  const ages = rows.flatMap(({ name, waiting }) => {
    const oldest = queues.oldest(name)
    if (waiting === 0) return [{ labels: { queue: name }, value: 0 }]
    return oldest === null ? [] : [{ labels: { queue: name }, value: Math.max(0, (nowMs - oldest.sinceMs) / 1_000) }]
  })
  return [
    gauge('umbel_queue_messages', 'Messages waiting in a queue, by priority step', priorities),
    gauge(
      'umbel_queue_oldest_message_age_seconds',
      'How long the oldest waiting message waits: as its task-sent event told, else reckoned from lengths and what workers took; 0 when none waits',
      ages,
    ),
  ]
}

function workerMetrics({ cluster, inspector }: Monitored): readonly MetricFamily[] {
  const slots: MetricSample[] = []
  const saturation: MetricSample[] = []
  for (const { name, online, active } of cluster.workers()) {
    if (!online || slots.length >= MOST) continue
    const concurrency = poolSlots(inspector.answers(name).stats?.value)
    if (concurrency === null) continue
    const labels = { worker: name }
    slots.push({ labels, value: concurrency })
    if (active !== null && concurrency > 0) saturation.push({ labels, value: active / concurrency })
  }
  return [
    gauge('umbel_worker_concurrency', 'Tasks that a worker can run at a time', slots),
    gauge('umbel_worker_saturation_ratio', 'Tasks that a worker runs, of those that it can run', saturation),
  ]
}

function taskMetrics({ tasks }: Monitored): MetricFamily {
  const { counts } = tasks.select({ filter: null, sort: '-received', offset: 0, limit: 0 })
  const samples = Object.entries(counts).map(([state, value]) => ({ labels: { state }, value }))
  return gauge('umbel_tasks_by_state', 'Tasks kept in memory, by state', samples)
}

function alertMetrics({ alerts }: Monitored): readonly MetricFamily[] {
  const counts = new Map<string, number>()
  const { active, rules } = alerts.view()
  for (const { name } of rules) for (const state of ALERT_STATES) counts.set(`${state} ${name}`, 0)
  for (const { rule, state } of active) counts.set(`${state} ${rule}`, (counts.get(`${state} ${rule}`) ?? 0) + 1)
  const samples = [...counts].map(([key, value]) => {
    const space = key.indexOf(' ')
    return { labels: { state: key.slice(0, space), rule: key.slice(space + 1) }, value }
  })
  return [gauge('umbel_alerts', 'Alerts by rule and state', samples)]
}

function gauge(name: string, help: string, samples: readonly MetricSample[]): MetricFamily {
  return { name, type: 'gauge', help, samples }
}
