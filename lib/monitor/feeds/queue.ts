import type { Topic } from '../../live/topic.ts'
import type { QueueView } from '../../live/views.ts'
import { consumersOf } from '../consumers.ts'
import { type ChartSeries, chartOf, paced } from './chart.ts'
import type { FeedDeps } from './deps.ts'
import { queueRow } from './queue-row.ts'
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
  const charts = paced(CHART_EVERY_MS, (nowMs) => ({
    depth: chartOf(history, depth, topic.range, nowMs),
    flow: chartOf(history, flow, topic.range, nowMs),
  }))
  return {
    everyMs: 500,
    heeds(news) {
      if (news.kind === 'cluster') running.apply(news.changes)
      return news.kind !== 'commands'
    },
    view(): QueueView {
      const nowMs = runtime.clock.nowMs()
      const consumers = consumersOf(deps)
      const reading = queues.latest().rows.find((row) => row.name === name)
      const workers = (consumers.byQueue.get(name) ?? []).map((worker) => cluster.worker(worker))
      return {
        queue: reading === undefined ? null : queueRow(deps, reading, consumers, nowMs),
        ...charts(nowMs),
        setAside: queues.latest().setAside?.[name] ?? 0,
        consumers: workers
          .filter((worker) => worker !== undefined)
          .map((worker) => workerRow(deps, worker, running, nowMs)),
      }
    },
  }
}
