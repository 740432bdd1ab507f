/** Celery's spelling and seconds end here: inside, settings have our names and units. */
import type { Codecs } from '../../protocol/codecs.ts'
import { nodeCodecs } from '../../runtime/codecs.ts'
import type { RetryPolicy } from '../call-options.ts'
import type { Conf } from './settings.ts'

export interface Compiled {
  readonly zone: string
  readonly utc: boolean
  readonly defaultQueue: string
  readonly defaultPriority: number | null
  readonly inheritPriority: boolean
  readonly deliveryMode: 1 | 2
  readonly serializer: string
  readonly compression: string | null
  readonly reprMaxLevels: number
  readonly timeLimitSeconds: number | null
  readonly softTimeLimitSeconds: number | null
  readonly sendSentEvent: boolean
  readonly protocol: 1 | 2
  readonly errbacksOnHeader: boolean
  /** Null = one try. */
  readonly publishRetry: Required<RetryPolicy> | null
  /** Also where `publishRetry` is null, for a call that wants to be tried again. */
  readonly publishPolicy: Required<RetryPolicy>
  readonly controlExchange: string
  readonly eventExchange: string
  readonly eventSerializer: string
  readonly ignoreResult: boolean
  readonly resultExtended: boolean
  /** Null = keep for ever. */
  readonly resultExpiresMs: number | null
  readonly failureExpiresMs: number | null
  /** Of the keys that count the parts of a chord. */
  readonly chordExpiresMs: number | null
  readonly acksOnFailure: boolean
  readonly acksOnTimeout: boolean
  readonly concurrency: number | null
  readonly prefetchMultiplier: number
  readonly etaTaskLimit: number | null
  readonly softShutdownMs: number
  readonly beatMaxIntervalMs: number
  readonly cronDeadlineSeconds: number | null
  /** Content types a worker reads, by serializer name. */
  readonly acceptContent: readonly string[]
  /** What reads and writes bodies; of an app with signed messages its own. */
  readonly codecs: Codecs
}

/** Celery's default when beat_max_loop_interval is 0. */
const BEAT_MAX_INTERVAL_SECONDS = 300

export function compile(conf: Conf, codecs: Codecs = nodeCodecs): Compiled {
  const acksOnEnd = conf.task_acks_on_failure_or_timeout
  const expiresMs = msOrKeep(conf.result_expires)
  const publishPolicy = policyOf(conf.task_publish_retry_policy)
  return {
    utc: conf.enable_utc,
    zone: conf.timezone ?? (conf.enable_utc ? 'UTC' : Intl.DateTimeFormat().resolvedOptions().timeZone),
    defaultQueue: conf.task_default_queue,
    defaultPriority: conf.task_default_priority,
    inheritPriority: conf.task_inherit_parent_priority,
    deliveryMode: conf.task_default_delivery_mode,
    serializer: conf.task_serializer,
    compression: conf.task_compression,
    reprMaxLevels: conf.task_repr_maxlevels,
    timeLimitSeconds: conf.task_time_limit,
    softTimeLimitSeconds: conf.task_soft_time_limit,
    sendSentEvent: conf.task_send_sent_event,
    protocol: conf.task_protocol,
    errbacksOnHeader: conf.task_allow_error_cb_on_chord_header,
    publishRetry: conf.task_publish_retry ? publishPolicy : null,
    publishPolicy,
    controlExchange: conf.control_exchange ?? 'celery',
    eventExchange: conf.event_exchange ?? 'celeryev',
    eventSerializer: conf.event_serializer,
    ignoreResult: conf.task_ignore_result,
    resultExtended: conf.result_extended,
    resultExpiresMs: expiresMs,
    failureExpiresMs: conf.result_failure_expires === null ? expiresMs : msOrKeep(conf.result_failure_expires),
    chordExpiresMs: conf.result_chord_expires === null ? expiresMs : msOrKeep(conf.result_chord_expires),
    acksOnFailure: conf.task_acks_on_failure ?? acksOnEnd,
    acksOnTimeout: conf.task_acks_on_timeout ?? acksOnEnd,
    concurrency: typeof conf.worker_concurrency === 'number' ? conf.worker_concurrency || null : null,
    prefetchMultiplier: conf.worker_prefetch_multiplier,
    etaTaskLimit: conf.worker_eta_task_limit,
    softShutdownMs: conf.worker_soft_shutdown_timeout * 1000,
    beatMaxIntervalMs: (conf.beat_max_loop_interval || BEAT_MAX_INTERVAL_SECONDS) * 1000,
    cronDeadlineSeconds: conf.beat_cron_starting_deadline,
    acceptContent: conf.accept_content,
    codecs,
  }
}

/** Seconds of a setting; none or 0 keeps for ever. */
export function msOrKeep(seconds: number | null): number | null {
  return seconds === null || seconds === 0 ? null : seconds * 1000
}

/** What is left out is as kombu has it, which is not the default of the setting. */
function policyOf(policy: Conf['task_publish_retry_policy']): Required<RetryPolicy> {
  const { max_retries: maxRetries = null, interval_start: start, interval_step: step, interval_max: max } = policy
  return { maxRetries, intervalStart: start ?? 1, intervalStep: step ?? 1, intervalMax: max ?? 1 }
}
