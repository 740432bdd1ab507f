import { describe, expect, it } from 'vitest'
import type { ClusterEvent } from '../protocol/events.ts'
import { taskEvent, workerEvent } from '../testing/events.ts'
import { createCluster } from './cluster.ts'
import { createEventCounters } from './event-counters.ts'
import { createSeriesTable } from './series-table.ts'

function setUp(maxSeries = 1_000, runtimeBuckets?: readonly number[]) {
  const cluster = createCluster({ maxTasks: 100, maxWorkers: 10, maxFieldBytes: 1_000 })
  const counters = createEventCounters({
    cluster,
    maxSeries,
    nowMs: () => 7_000,
    ...(runtimeBuckets && { runtimeBuckets }),
  })
  return {
    cluster,
    counters,
    tell: (event: ClusterEvent) => counters.count(event, cluster.apply(event, event.timestamp * 1_000)),
    /** `{label="value"}` → value. */
    samples(name: string): Record<string, number> {
      const family = counters.families().find((one) => one.name === name)
      return Object.fromEntries(
        (family?.samples ?? [])
          .filter(({ suffix }) => suffix !== '_created')
          .map(({ suffix = '', labels, value }) => [
            `${suffix}${Object.entries(labels)
              .map(([key, text]) => ` ${key}=${text}`)
              .join('')}`,
            value,
          ]),
      )
    },
  }
}

describe('the metrics of events', () => {
  it('count each task event by worker, type and task', () => {
    const { tell, samples } = setUp()
    tell(taskEvent('started', 'a', 1))
    tell(taskEvent('received', 'a', 1, { name: 'proj.add' }))
    for (let i = 0; i < 3; i++) tell(taskEvent('succeeded', 'a', 2, { runtime: 0.3 }))
    tell(taskEvent('sent', 'a', 1, { hostname: 'gen1@web' }))
    tell(workerEvent('heartbeat', 'w1@box', 1))
    expect(samples('flower_events_total')).toEqual({
      ' task= type=task-started worker=w1@box': 1,
      ' task=proj.add type=task-received worker=w1@box': 1,
      ' task=proj.add type=task-succeeded worker=w1@box': 3,
      ' task=proj.add type=task-sent worker=gen1@web': 1,
    })
  })

  it('tell when each of them began', () => {
    const { tell, counters } = setUp()
    tell(taskEvent('succeeded', 'a', 2, { runtime: 0.3 }))
    const created = counters
      .families()
      .flatMap(({ name, samples }) =>
        samples.flatMap(({ suffix, value }) => (suffix === '_created' ? [`${name} ${value}`] : [])),
      )
    expect(created).toEqual(['flower_events_total 7', 'flower_task_runtime_seconds 7'])
  })

  it('put runtimes into the buckets asked for, however they are written', () => {
    const { tell, counters } = setUp(1_000, [10, 1, 5, Number.POSITIVE_INFINITY, 5])
    tell(taskEvent('succeeded', 'a', 2, { runtime: 5 }))
    const family = counters.families().find(({ name }) => name === 'flower_task_runtime_seconds')
    const buckets = family?.samples.flatMap(({ labels, value }) => (labels['le'] ? [`${labels['le']} ${value}`] : []))
    expect(buckets).toEqual(['1.0 0', '5.0 1', '10.0 1', '+Inf 1'])
  })

  it('put runtimes into buckets, each run once', () => {
    const { tell, samples } = setUp()
    for (let i = 0; i < 2; i++) tell(taskEvent('succeeded', 'a', 2, { runtime: 0.3 }))
    tell(taskEvent('succeeded', 'b', 2, { runtime: 20 }))
    tell(taskEvent('succeeded', 'c', 2, { runtime: 0 }))
    expect(samples('flower_task_runtime_seconds')).toMatchObject({
      '_bucket le=0.25 task= worker=w1@box': 0,
      '_bucket le=0.5 task= worker=w1@box': 1,
      '_bucket le=1.0 task= worker=w1@box': 1,
      '_bucket le=10.0 task= worker=w1@box': 1,
      '_bucket le=+Inf task= worker=w1@box': 2,
      '_count task= worker=w1@box': 2,
      '_sum task= worker=w1@box': 20.3,
    })
  })

  it('know who is online, also when nobody said goodbye', () => {
    const { cluster, tell, samples } = setUp()
    tell(workerEvent('heartbeat', 'w1@box', 1_000, { freq: 2, active: 3 }))
    expect(samples('flower_worker_online')).toEqual({ ' worker=w1@box': 1 })
    expect(samples('flower_worker_number_of_currently_executing_tasks')).toEqual({ ' worker=w1@box': 3 })
    cluster.expireWorkers(1_010_000)
    expect(samples('flower_worker_online')).toEqual({ ' worker=w1@box': 0 })
    expect(samples('flower_worker_number_of_currently_executing_tasks')).toEqual({ ' worker=w1@box': 0 })
  })

  it('know what is prefetched, and stay right when events come late or not at all', () => {
    const { tell, samples } = setUp()
    const received = (uuid: string, at: number, fields = {}) =>
      tell(taskEvent('received', uuid, at, { name: 'x', ...fields }))
    received('a', 1)
    received('b', 2)
    received('later', 2, { eta: '2099-01-01T00:00:00' })
    tell(taskEvent('started', 'a', 4))
    tell(taskEvent('started', 'c', 5))
    received('c', 3)
    tell(taskEvent('revoked', 'd', 5))
    expect(samples('flower_worker_prefetched_tasks')).toEqual({ ' task=x worker=w1@box': 1 })
    expect(samples('flower_task_prefetch_time_seconds')).toEqual({ ' task=x worker=w1@box': 2.5 })
    for (const uuid of ['a', 'b', 'c']) tell(taskEvent('succeeded', uuid, 9))
    expect(samples('flower_worker_prefetched_tasks')).toEqual({ ' task=x worker=w1@box': 0 })
    expect(samples('flower_task_prefetch_time_seconds')).toEqual({ ' task=x worker=w1@box': 0 })
  })

  it('have the series that Flower has: of a time once a task started, and none of tasks with an ETA', () => {
    const { tell, samples } = setUp()
    const eta = { name: 'later', eta: '2099-01-01T00:00:00' }
    tell(taskEvent('received', 'a', 1, eta))
    tell(taskEvent('started', 'a', 2, eta))
    tell(taskEvent('received', 'b', 1, { name: 'x' }))
    expect(samples('flower_worker_prefetched_tasks')).toEqual({ ' task=x worker=w1@box': 1 })
    expect(samples('flower_task_prefetch_time_seconds')).toEqual({})
    tell(taskEvent('started', 'b', 3))
    expect(samples('flower_task_prefetch_time_seconds')).toEqual({ ' task=x worker=w1@box': 2 })
  })

  it('say nothing of whether a worker without heartbeats is there: it is not gone because it has no tasks', () => {
    const { cluster, tell, samples } = setUp()
    tell(taskEvent('received', 'a', 1, { name: 'x', pid: null }))
    expect(samples('flower_worker_online')).toEqual({})
    expect(cluster.worker('w1@box')?.online).toBe(true)
    tell(workerEvent('heartbeat', 'w1@box', 2))
    expect(samples('flower_worker_online')).toEqual({ ' worker=w1@box': 1 })
    tell(workerEvent('offline', 'w1@box', 3))
    expect(samples('flower_worker_online')).toEqual({ ' worker=w1@box': 0 })
  })
})

describe('a flood of labels', () => {
  const fill = (maxSeries: number, maxLabels: number) => {
    const table = createSeriesTable(maxSeries, maxLabels)
    for (let i = 0; i < 500; i++) {
      table.add(`w${i}`, 'task-sent', 'x')
      table.add('w1', 'task-sent', `task${i}`)
      table.add(`w${i}`, `task-${i % 3}`, `task${i}`)
    }
    return [...table.rows()]
  }
  const sum = (rows: readonly { readonly count: number }[]) => rows.reduce((total, { count }) => total + count, 0)

  it('is counted as other, and nothing is lost in sum', () => {
    const rows = fill(10_000, 20)
    expect(sum(rows)).toBe(1_500)
    expect(new Set(rows.map(({ worker }) => worker)).size).toBeLessThanOrEqual(21)
    expect(new Set(rows.map(({ task }) => task)).size).toBeLessThanOrEqual(21)
  })

  it('has a bound in series, too', () => {
    const rows = fill(30, 1_000)
    expect(sum(rows)).toBe(1_500)
    expect(rows.length).toBeLessThanOrEqual(30 + 4)
  })
})
