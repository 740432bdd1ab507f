import type { History } from '../history/history.ts'
import { every } from '../runtime/every.ts'
import type { Runtime } from '../runtime/runtime.ts'
import type { Service } from '../runtime/service.ts'
import type { ClusterReader } from './contracts.ts'

/** At least one a bucket of the finest chart (5 s). */
const EVERY_MS = 2_000

/** How many workers are online, over time (series `workers:online`); nothing while no heartbeat could be heard. */
export function createHeadCount(deps: {
  readonly runtime: Runtime
  readonly cluster: Pick<ClusterReader, 'workers'>
  readonly history: Pick<History, 'add'>
  readonly isListening: () => boolean
}): Service {
  const { runtime, cluster, history, isListening } = deps
  const ended = new AbortController()
  let loop: Promise<void> | null = null

  function count(): void {
    if (!isListening()) return
    let online = 0
    for (const worker of cluster.workers()) if (worker.online) online++
    history.add('workers:online', runtime.clock.nowMs(), online)
  }

  return {
    name: 'head-count',
    async start() {
      loop = every(runtime, { name: 'head-count', everyMs: EVERY_MS, atOnce: false }, ended.signal, count)
    },
    async stop() {
      ended.abort()
      await loop
    },
  }
}
