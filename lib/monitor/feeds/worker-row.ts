/** A worker as a row: whether it lives, works and takes work. */
import type { WorkerRowView, WorkerState } from '../../live/views.ts'
import type { WorkerAnswers } from '../contracts.ts'
import { poolSlots } from '../pool-slots.ts'
import type { WorkerRecord } from '../records.ts'
import { asList, field, servedQueues } from '../served-queues.ts'
import type { FeedDeps } from './deps.ts'
import type { RunningTasks } from './running.ts'
import { ms } from './task-row.ts'

/** Work waits and nothing is taken for this long: something is wrong with a worker that lives (ux.md 2.6). */
export const NOT_TAKING_AFTER_MS = 30_000

export function workerRow(deps: FeedDeps, worker: WorkerRecord, running: RunningTasks, nowMs: number): WorkerRowView {
  const answers = deps.inspector.answers(worker.name)
  const slots = concurrencyOf(answers)
  // A heartbeat caused by the `heartbeat` command has no `active` (wire.md C4).
  const active = worker.online ? (worker.active ?? running.count(worker.name)) : null
  const longest = worker.online ? running.longest(worker.name) : null
  const queues = servedQueues(answers)
  return {
    name: worker.name,
    state: stateOf(deps, worker, { active, slots, queues, isDraining: isDraining(deps, worker, answers) }, nowMs),
    active,
    concurrency: slots,
    pool: poolOf(answers),
    queues,
    processed: worker.processed,
    succeeded: worker.counts['task-succeeded'] ?? 0,
    failed: worker.counts['task-failed'] ?? 0,
    donePerMinute: deps.rates.workerDonePerMinute(worker.name),
    load: worker.loadavg,
    pid: worker.pid,
    memoryBytes: worker.online ? memoryBytes(answers) : null,
    software: worker.swIdent === null ? null : [worker.swIdent, worker.swVer].filter(Boolean).join(' '),
    upSinceMs: worker.online ? upSinceMs(answers) : null,
    // Whole seconds: a row must not change with each of many events a second.
    lastSeenMs: worker.online ? Math.floor(worker.lastSeenMs / 1_000) * 1_000 : worker.lastSeenMs,
    skewMs: worker.skewMs === null ? null : Math.round(worker.skewMs / 100) * 100,
    now: longest === null ? null : { id: longest.uuid, task: longest.name, startedMs: ms(longest.started) },
  }
}

interface Load {
  readonly active: number | null
  readonly slots: number | null
  readonly queues: readonly string[]
  readonly isDraining: boolean
}

function stateOf(deps: FeedDeps, worker: WorkerRecord, load: Load, nowMs: number): WorkerState {
  if (!worker.online) return 'offline'
  if (load.isDraining) return 'draining'
  if (load.active !== null && load.slots !== null && load.active >= load.slots) return 'busy'
  return isNotTaking(deps, worker.name, load.queues, nowMs) ? 'not-taking' : 'online'
}

/** Told to end in this life of it, or cut off from all queues (wire.md D5): either way it takes nothing more. */
function isDraining({ commands }: FeedDeps, { name }: WorkerRecord, answers: WorkerAnswers): boolean {
  const toldMs = commands.shutDownMs(name)
  if (toldMs !== null && toldMs > (startedMs(answers) ?? 0)) return true
  return answers.active_queues !== undefined && asList(answers.active_queues.value).length === 0
}

/** `ru_maxrss` is in kilobytes where Celery's workers mostly run. */
function memoryBytes(answers: WorkerAnswers): number | null {
  const kilobytes = finite(field(field(answers.stats?.value, 'rusage'), 'maxrss'))
  return kilobytes === null ? null : kilobytes * 1_024
}

function isNotTaking(deps: FeedDeps, worker: string, queues: readonly string[], nowMs: number): boolean {
  const idleSinceMs = deps.idleness.idleSinceMs(worker)
  if (idleSinceMs === null || nowMs - idleSinceMs < NOT_TAKING_AFTER_MS) return false
  return queues.some((queue) => {
    const sinceMs = deps.queues.waitingSinceMs(queue)
    return sinceMs !== null && nowMs - sinceMs >= NOT_TAKING_AFTER_MS
  })
}

export function concurrencyOf(answers: WorkerAnswers): number | null {
  return poolSlots(answers.stats?.value)
}

/** `celery.concurrency.prefork:TaskPool` → `prefork` */
export function poolOf(answers: WorkerAnswers): string | null {
  const implementation = field(field(answers.stats?.value, 'pool'), 'implementation')
  if (typeof implementation !== 'string') return null
  const module = implementation.split(':')[0] ?? implementation
  return module.split('.').at(-1) ?? module
}

/** In tens of seconds, so that each answer gives the same. */
function upSinceMs(answers: WorkerAnswers): number | null {
  const startMs = startedMs(answers)
  return startMs === null ? null : Math.round(startMs / 10_000) * 10_000
}

/** Counted back from the answer of `stats`. */
function startedMs({ stats }: WorkerAnswers): number | null {
  const uptime = finite(field(stats?.value, 'uptime'))
  return uptime === null || stats === undefined ? null : stats.atMs - uptime * 1_000
}

/** A finite number, also one that came as text (`stats.clock` does). */
export function finite(value: unknown): number | null {
  const number = typeof value === 'string' && value !== '' ? Number(value) : value
  return typeof number === 'number' && Number.isFinite(number) ? number : null
}

/** Workers of the list: those online, and those that went away less than `keepOfflineMs` ago. By name. */
export function listedWorkers(deps: FeedDeps, nowMs: number): readonly WorkerRecord[] {
  const listed: WorkerRecord[] = []
  for (const worker of deps.cluster.workers()) {
    if (worker.online || nowMs - worker.lastSeenMs < deps.settings.keepOfflineMs) listed.push(worker)
  }
  return listed.sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** Answers that are lists of objects, as those of `active_queues`, `reserved` … */
export function objectsOf(value: unknown): readonly object[] {
  return asList(value).filter((item): item is object => typeof item === 'object' && item !== null)
}
