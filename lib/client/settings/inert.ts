/**
 * Settings of Celery 5.7 that a configuration may hold and that change nothing in Umbel: they are about Python (its log
 * formats, its classes, how it starts processes), about brokers and backends that are not here, or about a transport's
 * inner life. They have their rows, so that one configuration serves both and `inspect conf` shows the same.
 */
import * as z from '../../runtime/shape.ts'
import { flag, type Setting, setting } from './setting.ts'

const flagOrNone = (): Setting<boolean | null> =>
  setting(z.boolean().nullable(), 'true, false or null', { default: null, says: UNUSED })
const number = (value: number | null): Setting<number | null> =>
  setting(z.number().nullable(), 'a number or null', { default: value, says: UNUSED })
const text = (value: string | null = null): Setting<string | null> =>
  setting(z.string().nullable(), 'a text or null', { default: value, says: UNUSED })
const anything = (value: unknown = null): Setting<unknown> =>
  setting(z.unknown(), 'anything', { default: value, says: UNUSED })

const UNUSED = "Taken for Python's sake; Umbel does not use it."
const off = flag({ default: false, says: UNUSED })
const on = flag({ default: true, says: UNUSED })

export const inertSettings = {
  broker_channel_error_retry: off,
  broker_host: text(),
  broker_login_method: text(),
  broker_native_delayed_delivery_queue_type: text('quorum'),
  broker_password: text(),
  broker_pool_acquire_timeout: number(null),
  broker_port: number(null),
  broker_transport: text(),
  broker_user: text(),
  broker_vhost: text(),
  cache_backend: text(),
  cache_backend_options: anything({}),
  control_queue_durable: off,
  control_queue_exclusive: on,
  event_queue_durable: off,
  event_queue_exclusive: on,
  redis_backend_use_ssl: anything(),
  redis_db: number(null),
  redis_host: text(),
  redis_password: text(),
  redis_port: number(null),
  redis_retry_on_timeout: off,
  redis_socket_connect_timeout: number(null),
  redis_socket_keepalive: off,
  redis_username: text(),
  result_backend_always_retry: off,
  result_backend_base_sleep_between_retries_ms: number(10),
  result_backend_max_retries: number(null),
  result_backend_max_sleep_between_retries_ms: number(10_000),
  result_exchange: text('celeryresults'),
  result_exchange_type: text('direct'),
  worker_agent: text(),
  worker_autoscaler: text('celery.worker.autoscale:Autoscaler'),
  worker_consumer: text('celery.worker.consumer:Consumer'),
  worker_detect_quorum_queues: on,
  worker_enable_prefetch_count_reduction: on,
  worker_hijack_root_logger: on,
  worker_log_color: flagOrNone(),
  worker_log_datefmt: text(),
  worker_log_format: text('[%(asctime)s: %(levelname)s/%(processName)s] %(message)s'),
  worker_pool_putlocks: on,
  worker_pool_start_method: text('fork'),
  worker_redirect_stdouts: on,
  worker_redirect_stdouts_level: text('WARNING'),
  worker_task_log_datefmt: text(),
  worker_task_log_format: text('[%(asctime)s: %(levelname)s/%(processName)s] %(task_name)s[%(task_id)s]: %(message)s'),
  worker_timer: text(),
  worker_timer_precision: number(1),
} as const

/** Families of settings of backends that Umbel does not have, by their first part. */
export const FOREIGN_FAMILIES: readonly string[] = [
  'arangodb_',
  'azureblockblob_',
  'cassandra_',
  'cosmosdbsql_',
  'couchbase_',
  'database_',
  'dynamodb_',
  'elasticsearch_',
  'gcs_',
  'mongodb_',
  'redbeat_',
  's3_',
]
