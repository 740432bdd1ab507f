import type { Topic } from '../../live/topic.ts'
import type { QueueView } from '../../live/views.ts'
import { consumersOf } from '../consumers.ts'
import { type ChartSeries, chartOf, paced } from './chart.ts'
import type { FeedDeps } from './deps.ts'
import { marksOf, queueScope } from './marks.ts'
import { queueRow } from './queue-row.ts'
import { prefetchOf, queueSettings } from './queue-settings.ts'
import { RunningTasks } from './running.ts'
import type { Source } from './source.ts'
import { workerRow } from './worker-row.ts'

const CHART_EVERY_MS = 2_000

/** Topic `queue`: one queue with its past and its consumers. */
export function queueSource(deps: FeedDeps, topic: Extract<Topic, { name: 'queue' }>): Source {
  const { runtime, history, queues, cluster } = deps
  const running = new RunningTasks(cluster)
  const name = topic.queue
  const depth: readonly ChartSeries[] = [
    { name: 'waiting', key: `queue:${name}:waiting`, take: 'max' },
    { name: 'unacked', key: `queue:${name}:unacked`, take: 'max' },
  ]
  const flow: readonly ChartSeries[] = [
    { name: 'in', key: `queue:${name}:in`, take: 'mean' },
    { name: 'out', key: `queue:${name}:out`, take: 'mean' },
  ]
  const age: readonly ChartSeries[] = [{ name: 'oldest', key: `queue:${name}:oldest`, take: 'max' }]
  const charts = paced(CHART_EVERY_MS, (nowMs) => ({
    depth: chartOf(history, depth, topic.range, nowMs),
    flow: chartOf(history, flow, topic.range, nowMs),
    age: chartOf(history, age, topic.range, nowMs),
  }))
  return {
    everyMs: 500,
    heeds(news) {
      if (news.kind === 'cluster') running.apply(news.changes)
      return true
    },
    view(): QueueView {
      const nowMs = runtime.clock.nowMs()
      const consumers = consumersOf(deps)
      const reading = queues.latest().rows.find((row) => row.name === name)
      const names = consumers.byQueue.get(name) ?? []
      const workers = names.map((worker) => cluster.worker(worker))
      return {
        queue: reading === undefined ? null : queueRow(deps, reading, consumers, nowMs),
        ...charts(nowMs),
        marks: marksOf(deps, topic.range, nowMs, queueScope(name, names)),
        prefetch: prefetchOf(deps, names),
        settings: queueSettings(deps, name, names),
        setAside: queues.latest().setAside?.[name] ?? 0,
        consumers: workers
          .filter((worker) => worker !== undefined)
          .map((worker) => workerRow(deps, worker, running, nowMs)),
      }
    },
  }
}
