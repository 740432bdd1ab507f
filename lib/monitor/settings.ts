/** What a person can set about the monitor. Times in milliseconds; every bound of the room is here. */
export interface MonitorSettings {
  /** The name of the cluster on the page. */
  readonly cluster: string
  readonly maxTasks: number
  readonly maxWorkers: number
  /** Most bytes kept of one text field of a task (arguments, result, traceback). */
  readonly maxFieldBytes: number
  /** Queues to show even when nobody serves them. */
  readonly queues: readonly string[]
  readonly maxQueues: number
  readonly queuePollMs: number
  /** Most unacknowledged messages looked at to tell their queues. */
  readonly unackedLimit: number
  /** How long to wait for the answers of workers. */
  readonly inspectTimeoutMs: number
  readonly inspectEveryMs: number
  /** How questions and orders to workers are written: one of their `accept_content`. */
  readonly controlSerializer: string
  /** Most items kept of one list in an answer (revoked ids of a busy worker are 50,000). */
  readonly maxAnswerItems: number
  /** Asks workers that were started without `-E` to send task events. */
  readonly enableEvents: boolean
  readonly enableEventsEveryMs: number
  /** How long an offline worker stays in the list. */
  readonly keepOfflineMs: number
  /** After this long an offline worker is forgotten, with its alerts; null = never. */
  readonly purgeOfflineMs: number | null
  /** Most stored results read at start to show tasks that ended before. */
  readonly scanResults: number
  readonly repairEveryMs: number
  /** Without an event for this long an unfinished task is looked up. */
  readonly repairAfterMs: number
  /** Without an event for this long, and with its worker gone, a task counts as lost. */
  readonly lostAfterMs: number
  /** Nothing can be changed from the page. */
  readonly readOnly: boolean
  /** Upper bounds of flower_task_runtime_seconds, in seconds; null = those of Prometheus' Python client. */
  readonly runtimeBuckets: readonly number[] | null
}

export const MONITOR_DEFAULTS: MonitorSettings = {
  cluster: 'celery',
  maxTasks: 100_000,
  maxWorkers: 5_000,
  maxFieldBytes: 8_192,
  queues: [],
  maxQueues: 1_000,
  queuePollMs: 2_000,
  unackedLimit: 10_000,
  inspectTimeoutMs: 1_000,
  inspectEveryMs: 30_000,
  controlSerializer: 'json',
  maxAnswerItems: 2_000,
  enableEvents: true,
  enableEventsEveryMs: 5_000,
  keepOfflineMs: 3_600_000,
  purgeOfflineMs: null,
  scanResults: 10_000,
  repairEveryMs: 30_000,
  repairAfterMs: 60_000,
  lostAfterMs: 180_000,
  readOnly: false,
  runtimeBuckets: null,
}
