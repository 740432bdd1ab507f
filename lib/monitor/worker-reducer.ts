/** Events applied to the worker that sent them: who is there, and what it says about itself. Pure. */
import type { ClusterEvent } from '../protocol/events.ts'
import type { WorkerRecord } from './records.ts'

/** What Celery assumes of a worker that never said how often it reports. */
const DEFAULT_FREQ_SECONDS = 60
/** A frequency that makes no sense must not keep a dead worker alive for a year, nor kill one with every beat. */
const LEAST_FREQ_SECONDS = 0.5
const MOST_FREQ_SECONDS = 3_600
const KEPT_HEARTBEATS = 4
/** Types of events counted for one worker: an application may make up as many as it likes. */
const MAX_COUNTED_TYPES = 100
export const OTHER_EVENTS = 'other'

/** A worker is alive for two periods after a heartbeat (Celery's HEARTBEAT_EXPIRE_WINDOW of 200 %). */
const PERIODS = 2
/** For the way of the heartbeat and our own delay in reading it. */
const TOLERANCE_MS = 1_000

export function createWorkerRecord(name: string): WorkerRecord {
  return {
    name,
    pid: null,
    freq: DEFAULT_FREQ_SECONDS,
    heartbeats: [],
    active: null,
    processed: null,
    loadavg: null,
    clock: null,
    swIdent: null,
    swVer: null,
    swSys: null,
    lastSeenMs: 0,
    online: false,
    counts: Object.create(null),
    skewMs: null,
    version: 0,
  }
}

/** `worker-online`, `worker-heartbeat`, `worker-offline`; other worker events only count. */
export function applyWorkerEvent(worker: WorkerRecord, event: ClusterEvent, nowMs: number): void {
  countEvent(worker, event.type, nowMs)
  const { type, fields } = event
  if (type === 'worker-offline') {
    worker.online = false
    worker.heartbeats = []
  } else if (type === 'worker-online' || type === 'worker-heartbeat') {
    worker.online = true
    worker.heartbeats.push(nowMs)
    if (worker.heartbeats.length > KEPT_HEARTBEATS) worker.heartbeats.shift()
    worker.skewMs = Math.round(event.timestamp * 1_000 - nowMs)
    if (type === 'worker-online') worker.active = 0
  } else return
  // The answer to a `heartbeat` command has no active, processed and loadavg (wire.md C4): then the old ones stay.
  worker.pid = event.pid ?? worker.pid
  worker.clock = event.clock ?? worker.clock
  worker.freq = freqOf(fields['freq']) ?? worker.freq
  worker.active = count(fields['active']) ?? worker.active
  worker.processed = count(fields['processed']) ?? worker.processed
  worker.loadavg = numbers(fields['loadavg']) ?? worker.loadavg
  worker.swIdent = shortText(fields['sw_ident']) ?? worker.swIdent
  worker.swVer = shortText(fields['sw_ver']) ?? worker.swVer
  worker.swSys = shortText(fields['sw_sys']) ?? worker.swSys
}

/**
 * A task event says nothing about life after `worker-offline`: the last ones arrive after it. Only a worker that never
 * spoke for itself (`--without-heartbeat`) counts as alive by its tasks.
 */
export function noteTaskEvent(worker: WorkerRecord, type: string, nowMs: number): void {
  countEvent(worker, type, nowMs)
  if (!worker.online && !spoke(worker)) worker.online = true
}

/**
 * Whether it ever told of itself. One that runs with `--without-heartbeat` never does: that it is silent says nothing, and
 * an alert on its silence would be wrong.
 */
export function spoke({ skewMs, pid }: WorkerRecord): boolean {
  return skewMs !== null || pid !== null
}

/** Ends the online state of a worker that was silent for too long. True when it was online until now. */
export function expireWorker(worker: WorkerRecord, nowMs: number): boolean {
  if (!worker.online || nowMs <= aliveUntilMs(worker)) return false
  worker.online = false
  worker.version++
  return true
}

function aliveUntilMs(worker: WorkerRecord): number {
  return (worker.heartbeats.at(-1) ?? worker.lastSeenMs) + worker.freq * 1_000 * PERIODS + TOLERANCE_MS
}

function countEvent(worker: WorkerRecord, type: string, nowMs: number): void {
  const before = worker.counts[type]
  if (before !== undefined) worker.counts[type] = before + 1
  else {
    const name = Object.keys(worker.counts).length < MAX_COUNTED_TYPES ? type : OTHER_EVENTS
    worker.counts[name] = (worker.counts[name] ?? 0) + 1
  }
  worker.lastSeenMs = nowMs
  worker.version++
}

function freqOf(value: unknown): number | null {
  if (typeof value !== 'number' || !(value > 0)) return null
  return Math.min(Math.max(value, LEAST_FREQ_SECONDS), MOST_FREQ_SECONDS)
}

function count(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : null
}

function numbers(value: unknown): readonly number[] | null {
  if (!Array.isArray(value)) return null
  const found = value.slice(0, 3).filter((one): one is number => typeof one === 'number' && Number.isFinite(one))
  return found.length === 3 ? found : null
}

function shortText(value: unknown): string | null {
  return typeof value === 'string' && value.length <= 100 ? value : null
}
