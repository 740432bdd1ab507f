/** `flower_task_runtime_seconds`: how long tasks ran, by worker and task, in Flower's buckets. */
import type { MetricFamily, MetricSample } from './metric-family.ts'
import { OTHER_LABEL } from './series-table.ts'

/** Of Prometheus' Python client. */
export const RUNTIME_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10]

interface Histogram {
  readonly labels: { readonly task: string; readonly worker: string }
  /** Of each bucket alone; the last is what is above all bounds. */
  readonly counts: Uint32Array
  sum: number
  readonly createdMs: number
}

export interface RuntimeHistograms {
  observe(worker: string, task: string, seconds: number): void
  family(): MetricFamily
  forget(worker: string): void
}

/** Past `maxSeries` pairs of worker and task, further ones are put together as `other`. */
export function createRuntimeHistograms(
  maxSeries: number,
  nowMs: () => number,
  buckets: readonly number[] = RUNTIME_BUCKETS,
): RuntimeHistograms {
  const bounds = [...new Set(buckets.filter(Number.isFinite))].sort((a, b) => a - b)
  const boundLabels = [...bounds.map((bound) => (Number.isInteger(bound) ? `${bound}.0` : String(bound))), '+Inf']
  const byWorker = new Map<string, Map<string, Histogram>>()
  let all: Histogram[] = []

  function histogramOf(worker: string, task: string): Histogram {
    const found = byWorker.get(worker)?.get(task)
    if (found !== undefined) return found
    if (all.length >= maxSeries && !(worker === OTHER_LABEL && task === OTHER_LABEL)) {
      return histogramOf(OTHER_LABEL, OTHER_LABEL)
    }
    const made: Histogram = {
      labels: { task, worker },
      counts: new Uint32Array(bounds.length + 1),
      sum: 0,
      createdMs: nowMs(),
    }
    const tasks = byWorker.get(worker) ?? new Map<string, Histogram>()
    byWorker.set(worker, tasks.set(task, made))
    all.push(made)
    return made
  }

  return {
    observe(worker, task, seconds) {
      const histogram = histogramOf(worker, task)
      let bucket = 0
      while (bucket < bounds.length && seconds > (bounds[bucket] ?? 0)) bucket++
      histogram.counts[bucket] = (histogram.counts[bucket] ?? 0) + 1
      histogram.sum += seconds
    },
    forget(worker) {
      if (byWorker.delete(worker)) all = all.filter(({ labels }) => labels.worker !== worker)
    },
    family: () => ({
      name: 'flower_task_runtime_seconds',
      type: 'histogram',
      help: 'Task runtime',
      samples: all.flatMap((histogram) => samplesOf(histogram, boundLabels)),
    }),
  }
}

function samplesOf(
  { labels, counts, sum, createdMs }: Histogram,
  boundLabels: readonly string[],
): readonly MetricSample[] {
  let total = 0
  const buckets = boundLabels.map((le, i) => {
    total += counts[i] ?? 0
    return { suffix: '_bucket', labels: { le, ...labels }, value: total }
  })
  return [
    ...buckets,
    { suffix: '_count', labels, value: total },
    { suffix: '_sum', labels, value: sum },
    { suffix: '_created', labels, value: createdMs / 1_000 },
  ]
}
