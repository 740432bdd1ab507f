/** What the metrics tell of schedules: of at most so many entries one by one, for each is a series. */
import type { SchedulesView } from '../../live/schedule-views.ts'
import type { MetricFamily, MetricSample } from '../../monitor/metric-family.ts'

const ENTRIES_MOST = 1_000

export function scheduleMetrics({ sources, rows }: SchedulesView): readonly MetricFamily[] {
  const lateness: MetricSample[] = []
  const counts = new Map(sources.map(({ name }) => [name, { entries: 0, overdue: 0 }]))
  for (const { source, name, lastRun, overdueSinceMs } of rows) {
    const count = counts.get(source)
    if (count !== undefined) {
      count.entries++
      if (overdueSinceMs !== null) count.overdue++
    }
    const lateMs = lastRun?.lateMs ?? null
    if (lateMs !== null && lateness.length < ENTRIES_MOST) {
      lateness.push({ labels: { source, entry: name }, value: lateMs / 1_000 })
    }
  }
  // A source that cannot be read says nothing of its beats.
  const up = sources
    .filter(({ error }) => error === null)
    .map(({ name, beats }) => {
      const live = beats.some(({ state }) => state !== 'down' && state !== 'standing-by')
      return { labels: { source: name }, value: live ? 1 : 0 }
    })
  const each = (of: 'entries' | 'overdue') =>
    [...counts].map(([source, count]) => ({ labels: { source }, value: count[of] }))
  return [
    gauge('umbel_beat_up', '1 while a beat sends from this schedule', up),
    gauge('umbel_beat_lateness_seconds', 'How late the last run of an entry was sent', lateness),
    gauge('umbel_schedule_entries', 'Entries of a schedule', each('entries')),
    gauge('umbel_schedule_overdue', 'Entries whose run is due and was not sent', each('overdue')),
  ]
}

function gauge(name: string, help: string, samples: readonly MetricSample[]): MetricFamily {
  return { name, type: 'gauge', help, samples }
}
