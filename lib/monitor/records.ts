/**
 * What Umbel keeps of a cluster: plain records, changed only by the reducer (`cluster.ts`) and the repairers.
 * Times are epoch seconds as the events had them, exactly: Flower's API hands them out again.
 */
export interface TaskRecord {
  readonly uuid: string
  name: string | null
  state: string
  sent: number | null
  received: number | null
  started: number | null
  succeeded: number | null
  failed: number | null
  retried: number | null
  revoked: number | null
  rejected: number | null
  /** Of the event that set the state. */
  timestamp: number
  /** Python repr text, as the event had it. */
  args: string | null
  kwargs: string | null
  result: string | null
  exception: string | null
  traceback: string | null
  eta: string | null
  expires: string | null
  retries: number | null
  /** Seconds. */
  runtime: number | null
  queue: string | null
  exchange: string | null
  routingKey: string | null
  clock: number | null
  /** Who sent it (`gen123@host`), from task-sent. */
  client: string | null
  /** Node name of the worker of its last event. */
  worker: string | null
  rootId: string | null
  parentId: string | null
  /** Fields of custom events (progress and the like), or null. */
  extra: Readonly<Record<string, unknown>> | null
  /** The runs that ended in a retry, oldest first; null while there was none. */
  attempts: readonly TaskAttempt[] | null
  /** Where the last change came from. */
  source: 'event' | 'result' | 'inspect'
  /** Grows by one with every change of this record. */
  version: number
}

/** A run that ended in a retry. What is not known of it is null. Times as in the task. */
export interface TaskAttempt {
  /** How often it had been retried before: the first has 0. */
  readonly retries: number
  readonly worker: string
  readonly received: number | null
  readonly started: number | null
  /** Null while its end was not told and the next one is already there. */
  readonly retried: number | null
  /** When it was to run, of one that was itself a retry. */
  readonly eta: string | null
  readonly exception: string | null
  /** Its end; null also of all but the newest few. */
  readonly traceback: string | null
}

export interface WorkerRecord {
  readonly name: string
  pid: number | null
  /** Seconds between heartbeats, as it said. */
  freq: number
  /** Our own receipt times (ms) of its last four heartbeats, oldest first; empty after worker-offline. */
  heartbeats: number[]
  active: number | null
  processed: number | null
  loadavg: readonly number[] | null
  clock: number | null
  swIdent: string | null
  swVer: string | null
  swSys: string | null
  /** Receipt (ms) of its last event of any kind. */
  lastSeenMs: number
  /** True between worker-online/heartbeat and worker-offline or the end of its heartbeat window. */
  online: boolean
  /** Events counted by type, as Flower does: `task-received` → 12. */
  counts: Record<string, number>
  /** Sender's clock minus ours, ms, of its last heartbeat. */
  skewMs: number | null
  version: number
}
