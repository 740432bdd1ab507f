/**
 * Flower's two prefetch gauges, read from the tasks at the moment of asking. Flower adds and subtracts as events come,
 * and is off for ever after a lost or late one; and its time is that of whichever task started last.
 */
import { RECEIVED, STARTED } from '../protocol/states.ts'
import type { ClusterReader } from './contracts.ts'
import type { MetricFamily, MetricSample } from './metric-family.ts'
import type { TaskRecord } from './records.ts'
import type { SeriesRow } from './series-table.ts'

interface Prefetched {
  readonly labels: { readonly task: string; readonly worker: string }
  waiting: number
  started: number
  waitedSeconds: number
  /** One of them was seen to start. */
  isTimed: boolean
}

/**
 * One series for each pair of `seen` that had a task without an ETA received, and one of its time where one was started,
 * also when it has nothing now.
 */
export function prefetchFamilies(cluster: ClusterReader, seen: Iterable<SeriesRow>): readonly MetricFamily[] {
  const byWorker = new Map<string, Map<string, Prefetched>>()
  for (const { worker, type, task, timed } of seen) {
    if (!timed || (type !== 'task-received' && type !== 'task-started')) continue
    const tasks = byWorker.get(worker) ?? new Map<string, Prefetched>()
    byWorker.set(worker, tasks)
    const labels = { task, worker }
    const pair = tasks.get(task) ?? { labels, waiting: 0, started: 0, waitedSeconds: 0, isTimed: false }
    tasks.set(task, pair)
    if (type === 'task-started') pair.isTimed = true
  }
  for (const task of cluster.tasks()) {
    if (task.state === RECEIVED || task.state === STARTED) {
      const pair = byWorker.get(task.worker ?? '')?.get(task.name ?? '')
      if (pair !== undefined) note(pair, task)
    }
  }
  const pairs = [...byWorker.values()].flatMap((tasks) => [...tasks.values()])
  return [
    {
      name: 'flower_task_prefetch_time_seconds',
      type: 'gauge',
      help: 'The time the task spent waiting at the celery worker to be executed.',
      samples: pairs
        .filter(({ isTimed }) => isTimed)
        .map((pair) => sample(pair, pair.started === 0 ? 0 : pair.waitedSeconds / pair.started)),
    },
    {
      name: 'flower_worker_prefetched_tasks',
      type: 'gauge',
      help: 'Number of tasks of given type prefetched at a worker',
      samples: pairs.map((pair) => sample(pair, pair.waiting)),
    },
  ]
}

/** A task with an ETA waits on purpose. */
function note(pair: Prefetched, task: TaskRecord): void {
  if (task.eta !== null || task.received === null) return
  if (task.state === RECEIVED) pair.waiting++
  else if (task.started !== null) {
    pair.started++
    pair.waitedSeconds += Math.max(0, task.started - task.received)
  }
}

function sample({ labels }: Prefetched, value: number): MetricSample {
  return { labels, value }
}
