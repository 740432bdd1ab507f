import { asList, field } from './served-queues.ts'

/**
 * How many tasks a worker can run at once, by its answer to `stats`; null when it does not say. `max-concurrency` of
 * prefork keeps the number it started with, its list of processes follows every change (worker-beat.md 1.11). Other
 * pools live in one process.
 */
export function poolSlots(stats: unknown): number | null {
  const pool = field(stats, 'pool')
  const processes = asList(field(pool, 'processes')).length
  if (String(field(pool, 'implementation')).includes('prefork') && processes > 0) return processes
  const most = field(pool, 'max-concurrency')
  return typeof most === 'number' && Number.isFinite(most) ? most : null
}
