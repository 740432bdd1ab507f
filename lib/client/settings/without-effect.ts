/**
 * Settings of Celery 5.7 that a configuration may hold and that change nothing in Umbel, because they are about Python
 * (log formats, process start), about backends that are not here yet, or about a transport's inner life.
 * They are accepted, so that one configuration serves both, and named in the log once.
 */
export const WITHOUT_EFFECT: ReadonlySet<string> = new Set(
  [
    'beat_scheduler',
    'broker_channel_error_retry broker_host broker_login_method broker_native_delayed_delivery_queue_type',
    'broker_password broker_pool_acquire_timeout broker_port broker_read_url broker_transport broker_user',
    'broker_vhost broker_write_url cache_backend cache_backend_options',
    'control_queue_durable control_queue_exclusive event_queue_durable event_queue_exclusive',
    'redis_backend_use_ssl redis_db redis_host redis_password redis_port redis_retry_on_timeout',
    'redis_socket_connect_timeout redis_socket_keepalive redis_username',
    'result_backend_always_retry result_backend_base_sleep_between_retries_ms result_backend_max_retries',
    'result_backend_max_sleep_between_retries_ms result_exchange result_exchange_type',
    'security_cert_store security_certificate security_digest security_key security_key_password',
    'worker_agent worker_autoscaler worker_consumer worker_detect_quorum_queues',
    'worker_enable_prefetch_count_reduction worker_hijack_root_logger',
    'worker_log_color worker_log_datefmt worker_log_format worker_lost_wait',
    'worker_pool_putlocks worker_pool_start_method',
    'worker_redirect_stdouts worker_redirect_stdouts_level worker_task_log_datefmt worker_task_log_format',
    'worker_timer worker_timer_precision',
  ].flatMap((line) => line.split(' ')),
)

/** Settings that will have an effect with a later version, and have none today. */
export const NOT_YET: ReadonlySet<string> = new Set(
  [
    'task_always_eager task_eager_propagates task_store_eager_result task_annotations task_create_missing_queues',
    'task_reject_on_worker_lost task_retry_on_worker_lost task_queue_max_priority task_publish_retry',
    'task_publish_retry_policy task_default_exchange task_default_exchange_type task_default_routing_key',
    'beat_enable_remote_control beat_remote_control_max_tick_age beat_sync_every beat_schedule_filename',
  ].flatMap((line) => line.split(' ')),
)

/** Families of settings of backends that Umbel does not have, by their first part. */
export const FOREIGN_FAMILIES: readonly string[] = [
  'arangodb_',
  'azureblockblob_',
  'cassandra_',
  'cosmosdbsql_',
  'couchbase_',
  'database_',
  'elasticsearch_',
  'gcs_',
  'mongodb_',
  's3_',
]
