/**
 * When queues were last seen to be empty. A run that came to a worker later than that was sent later; and one that no
 * worker told of by then was not sent. So it is known when a beat is late, or gone, that tells of its runs only minutes
 * later, or never (Python's on Django's tables).
 */
import type { ClusterReader, QueueReadings } from '../contracts.ts'
import type { InspectorService } from '../inspector.ts'
import { servedQueues } from '../served-queues.ts'

export interface QuietQueues {
  /**
   * Wall clock of the newest of the last readings, before `beforeMs`, at which nothing waited in this queue; `queue` null:
   * in any that workers serve. Null when there is none.
   */
  emptyMs(queue: string | null, beforeMs?: number): number | null
  /** Follows the readings until the function returned is called. */
  start(): () => void
}

/** Readings are two seconds apart; what a worker tells comes within one or two. */
const READINGS_KEPT = 5

interface Reading {
  readonly atMs: number
  readonly empty: ReadonlySet<string>
  /** Of the queues that workers serve. */
  readonly all: boolean
}

export interface QuietQueuesDeps {
  readonly queues: Pick<QueueReadings, 'latest' | 'onRound'>
  readonly inspector: Pick<InspectorService, 'answers'>
  readonly cluster: Pick<ClusterReader, 'workers'>
}

export function createQuietQueues({ queues, inspector, cluster }: QuietQueuesDeps): QuietQueues {
  const readings: Reading[] = []

  function take(): void {
    const { rows, atMs, error } = queues.latest()
    if (atMs === null || error !== null) return
    const empty = new Set<string>()
    for (const row of rows) if (row.waiting === 0 && row.error === null) empty.add(row.name)
    readings.unshift({ atMs, empty, all: areServed(empty) })
    readings.length = Math.min(readings.length, READINGS_KEPT)
  }

  /** True when these are all queues that workers serve, and there are some. */
  function areServed(empty: ReadonlySet<string>): boolean {
    let some = false
    for (const worker of cluster.workers()) {
      if (!worker.online) continue
      for (const queue of servedQueues(inspector.answers(worker.name))) {
        if (!empty.has(queue)) return false
        some = true
      }
    }
    return some
  }

  return {
    emptyMs(queue, beforeMs = Number.POSITIVE_INFINITY) {
      const found = readings.find(
        ({ atMs, empty, all }) => atMs < beforeMs && (queue === null ? all : empty.has(queue)),
      )
      return found?.atMs ?? null
    },
    start: () => queues.onRound(take),
  }
}
