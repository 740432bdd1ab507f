/**
 * The numbers of `/metrics` that come from events, under Flower's names, types and labels (flower.md 4), so that
 * dashboards made for Flower go on working. Without its faults: a dead worker's `online` becomes 0, the prefetch gauges
 * cannot drift, and there is a bound, past which workers and tasks are counted as `other`.
 */
import type { ClusterEvent } from '../protocol/events.ts'
import type { AppliedEvent } from './cluster.ts'
import type { ClusterReader } from './contracts.ts'
import type { MetricFamily } from './metric-family.ts'
import { prefetchFamilies } from './prefetch-gauges.ts'
import type { WorkerRecord } from './records.ts'
import { createRuntimeHistograms } from './runtime-histograms.ts'
import { createSeriesTable, MAX_LABEL_VALUES, OTHER_LABEL } from './series-table.ts'
import { spoke } from './worker-reducer.ts'

export interface EventCountersOptions {
  /** The gauges are read from it when asked for: they are as right as it is. */
  readonly cluster: ClusterReader
  /** Most series of one metric. */
  readonly maxSeries: number
  /** Wall clock, for when a series began. */
  readonly nowMs: () => number
  /** Upper bounds of flower_task_runtime_seconds, in seconds; by default those of Prometheus' Python client. */
  readonly runtimeBuckets?: readonly number[]
}

export interface EventCounters {
  /** Every good event, after it was applied; `applied` is null for events that are about no task. */
  count(event: ClusterEvent, applied: AppliedEvent | null): void
  families(): readonly MetricFamily[]
  /** Drops the series of a worker that was forgotten. */
  forget(worker: string): void
  /** Drops those of names that are no workers (clients, `gen123@host`) and told nothing for this long; asked often. */
  purge(nowMs: number, longestMs: number): void
}

/** A histogram has 17 samples. */
const HISTOGRAMS_PER_SERIES = 1 / 8

export function createEventCounters(options: EventCountersOptions): EventCounters {
  const { cluster, maxSeries, nowMs, runtimeBuckets } = options
  const events = createSeriesTable(maxSeries, MAX_LABEL_VALUES, nowMs)
  const runtimes = createRuntimeHistograms(Math.ceil(maxSeries * HISTOGRAMS_PER_SERIES), nowMs, runtimeBuckets)

  const strangers = new Map<string, { readonly count: number; readonly sinceMs: number }>()

  function forget(worker: string): void {
    strangers.delete(worker)
    events.forget(worker)
    runtimes.forget(worker)
  }

  return {
    forget,
    purge(nowMs, longestMs) {
      const counts = new Map<string, number>()
      for (const { worker, count } of events.rows()) counts.set(worker, (counts.get(worker) ?? 0) + count)
      for (const [worker, count] of counts) {
        const before = strangers.get(worker)
        if (worker === OTHER_LABEL || cluster.worker(worker) !== undefined) strangers.delete(worker)
        else if (before?.count !== count) strangers.set(worker, { count, sinceMs: nowMs })
        else if (nowMs - before.sinceMs >= longestMs) forget(worker)
      }
    },
    count(event, applied) {
      if (applied === null) return
      const { task } = applied
      const name = task.name ?? ''
      events.add(event.hostname, applied.kind.type, name, task.eta === null && task.received !== null)
      const runtime = event.fields['runtime']
      if (typeof runtime === 'number' && runtime > 0 && applied.isNew) runtimes.observe(event.hostname, name, runtime)
    },
    families() {
      const rows = [...events.rows()]
      const workers = [...cluster.workers()].slice(0, maxSeries)
      return [
        {
          name: 'flower_events_total',
          type: 'counter',
          help: 'Number of events',
          samples: rows.flatMap(({ task, type, worker, count, createdMs }) => {
            const labels = { task, type, worker }
            return [
              { labels, value: count },
              { suffix: '_created', labels, value: createdMs / 1_000 },
            ]
          }),
        },
        runtimes.family(),
        ...prefetchFamilies(cluster, rows),
        workerFamily('flower_worker_online', 'Worker online status', workers.filter(spoke), ({ online }) =>
          Number(online),
        ),
        workerFamily(
          'flower_worker_number_of_currently_executing_tasks',
          'Number of tasks currently executing at a worker',
          workers.filter(({ active }) => active !== null),
          ({ active, online }) => (online ? (active ?? 0) : 0),
        ),
      ]
    },
  }
}

function workerFamily(
  name: string,
  help: string,
  workers: readonly WorkerRecord[],
  read: (worker: WorkerRecord) => number,
): MetricFamily {
  return { name, type: 'gauge', help, samples: workers.map((w) => ({ labels: { worker: w.name }, value: read(w) })) }
}
