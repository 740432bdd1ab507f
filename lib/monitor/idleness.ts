/** Since when each worker has taken no task, read off its event counts every few seconds. */
import { every } from '../runtime/every.ts'
import type { Runtime } from '../runtime/runtime.ts'
import type { Service } from '../runtime/service.ts'
import type { ClusterReader } from './contracts.ts'

const SAMPLE_MS = 5_000

export interface Idleness extends Service {
  /** Milliseconds since 1970; null while it is not known, or for a worker that is offline. */
  idleSinceMs(worker: string): number | null
  sample(): void
}

interface Taken {
  /** `task-received` and `task-started` so far. */
  readonly events: number
  readonly sinceMs: number
}

export function createIdleness(runtime: Runtime, cluster: ClusterReader): Idleness {
  const byWorker = new Map<string, Taken>()
  const ended = new AbortController()
  let loop: Promise<void> | null = null

  function sample(): void {
    const nowMs = runtime.clock.nowMs()
    const online = new Set<string>()
    for (const worker of cluster.workers()) {
      if (!worker.online) continue
      online.add(worker.name)
      const events = (worker.counts['task-received'] ?? 0) + (worker.counts['task-started'] ?? 0)
      // A worker that was not known before may have been busy until now.
      if (byWorker.get(worker.name)?.events !== events) byWorker.set(worker.name, { events, sinceMs: nowMs })
    }
    for (const name of byWorker.keys()) if (!online.has(name)) byWorker.delete(name)
  }

  return {
    name: 'idleness',
    sample,
    idleSinceMs: (worker) => byWorker.get(worker)?.sinceMs ?? null,
    async start() {
      loop = every(runtime, { name: 'idleness', everyMs: SAMPLE_MS, atOnce: true }, ended.signal, sample)
    },
    async stop() {
      ended.abort()
      await loop
    },
  }
}
