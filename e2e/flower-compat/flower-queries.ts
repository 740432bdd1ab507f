/**
 * The queries of the Grafana dashboards and Prometheus rules that Flower ships (flower.md 4; the dashboard of 1.0 and
 * that of 2.2), and of what people build on them. Both are scraped at different
 * moments, so that what is counted over scrapes is only nearly the same.
 */
export interface FlowerQuery {
  readonly query: string
  /** Of the value, how much it may differ. */
  readonly within?: number
  /** How much it may differ besides, where values near 0 come and go between two scrapes. */
  readonly apart?: number
}

export const FLOWER_QUERIES: readonly FlowerQuery[] = [
  { query: 'flower_worker_online' },
  { query: 'count(flower_worker_online == 1) by (job)' },
  { query: 'count(flower_worker_online == 0) by (job)' },
  { query: 'flower_worker_number_of_currently_executing_tasks' },
  { query: 'flower_worker_prefetched_tasks' },
  { query: 'sum(flower_worker_prefetched_tasks) by (job, worker)' },
  { query: 'flower_task_prefetch_time_seconds' },
  { query: 'avg(flower_task_prefetch_time_seconds) by (job, task)' },
  {
    query: 'sum(avg_over_time(flower_task_prefetch_time_seconds[15m])) by (job, task, worker)',
    within: 0.15,
    apart: 0.05,
  },
  { query: 'flower_events_total' },
  { query: 'sum(flower_events_total) by (job, type)' },
  { query: 'sum(increase(flower_events_total{type=~"task-(succeeded|failed)"}[5m])) by (job, type)', within: 0.15 },
  { query: 'sum(increase(flower_events_total{type="task-failed"}[5m])) by (job, task)', within: 0.15 },
  { query: 'sum(increase(flower_events_total{type="task-retried"}[5m])) by (job, task)', within: 0.15 },
  {
    query:
      '(sum(avg_over_time(flower_events_total{type="task-succeeded"}[15m])) by (job, task) / sum(avg_over_time(flower_events_total{type=~"task-failed|task-succeeded"}[15m])) by (job, task)) * 100',
    within: 0.15,
  },
  {
    query:
      '(sum(avg_over_time(flower_events_total{type="task-failed"}[15m])) by (job, task) / sum(avg_over_time(flower_events_total{type=~"task-failed|task-succeeded"}[15m])) by (job, task)) * 100',
    within: 0.15,
  },
  { query: 'flower_task_runtime_seconds_sum' },
  { query: 'flower_task_runtime_seconds_count' },
  { query: 'flower_task_runtime_seconds_bucket' },
  { query: 'flower_task_runtime_seconds_sum / flower_task_runtime_seconds_count' },
  { query: 'rate(flower_task_runtime_seconds_sum[5m]) / rate(flower_task_runtime_seconds_count[5m])', within: 0.05 },
  {
    query: 'histogram_quantile(0.95, sum(rate(flower_task_runtime_seconds_bucket[5m])) by (job, le, task))',
    within: 0.05,
  },
  { query: 'group(flower_worker_online) by (job, worker)' },
  { query: 'group(flower_events_total) by (job, task)' },
]
