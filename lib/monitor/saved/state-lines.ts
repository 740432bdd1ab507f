/**
 * The state of a cluster as lines of text, for `--persistent`: a head, then a line for each worker, the names of tasks,
 * a line for each task, oldest first, and an end that tells how many there were. What is read back is checked: the file
 * may be of another version, cut short, or edited.
 */
import { isRecord } from '../../protocol/record.ts'
import type { ClusterReader } from '../contracts.ts'
import type { TaskAttempt, TaskRecord, WorkerRecord } from '../records.ts'
import { createTaskRecord } from '../task-reducer.ts'
import { createWorkerRecord } from '../worker-reducer.ts'

const KIND = 'umbel-state'
const VERSION = 1

export type StateLine =
  | { readonly kind: 'head'; readonly savedMs: number }
  | { readonly kind: 'worker'; readonly worker: WorkerRecord }
  | { readonly kind: 'names'; readonly names: readonly string[] }
  | { readonly kind: 'task'; readonly task: TaskRecord }
  | { readonly kind: 'end'; readonly tasks: number }

/** All lines. The cluster may go on changing between two of them: each task is written as it is at its turn. */
export function* stateLines(cluster: ClusterReader, nowMs: number): Generator<string> {
  yield text({ kind: KIND, version: VERSION, savedMs: nowMs })
  for (const worker of cluster.workers()) yield text({ worker })
  yield text({ names: cluster.taskNames() })
  let tasks = 0
  // Those that come meanwhile would never end.
  const most = cluster.taskCount
  for (const task of cluster.tasks()) {
    if (tasks === most) break
    yield text({ task: { ...task, slot: undefined } }) // its place in the columns of today
    tasks += 1
  }
  yield text({ end: tasks })
}

/** What a line says. Null: it is none of ours, or damaged. */
export function readStateLine(line: string): StateLine | null {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    return null
  }
  if (!isRecord(value)) return null
  if (value['kind'] === KIND) {
    const { version, savedMs } = value
    return version === VERSION && typeof savedMs === 'number' ? { kind: 'head', savedMs } : null
  }
  const { worker, names, task, end } = value
  if (isRecord(worker)) {
    const read = workerOf(worker)
    return read === null ? null : { kind: 'worker', worker: read }
  }
  if (isRecord(task)) {
    const read = taskOf(task)
    return read === null ? null : { kind: 'task', task: read }
  }
  if (Array.isArray(names)) return { kind: 'names', names: names.filter((name) => typeof name === 'string') }
  return typeof end === 'number' ? { kind: 'end', tasks: end } : null
}

function text(value: unknown): string {
  try {
    return JSON.stringify(value)
  } catch {
    // A whole number of a custom event that is too large for JSON.
    return JSON.stringify(value, (_key, one: unknown) => (typeof one === 'bigint' ? String(one) : one))
  }
}

/** Fields of the type that an empty record has, or that a known one may have. */
const TASK_TEXTS = [
  'name',
  'args',
  'kwargs',
  'result',
  'exception',
  'traceback',
  'eta',
  'expires',
  'queue',
  'exchange',
  'routingKey',
  'client',
  'worker',
  'rootId',
  'parentId',
] as const
const TASK_NUMBERS = [
  'sent',
  'received',
  'started',
  'succeeded',
  'failed',
  'retried',
  'revoked',
  'rejected',
  'retries',
  'runtime',
  'clock',
] as const

function taskOf(value: Readonly<Record<string, unknown>>): TaskRecord | null {
  const { uuid, state, timestamp, extra, attempts, source, version } = value
  if (typeof uuid !== 'string' || typeof state !== 'string' || typeof timestamp !== 'number') return null
  const task: TaskRecord = { ...createTaskRecord(uuid), state, timestamp }
  for (const name of TASK_TEXTS) task[name] = textOrNull(value[name])
  for (const name of TASK_NUMBERS) task[name] = numberOrNull(value[name])
  task.extra = isRecord(extra) ? extra : null
  task.attempts = Array.isArray(attempts) ? attempts.filter(isRecord).map(attemptOf) : null
  task.source = source === 'result' || source === 'inspect' ? source : 'event'
  task.version = numberOrNull(version) ?? 0
  return task
}

function attemptOf(value: Readonly<Record<string, unknown>>): TaskAttempt {
  return {
    retries: numberOrNull(value['retries']) ?? 0,
    worker: textOrNull(value['worker']) ?? '',
    received: numberOrNull(value['received']),
    started: numberOrNull(value['started']),
    retried: numberOrNull(value['retried']),
    eta: textOrNull(value['eta']),
    exception: textOrNull(value['exception']),
    traceback: textOrNull(value['traceback']),
  }
}

function workerOf(value: Readonly<Record<string, unknown>>): WorkerRecord | null {
  const { name, heartbeats, loadavg, counts, online } = value
  if (typeof name !== 'string' || name === '') return null
  const worker = createWorkerRecord(name)
  for (const field of ['pid', 'active', 'processed', 'clock', 'skewMs'] as const)
    worker[field] = numberOrNull(value[field])
  for (const field of ['swIdent', 'swVer', 'swSys'] as const) worker[field] = textOrNull(value[field])
  worker.version = numberOrNull(value['version']) ?? 0
  worker.freq = numberOrNull(value['freq']) ?? worker.freq
  worker.lastSeenMs = numberOrNull(value['lastSeenMs']) ?? 0
  worker.heartbeats = numbers(heartbeats)
  worker.loadavg = Array.isArray(loadavg) ? numbers(loadavg) : null
  worker.online = online === true
  if (isRecord(counts)) {
    for (const [type, count] of Object.entries(counts)) if (typeof count === 'number') worker.counts[type] = count
  }
  return worker
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}

function numberOrNull(value: unknown): number | null {
  return typeof value === 'number' ? value : null
}

function numbers(value: unknown): number[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'number') : []
}
