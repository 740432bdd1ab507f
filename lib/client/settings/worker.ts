import * as z from '../../runtime/shape.ts'
import { count, countOrNone, flag, list, seconds, setting, textOrNone, zoneOrNone } from './setting.ts'

export const workerSettings = {
  worker_concurrency: setting(
    z.union([z.int().min(0), z.literal('auto')]).nullable(),
    "a whole number from 0, 'auto' or null",
    {
      default: null,
      says: 'How many tasks run at once; null, 0 or auto for one per processor.',
    },
  ),
  worker_prefetch_multiplier: count({
    default: 4,
    says: 'Messages held per slot. 0 means no limit: one worker may take the whole queue.',
  }),
  worker_disable_prefetch: flag({ default: false, says: 'Take a message only when it can start at once.' }),
  worker_disable_rate_limits: flag({ default: false, says: 'Ignore the rate limits of tasks.' }),
  worker_eta_task_limit: countOrNone({ default: null, says: 'Most messages held while they wait for their time.' }),
  worker_enable_remote_control: flag({ default: true, says: 'Answer inspect and control.' }),
  worker_send_task_events: flag({ default: false, says: 'Publish the events of tasks from the start (-E).' }),
  worker_pool: textOrNone({ default: 'async', says: 'Where tasks run: async, solo, threads or processes (prefork).' }),
  worker_max_tasks_per_child: setting(z.int().min(1).nullable(), 'a whole number from 1, or null', {
    default: null,
    says: 'Tasks after which a child of the pool is replaced.',
  }),
  worker_max_memory_per_child: setting(z.int().min(1).nullable(), 'a number of KiB, or null', {
    default: null,
    says: 'KiB of memory with which a child is replaced after its task.',
  }),
  worker_proc_alive_timeout: seconds({ default: 4, says: 'How long a child of the pool may take to come up.' }),
  worker_pool_restarts: flag({ default: false, says: 'Allow the control command pool_restart.' }),
  worker_lost_wait: seconds({
    default: 10,
    says: 'After how long without a sign of life a worker is lost, and the tasks that it had acknowledged early; when set.',
  }),
  worker_soft_shutdown_timeout: seconds({ default: 0, says: 'How long running tasks may go on after a cold stop.' }),
  worker_enable_soft_shutdown_on_idle: flag({
    default: false,
    says: 'Wait that long also when nothing runs.',
  }),
  worker_state_db: textOrNone({ default: null, says: 'File in which revoked ids outlive a restart.' }),
  worker_direct: flag({ default: false, says: 'A queue of its own for each worker.' }),
  worker_deduplicate_successful_tasks: flag({ default: false, says: 'Skip a redelivered task that has succeeded.' }),
  worker_cancel_long_running_tasks_on_connection_loss: flag({
    default: false,
    says: 'Stop late-acknowledged tasks when the broker is lost.',
  }),
  imports: list({
    default: [],
    says: 'Files with further tasks, which a worker loads at its start. Names of Python modules are passed over.',
  }),
  include: list({ default: [], says: 'The same.' }),
  timezone: zoneOrNone({ default: null, says: 'Zone of crontabs and of times without one; null for UTC.' }),
  enable_utc: flag({ default: true, says: 'Write times in UTC.' }),
} as const
