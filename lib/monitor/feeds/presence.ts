import type { ClusterReader } from '../contracts.ts'

/** Notices that workers came or went; every heartbeat changes a worker, few change whether it is there. */
export class Presence {
  readonly #cluster: ClusterReader
  readonly #online = new Set<string>()

  constructor(cluster: ClusterReader) {
    this.#cluster = cluster
    for (const worker of cluster.workers()) if (worker.online) this.#online.add(worker.name)
  }

  /** True when one of these came or went since it was last asked about. */
  changed(workers: Iterable<string>): boolean {
    let changed = false
    for (const name of workers) {
      const isOnline = this.#cluster.worker(name)?.online === true
      if (isOnline === this.#online.has(name)) continue
      changed = true
      if (isOnline) this.#online.add(name)
      else this.#online.delete(name)
    }
    return changed
  }
}
