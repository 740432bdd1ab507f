/** A queue as a row: what waits, who serves it, where it goes. */
import type { QueueRowView } from '../../live/views.ts'
import { type Consumers, consumersOf } from '../consumers.ts'
import type { QueueReading } from '../contracts.ts'
import type { FeedDeps } from './deps.ts'
import { type Trend, trendOf } from './trend.ts'

const SPARK_MS = 600_000
const SPARK_BUCKET_MS = 10_000
const TREND_MS = 120_000
const TREND_BUCKET_MS = 5_000

/** All rows, the most waiting first; unreadable ones at the end. */
export function queueRows(deps: FeedDeps, nowMs: number): readonly QueueRowView[] {
  const consumers = consumersOf(deps)
  const rows = deps.queues.latest().rows.map((reading) => queueRow(deps, reading, consumers, nowMs))
  return rows.sort((a, b) => (b.waiting ?? -1) - (a.waiting ?? -1) || (a.name < b.name ? -1 : 1))
}

export function queueRow(deps: FeedDeps, reading: QueueReading, consumers: Consumers, nowMs: number): QueueRowView {
  const { name, waiting, unacked, byPriority, error } = reading
  const { history, alerts } = deps
  const key = `queue:${name}:waiting`
  const workers = consumers.byQueue.get(name) ?? []
  const served = workers.length > 0 ? true : consumers.complete ? false : null
  const recent = history.series(key, nowMs - TREND_MS, nowMs, TREND_BUCKET_MS, 'mean')
  const trend = trendOf(recent, waiting, served)
  const { limit, state } = alerts.forQueue(name)
  const { inPerSecond, outPerSecond } = waiting === null ? UNKNOWN_FLOW : flowOf(deps, name, trend, served)
  return {
    name,
    waiting,
    unacked,
    byPriority,
    inPerSecond,
    outPerSecond,
    trend: trend.trend,
    emptyInMs: trend.emptyInMs,
    workers,
    spark: history
      .series(key, nowMs - SPARK_MS, nowMs, SPARK_BUCKET_MS, 'last')
      .slice(-SPARK_MS / SPARK_BUCKET_MS)
      .map(([, value]) => value),
    limit,
    alert: state,
    error,
    oldest: deps.queues.oldest(name),
    paused: deps.paused.of(name),
  }
}

const UNKNOWN_FLOW = { inPerSecond: null, outPerSecond: null }

/**
 * Events tell what workers took. What came in they tell only where tasks are sent with `task_send_sent_event`; else it
 * is what was taken and what the queue grew by.
 */
function flowOf({ rates }: FeedDeps, queue: string, { slope }: Trend, served: boolean | null) {
  const flow = rates.queueFlow(queue)
  const out = flow?.outPerSecond ?? (served === false ? 0 : null)
  if (out === null) return UNKNOWN_FLOW
  const into = slope === null ? (flow?.inPerSecond ?? null) : Math.max(0, out + slope)
  return { inPerSecond: into === null ? null : round(into), outPerSecond: round(out) }
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
