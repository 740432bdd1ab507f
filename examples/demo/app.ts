/** The demo's app: three queues, and events and results that show as much as Celery can show. */
import { Celery, crontab } from 'umbel'

export const app = new Celery('demo', {
  task_default_queue: 'default',
  task_queues: ['high_priority', 'default', 'low_priority'],
  task_routes: {
    'payments.*': 'high_priority',
    'emails.*': 'high_priority',
    'webhooks.*': 'high_priority',
    'images.*': 'low_priority',
    'reports.*': 'low_priority',
    'search.*': 'low_priority',
    'newsletters.deliver': 'low_priority',
  },
  task_send_sent_event: true,
  task_track_started: true,
  worker_send_task_events: true,
  // One message in hand per slot: what waits is seen in the queue, not hidden in the workers.
  worker_prefetch_multiplier: 1,
  result_extended: true,
  result_expires: 3600,
  timezone: 'UTC',
  beat_schedule: {
    'sync stock': { task: 'sync.stock', schedule: 15 },
    'roll up metrics': { task: 'metrics.rollup', schedule: 30, args: ['1m'] },
    'clean up sessions': { task: 'sessions.cleanup', schedule: crontab() },
    'build the sales report': {
      task: 'reports.build',
      schedule: crontab({ minute: '*/5' }),
      kwargs: { kind: 'sales', rows: 20_000 },
      options: { expires: 240 },
    },
    'send the morning digest': {
      task: 'newsletters.send_batch',
      schedule: '30 6 * * mon-fri',
      args: ['morning-digest', 40],
    },
  },
})
