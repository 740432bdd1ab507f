/** Workers that went away for good: by a person's word, or by time where the option says so. */
import { every } from '../runtime/every.ts'
import type { Runtime } from '../runtime/runtime.ts'
import type { Service } from '../runtime/service.ts'
import type { AlertEngine } from './alerts/alerts.ts'
import type { Cluster } from './cluster.ts'
import type { EventCounters } from './event-counters.ts'

export type Forgotten = 'forgotten' | 'online' | 'unknown'

type Parts = {
  readonly cluster: Cluster
  readonly alerts: Pick<AlertEngine, 'edit' | 'view'>
  readonly counters: Pick<EventCounters, 'forget' | 'purge'>
}

const PURGE_EVERY_MS = 1_000

/** Takes one worker off the list and ends its alerts. A worker that comes back is simply new. */
export async function forgetWorker(name: string, { cluster, alerts, counters }: Parts): Promise<Forgotten> {
  if (cluster.worker(name)?.online === true) return 'online'
  const wasKnown = cluster.forgetWorker(name)
  if (wasKnown) counters.forget(name)
  // Not known, but still told about: it was gone before this program started.
  const hadAlerts = await alerts.edit.forgetWorkers([name])
  return wasKnown || hadAlerts ? 'forgotten' : 'unknown'
}

/**
 * Forgets workers that have been offline for `afterMs` or longer (Flower's `purge_offline_workers`, flower.md 1.1); null
 * forgets none. As in Flower their series leave `/metrics`; here their alerts end as well, for such a fleet replaces its
 * workers.
 */
export function createWorkerPurge(runtime: Runtime, afterMs: number | null, parts: Parts): Service {
  const { cluster, alerts, counters } = parts
  const ended = new AbortController()
  let loop: Promise<void> | null = null

  async function purge(longestMs: number): Promise<void> {
    const gone = (sinceMs: number) => runtime.clock.nowMs() - sinceMs >= longestMs
    const names: string[] = []
    for (const worker of cluster.workers()) if (!worker.online && gone(worker.lastSeenMs)) names.push(worker.name)
    for (const name of names) {
      cluster.forgetWorker(name)
      counters.forget(name)
    }
    counters.purge(runtime.clock.nowMs(), longestMs)
    const { active, rules } = alerts.view()
    const offline = new Set(rules.filter(({ kind }) => kind === 'worker-offline').map(({ name }) => name))
    for (const { rule, subject, sinceMs } of active) {
      if (offline.has(rule) && cluster.worker(subject) === undefined && gone(sinceMs)) names.push(subject)
    }
    if (names.length > 0) await alerts.edit.forgetWorkers(names)
  }

  return {
    name: 'worker-purge',
    async start() {
      if (afterMs === null) return
      loop = every(runtime, { name: 'worker-purge', everyMs: PURGE_EVERY_MS, atOnce: false }, ended.signal, () =>
        purge(afterMs),
      )
    },
    async stop() {
      ended.abort()
      await loop
    },
  }
}
