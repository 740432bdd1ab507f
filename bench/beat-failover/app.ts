/** The schedule of the fail-over test: many entries of unlike intervals, so that one is always about to run. */
import { Celery } from '../../lib/client/celery.ts'
import { EXPIRES_SECONDS, everySecondsOf } from './terms.ts'

const entries = Number(process.env['FAILOVER_ENTRIES'] ?? 40)
const leastSeconds = Number(process.env['FAILOVER_EVERY'] ?? 6)

export const app = new Celery('failover', {
  broker: process.env['FAILOVER_BROKER'] ?? '',
  redbeat_lock_timeout: Number(process.env['FAILOVER_LEASE'] ?? 4),
  beat_schedule: Object.fromEntries(
    Array.from({ length: entries }, (_, n) => [
      `entry ${n}`,
      {
        ...{ task: 'failover.run', schedule: everySecondsOf(n, leastSeconds), args: [n] },
        options: { queue: 'q', expires: EXPIRES_SECONDS },
      },
    ]),
  ),
})
