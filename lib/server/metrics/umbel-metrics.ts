import type { MetricFamily, MetricSample } from '../../monitor/metric-family.ts'
import type { Monitored } from '../monitored.ts'
import { scheduleMetrics } from './schedule-metrics.ts'

/** Queues that are told one by one; each is two series. */
const MOST_QUEUES = 1_000

/**
 * What people ask of Flower's metrics and do not find there (flower.md 4): queues, losses, the state of the broker.
 * `sockets`: open connections of browsers.
 */
export function umbelMetrics(monitor: Monitored, sockets: number): readonly MetricFamily[] {
  const status = monitor.status()
  const rows = monitor.queues.latest().rows.slice(0, MOST_QUEUES)
  const waiting = rows.flatMap(({ name, waiting }) => (waiting === null ? [] : [sample(waiting, { queue: name })]))
  const unacked = rows.flatMap(({ name, unacked }) => (unacked === null ? [] : [sample(unacked, { queue: name })]))
  const { events, broker, counts } = status
  return [
    gauge('umbel_queue_length', 'Messages waiting in a queue, all priorities together', waiting),
    gauge('umbel_queue_unacknowledged', 'Messages taken by workers and not yet acknowledged', unacked),
    gauge('umbel_broker_up', '1 while the broker answers', [sample(broker.state === 'ready' ? 1 : 0)]),
    counter('umbel_events_total', 'Events received since the start', [sample(events.total)]),
    counter('umbel_events_missed_total', 'Events known to be missed', [sample(events.missed)]),
    gauge('umbel_event_gaps', 'Interruptions of the event stream that are remembered', [sample(status.gaps.length)]),
    counter(
      'umbel_malformed_total',
      'Messages and events that could not be read, by reason',
      status.problems.map(({ name, count, queue }) => sample(count, { reason: name, ...(queue && { queue }) })),
    ),
    gauge(
      'umbel_event_lag_seconds',
      'Receipt minus the time in the event, p95 of the last seconds',
      events.lagMs === null ? [] : [sample(events.lagMs / 1_000)],
    ),
    gauge('umbel_workers', 'Workers known, by state', [
      sample(counts.workersOnline, { state: 'online' }),
      sample(counts.workersTotal - counts.workersOnline, { state: 'offline' }),
    ]),
    gauge('umbel_tasks', 'Tasks kept in memory', [sample(counts.tasks)]),
    gauge('umbel_alerts_firing', 'Alerts that are firing and not silenced', [sample(counts.alertsFiring)]),
    gauge('umbel_sockets', 'Browsers connected', [sample(sockets)]),
    gauge('umbel_live_topics', 'Topics that browsers watch', [sample(monitor.feeds.size.topics)]),
    gauge('umbel_live_watchers', 'Topics watched, counted for every browser', [sample(monitor.feeds.size.watchers)]),
    ...scheduleMetrics(monitor.schedules.view()),
  ]
}

function sample(value: number, labels: Readonly<Record<string, string>> = {}): MetricSample {
  return { labels, value }
}

function gauge(name: string, help: string, samples: readonly MetricSample[]): MetricFamily {
  return { name, type: 'gauge', help, samples }
}

function counter(name: string, help: string, samples: readonly MetricSample[]): MetricFamily {
  return { name, type: 'counter', help, samples }
}
