import { momentsOf, type TimeSpan } from '../../live/time-span.ts'
import type { Topic } from '../../live/topic.ts'
import type { ChartView, OverviewView, QueueRowView } from '../../live/views.ts'
import { attentionOf, lastProblemMs } from './attention.ts'
import { type ChartSeries, chartOf, paced } from './chart.ts'
import type { FeedDeps } from './deps.ts'
import { marksOf } from './marks.ts'
import { queueRows } from './queue-row.ts'
import { RunningTasks } from './running.ts'
import type { Source } from './source.ts'
import { workersView } from './workers.ts'
import { changesOf } from './yesterday.ts'

const ROWS = 6
const FAILURES = 8
const FIGURES_EVERY_MS = 1_000
const SHARE_WINDOW_MS = 60_000
const CHART_EVERY_MS = 2_000
const CHANGES_EVERY_MS = 30_000
/** A chart whose lines change places every few seconds cannot be read. */
const RANKING_EVERY_MS = 30_000
/** More queues than these are too many to be added up for the line `other`. */
const MOST_OTHERS = 100

const THROUGHPUT: readonly ChartSeries[] = [
  { name: 'succeeded', key: 'tasks:succeeded', take: 'mean' },
  { name: 'failed', key: 'tasks:failed', take: 'mean' },
  { name: 'retried', key: 'tasks:retried', take: 'mean' },
]
const PRESENCE: readonly ChartSeries[] = [{ name: 'online', key: 'workers:online', take: 'last' }]
const LATENCY: readonly ChartSeries[] = [
  { name: 'wait', key: 'latency:wait:p95', take: 'max' },
  { name: 'run', key: 'latency:run:p95', take: 'max' },
]

/** Topic `overview`. */
export function overviewSource(deps: FeedDeps, topic: Extract<Topic, { name: 'overview' }>): Source {
  const { runtime, history, cluster, rates } = deps
  const { range } = topic
  const running = new RunningTasks(cluster)
  const ranked = paced(RANKING_EVERY_MS, () => rankQueues(deps))
  // Before the first round of the poller there is nothing to rank.
  const ranking = (nowMs: number) => (deps.queues.latest().atMs === null ? NO_RANKING : ranked(nowMs))
  const charts = paced(CHART_EVERY_MS, (nowMs) => ({
    throughput: chartOf(history, THROUGHPUT, range, nowMs),
    depth: depthChart(deps, ranking(nowMs), range, nowMs),
    latency: chartOf(history, LATENCY, range, nowMs),
    presence: chartOf(history, PRESENCE, range, nowMs),
  }))
  const failures = paced(CHART_EVERY_MS, (nowMs) => {
    const { fromMs, toMs } = momentsOf(range, nowMs)
    return rates.failureGroups(FAILURES).filter((group) => group.lastMs >= fromMs && group.firstMs <= toMs)
  })
  const changes = paced(CHANGES_EVERY_MS, (nowMs) => changesOf(history, nowMs))
  const figures = paced(FIGURES_EVERY_MS, () => figuresOf(rates))
  return {
    everyMs: 500,
    heeds(news) {
      if (news.kind === 'cluster') running.apply(news.changes)
      return true
    },
    view(): OverviewView {
      const nowMs = runtime.clock.nowMs()
      const status = deps.status()
      const queues = queueRows(deps, nowMs)
      const workers = workersView(deps, running, nowMs).rows
      const groups = failures(nowMs)
      return {
        attention: attentionOf(deps, { queues, workers, failures: groups, status, nowMs }),
        lastProblemMs: lastProblemMs(deps, status),
        figures: {
          ...figures(nowMs),
          waiting: waitingOf(queues),
          workersOnline: workers.filter((worker) => worker.state !== 'offline').length,
          workersTotal: workers.length,
        },
        changes: changes(nowMs),
        marks: marksOf(deps, range, nowMs),
        ...charts(nowMs),
        queues: queues.toSorted((a, b) => troubleOf(a) - troubleOf(b)).slice(0, ROWS),
        queuesTotal: queues.length,
        workers: workers.slice(0, ROWS * 2),
        failures: groups,
      }
    },
  }
}

function figuresOf(rates: FeedDeps['rates']) {
  return {
    donePerSecond: Math.round(rates.donePerSecond() * 100) / 100,
    failedShare: rates.failedShare(SHARE_WINDOW_MS),
    ...rates.latency(),
  }
}

/** A sum of which a part is not known is not known. */
function waitingOf(queues: readonly QueueRowView[]): number | null {
  let sum = 0
  for (const { waiting } of queues) {
    if (waiting === null) return null
    sum += waiting
  }
  return sum
}

/** By trouble; `queueRows` has them by size, and sorting keeps that. */
function troubleOf({ alert, trend, error }: QueueRowView): number {
  if (alert === 'firing') return 0
  if (error !== null || trend === 'never') return 1
  return trend === 'growing' ? 2 : 3
}

interface Ranking {
  readonly deepest: readonly string[]
  readonly others: readonly string[]
}

const NO_RANKING: Ranking = { deepest: [], others: [] }

/** The deepest queues by name: a line keeps its colour while it is among them. */
function rankQueues({ queues }: FeedDeps): Ranking {
  const rows = queues.latest().rows.toSorted((a, b) => (b.waiting ?? -1) - (a.waiting ?? -1))
  const names = rows.map((row) => row.name)
  return { deepest: names.slice(0, ROWS).sort(), others: names.slice(ROWS, ROWS + MOST_OTHERS) }
}

function depthChart(deps: FeedDeps, ranking: Ranking, range: TimeSpan, nowMs: number): ChartView {
  const series = (name: string): ChartSeries => ({ name, key: `queue:${name}:waiting`, take: 'max' })
  const chart = chartOf(deps.history, ranking.deepest.map(series), range, nowMs)
  if (ranking.others.length === 0) return chart
  const rest = chartOf(deps.history, ranking.others.map(series), range, nowMs)
  const points = chart.points.map((point, i) => [...point, sumOf(rest.points[i]?.slice(1) ?? [])])
  return { ...chart, series: [...chart.series, 'other'], points }
}

function sumOf(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null)
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0)
}
