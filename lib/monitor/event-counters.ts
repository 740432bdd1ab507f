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
import { createSeriesTable } from './series-table.ts'

export interface EventCountersOptions {
  /** The gauges are read from it when asked for: they are as right as it is. */
  readonly cluster: ClusterReader
  /** Most series of one metric. */
  readonly maxSeries: number
}

export interface EventCounters {
  /** Every good event, after it was applied; `applied` is null for events that are about no task. */
  count(event: ClusterEvent, applied: AppliedEvent | null): void
  families(): readonly MetricFamily[]
}

/** A histogram has 17 samples. */
const HISTOGRAMS_PER_SERIES = 1 / 8

export function createEventCounters({ cluster, maxSeries }: EventCountersOptions): EventCounters {
  const events = createSeriesTable(maxSeries)
  const runtimes = createRuntimeHistograms(Math.ceil(maxSeries * HISTOGRAMS_PER_SERIES))

  return {
    count(event, applied) {
      if (applied === null) return
      const name = applied.task.name ?? ''
      events.add(event.hostname, applied.kind.type, name)
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
          samples: rows.map(({ task, type, worker, count }) => ({ labels: { task, type, worker }, value: count })),
        },
        runtimes.family(),
        ...prefetchFamilies(cluster, rows),
        workerFamily('flower_worker_online', 'Worker online status', workers, ({ online }) => Number(online)),
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
