/** The workers that are known, at most `maxWorkers`; the ones that are offline for longest make room for new ones. */
import type { WorkerRecord } from './records.ts'
import { createWorkerRecord, expireWorker } from './worker-reducer.ts'

export interface WorkerStore {
  get(name: string): WorkerRecord | undefined
  values(): Iterable<WorkerRecord>
  /** The record of a worker whose event is about to be applied: made when it is new, and noted as changed. */
  for(name: string): WorkerRecord
  /** Puts a record back that was kept elsewhere. One that is known already stays as it is. */
  restore(record: WorkerRecord): void
  expire(nowMs: number): void
  forget(name: string): boolean
}

/** Room is made for many at once: to find the oldest costs a look at all. */
const EVICTED_SHARE = 0.1

export function createWorkerStore(
  maxWorkers: number,
  intern: (text: string) => string,
  onChanged: (name: string) => void,
): WorkerStore {
  const workers = new Map<string, WorkerRecord>()

  function evict(): void {
    const all = [...workers.values()].sort((a, b) => Number(a.online) - Number(b.online) || a.lastSeenMs - b.lastSeenMs)
    for (const worker of all.slice(0, Math.ceil(maxWorkers * EVICTED_SHARE))) remove(worker.name)
  }

  function remove(name: string): void {
    workers.delete(name)
    onChanged(name)
  }

  return {
    get: (name) => workers.get(name),
    values: () => workers.values(),
    for(name) {
      let worker = workers.get(name)
      if (worker === undefined) {
        if (workers.size >= maxWorkers) evict()
        worker = createWorkerRecord(intern(name))
        workers.set(worker.name, worker)
      }
      onChanged(worker.name)
      return worker
    },
    restore(record) {
      if (workers.has(record.name)) return
      if (workers.size >= maxWorkers) evict()
      workers.set(record.name, record)
      onChanged(record.name)
    },
    expire(nowMs) {
      for (const worker of workers.values()) if (expireWorker(worker, nowMs)) onChanged(worker.name)
    },
    forget(name) {
      const worker = workers.get(name)
      if (worker === undefined || worker.online) return false
      remove(name)
      return true
    },
  }
}
