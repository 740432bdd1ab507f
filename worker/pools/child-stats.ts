/** The `pool` part of inspect stats for pools with children: Celery's keys (wire.md D4). */
import type { ChildKind, ChildPoolOptions, Slot } from './child-pool.ts'

export function childStats(
  kind: ChildKind,
  size: number,
  slots: readonly Slot[],
  { maxTasksPerChild, timeouts }: Pick<ChildPoolOptions, 'maxTasksPerChild' | 'timeouts'>,
): Readonly<Record<string, unknown>> {
  const living = slots.filter(({ state }) => state !== 'leaving')
  const writes = living.map((slot) => slot.writes)
  const total = writes.reduce((sum, count) => sum + count, 0)
  const share = (count: number) => (total === 0 ? 0 : count / total).toFixed(2)
  return {
    implementation:
      kind === 'processes' ? 'umbel.worker.pools.processes:ProcessPool' : 'umbel.worker.pools.threads:ThreadPool',
    'max-concurrency': size,
    ...(kind === 'threads' ? { threads: living.length } : {}),
    processes: kind === 'threads' ? [process.pid] : living.flatMap(({ child }) => (child === null ? [] : [child.pid])),
    'max-tasks-per-child': maxTasksPerChild ?? 'N/A',
    'put-guarded-by-semaphore': false,
    timeouts,
    writes: {
      total,
      avg: share(living.length === 0 ? 0 : total / living.length),
      all: writes.map(share).join(', '),
      raw: writes.join(', '),
      strategy: 'fair',
      inqueues: { total: living.length, active: living.filter(({ current }) => current !== null).length },
    },
  }
}
