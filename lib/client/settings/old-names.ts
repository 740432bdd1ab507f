/** The upper-case names that settings had before Celery 4, which a configuration may still use. */

/** Where the rules below do not lead from the new name to the old one. */
const ODD: Readonly<Record<string, string>> = {
  CELERY_MAX_CACHED_RESULTS: 'result_cache_max',
  CELERY_TASK_RESULT_EXPIRES: 'result_expires',
  CELERY_RESULT_DBURI: 'database_url',
  CELERY_RESULT_ENGINE_OPTIONS: 'database_engine_options',
  CELERY_RESULT_DB_SHORT_LIVED_SESSIONS: 'database_short_lived_sessions',
  CELERY_RESULT_DB_TABLENAMES: 'database_table_names',
  CELERY_MESSAGE_COMPRESSION: 'task_compression',
  CELERY_EAGER_PROPAGATES_EXCEPTIONS: 'task_eager_propagates',
  CELERYD_TASK_SOFT_TIME_LIMIT: 'task_soft_time_limit',
  CELERYD_TASK_TIME_LIMIT: 'task_time_limit',
  CELERY_TASK_PROTOCOL: 'task_protocol',
  CELERY_TASK_PUBLISH_RETRY: 'task_publish_retry',
  CELERY_TASK_PUBLISH_RETRY_POLICY: 'task_publish_retry_policy',
  CELERY_TASK_SERIALIZER: 'task_serializer',
  CELERY_DISABLE_RATE_LIMITS: 'worker_disable_rate_limits',
  CELERY_ENABLE_REMOTE_CONTROL: 'worker_enable_remote_control',
  CELERY_REDIRECT_STDOUTS: 'worker_redirect_stdouts',
  CELERY_REDIRECT_STDOUTS_LEVEL: 'worker_redirect_stdouts_level',
  CELERY_SEND_EVENTS: 'worker_send_task_events',
  CELERY_WORKER_DIRECT: 'worker_direct',
  CELERYD_WORKER_LOST_WAIT: 'worker_lost_wait',
  RESULT_ACCEPT_CONTENT: 'result_accept_content',
  ENABLE_UTC: 'enable_utc',
  CELERY_SEND_TASK_SENT_EVENT: 'task_send_sent_event',
}

const SAME = ['broker_', 'control_', 'cassandra_', 'cosmosdbsql_', 'database_', 'gcs_', 's3_', 'azureblockblob_']

/** The old name of a setting. */
export function oldNameOf(name: string): string {
  const odd = Object.entries(ODD).find(([, now]) => now === name)
  if (odd !== undefined) return odd[0]
  const upper = name.toUpperCase()
  if (name.startsWith('beat_')) return `CELERYBEAT_${upper.slice('beat_'.length)}`
  if (name.startsWith('worker_')) return `CELERYD_${upper.slice('worker_'.length)}`
  if (name.startsWith('task_')) return `CELERY_${upper.slice('task_'.length)}`
  return SAME.some((family) => name.startsWith(family)) ? upper : `CELERY_${upper}`
}

/** Old name to new name, of all the settings given. */
export function createOldNames(names: Iterable<string>): ReadonlyMap<string, string> {
  // Django's own name of its time zone, which Celery takes too.
  const found = new Map([...Object.entries(ODD), ['TIME_ZONE', 'timezone'] as const])
  for (const name of names) found.set(oldNameOf(name), name)
  return found
}
