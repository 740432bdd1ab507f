/**
 * How fast each worker works, read off its event counts every few seconds: tasks done in the last minute, and since
 * when it has taken nothing.
 */
import { every } from '../runtime/every.ts'
import type { Runtime } from '../runtime/runtime.ts'
import type { Service } from '../runtime/service.ts'
import type { ClusterReader } from './contracts.ts'
import type { WorkerRecord } from './records.ts'

const SAMPLE_MS = 5_000
const WINDOW_MS = 60_000

export interface Pace extends Service {
  /** Tasks that ended there in the last minute, scaled up while it is known for less. */
  donePerMinute(worker: string): number
  /** Since when (ms) it took no task; null while it is not known. */
  idleSinceMs(worker: string): number | null
  sample(): void
}

interface Samples {
  /** `[atMs, done so far]`, oldest first, the first just outside the window. */
  readonly done: (readonly [number, number])[]
  taken: number
  idleSinceMs: number
}

const DONE = ['task-succeeded', 'task-failed', 'task-revoked', 'task-rejected'] as const

export function createPace(runtime: Runtime, cluster: ClusterReader): Pace {
  const byWorker = new Map<string, Samples>()
  const ended = new AbortController()
  let loop: Promise<void> | null = null

  function sample(): void {
    const nowMs = runtime.clock.nowMs()
    const present = new Set<string>()
    for (const worker of cluster.workers()) {
      if (!worker.online) continue
      present.add(worker.name)
      take(worker, nowMs)
    }
    for (const name of byWorker.keys()) if (!present.has(name)) byWorker.delete(name)
  }

  function take(worker: WorkerRecord, nowMs: number): void {
    const taken = (worker.counts['task-received'] ?? 0) + (worker.counts['task-started'] ?? 0)
    const kept = byWorker.get(worker.name) ?? { done: [], taken, idleSinceMs: nowMs }
    byWorker.set(worker.name, kept)
    kept.done.push([nowMs, doneOf(worker)])
    while (nowMs - (kept.done[1]?.[0] ?? nowMs) >= WINDOW_MS) kept.done.shift()
    if (taken !== kept.taken) kept.idleSinceMs = nowMs
    kept.taken = taken
  }

  return {
    name: 'pace',
    sample,
    donePerMinute(worker) {
      const done = byWorker.get(worker)?.done ?? []
      const [first, last] = [done[0], done.at(-1)]
      if (first === undefined || last === undefined || last[0] <= first[0]) return 0
      return Math.round(((last[1] - first[1]) * WINDOW_MS) / (last[0] - first[0]))
    },
    idleSinceMs: (worker) => byWorker.get(worker)?.idleSinceMs ?? null,
    async start() {
      loop = every(runtime, { name: 'pace', everyMs: SAMPLE_MS, atOnce: true }, ended.signal, sample)
    },
    async stop() {
      ended.abort()
      await loop
    },
  }
}

function doneOf(worker: WorkerRecord): number {
  return DONE.reduce((sum, type) => sum + (worker.counts[type] ?? 0), 0)
}
