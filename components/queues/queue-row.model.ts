import type { QueueRowView, WorkerRowView } from '../../lib/live/views.ts'
import { formatCount, formatSeconds, UNKNOWN } from '../ui/format.ts'

export type Outlook = {
  /** "2 m 10 s", "growing", "never" */
  readonly text: string
  readonly tone: 'quiet' | 'warn' | 'bad'
  readonly why: string
}

export type QueueRow = {
  readonly name: string
  readonly waiting: number | null
  readonly unacked: number | null
  readonly inPerSecond: number | null
  readonly outPerSecond: number | null
  readonly spark: readonly (number | null)[]
  readonly sparkLabel: string
  readonly outlook: Outlook
  readonly workers: readonly string[]
  /** True where work waits and nobody will take it. */
  readonly isOrphaned: boolean
  /** Slots of the workers that take from it; null while no worker told its size. */
  readonly slots: { readonly busy: number; readonly total: number } | null
  /** "priority 0: 12, priority 3: 4"; null when everything waits in one list. */
  readonly priorities: string | null
  readonly limit: number | null
  readonly isOverLimit: boolean
  readonly isFiring: boolean
  readonly oldest: QueueRowView['oldest']
  readonly paused: QueueRowView['paused']
  readonly error: string | null
  /** Smaller is worse: what a list by trouble is sorted by. */
  readonly rank: number
}

/** A line of the queues table. `workers` are all that are known; only those the queue names are counted. */
export function toQueueRow(queue: QueueRowView, workers: readonly WorkerRowView[]): QueueRow {
  const isOrphaned = queue.trend === 'never' && (queue.waiting ?? 0) > 0 && !isAtRest(queue)
  const isOverLimit = queue.limit !== null && queue.waiting !== null && queue.waiting > queue.limit
  const isFiring = queue.alert === 'firing'
  const row = {
    name: queue.name,
    waiting: queue.waiting,
    unacked: queue.unacked,
    inPerSecond: queue.inPerSecond,
    outPerSecond: queue.outPerSecond,
    spark: queue.spark,
    sparkLabel: sparkLabel(queue),
    outlook: outlook(queue),
    workers: queue.workers,
    isOrphaned,
    slots: slots(queue, workers),
    priorities: priorities(queue),
    limit: queue.limit,
    isOverLimit,
    isFiring,
    oldest: queue.oldest,
    paused: queue.paused,
    error: queue.error,
  }
  return { ...row, rank: rank(row, queue.trend) }
}

/** Paused, and nobody takes from it: as somebody wants it. */
export function isAtRest(queue: Pick<QueueRowView, 'paused' | 'workers'>): boolean {
  return queue.paused !== null && queue.workers.length === 0
}

/** Worst first; among equals the longest, then by name. */
export function byTrouble(a: QueueRow, b: QueueRow): number {
  return a.rank - b.rank || (b.waiting ?? -1) - (a.waiting ?? -1) || a.name.localeCompare(b.name)
}

function rank(row: Omit<QueueRow, 'rank'>, trend: QueueRowView['trend']): number {
  if (row.isFiring || row.isOverLimit) return 0
  if (row.error !== null) return 1
  if (row.isOrphaned) return 2
  return trend === 'growing' ? 3 : 4
}

function outlook(queue: QueueRowView): Outlook {
  if (isAtRest(queue)) return { text: 'paused', tone: 'quiet', why: `Paused by ${queue.paused?.who ?? 'somebody'}` }
  switch (queue.trend) {
    case 'empty':
      return { text: 'now', tone: 'quiet', why: 'Nothing waits' }
    case 'draining':
      return {
        text: queue.emptyInMs === null ? 'draining' : formatSeconds(queue.emptyInMs),
        tone: 'quiet',
        why: 'At the speed of the last two minutes',
      }
    case 'growing':
      return { text: 'growing', tone: 'warn', why: 'More comes in than is taken' }
    case 'never':
      return (queue.waiting ?? 0) > 0
        ? { text: 'never', tone: 'bad', why: 'No worker takes from it' }
        : { text: UNKNOWN, tone: 'quiet', why: 'Nothing waits, and no worker takes from it' }
    case 'steady':
      return { text: 'steady', tone: 'quiet', why: 'As much is taken as comes in' }
    case 'unknown':
      return { text: UNKNOWN, tone: 'quiet', why: queue.error ?? 'Not seen long enough to say' }
  }
}

function slots(queue: QueueRowView, workers: readonly WorkerRowView[]): QueueRow['slots'] {
  const own = workers.filter((worker) => worker.state !== 'offline' && queue.workers.includes(worker.name))
  const sized = own.filter((worker) => worker.concurrency !== null)
  if (sized.length === 0) return null
  return {
    busy: sized.reduce((sum, worker) => sum + (worker.active ?? 0), 0),
    total: sized.reduce((sum, worker) => sum + (worker.concurrency ?? 0), 0),
  }
}

function priorities(queue: QueueRowView): string | null {
  const used = queue.byPriority.filter((part) => part.waiting > 0)
  if (used.length === 0 || (used.length === 1 && used[0]?.step === 0)) return null
  return used.map((part) => `priority ${part.step}: ${formatCount(part.waiting)}`).join('\n')
}

function sparkLabel(queue: QueueRowView): string {
  const known = queue.spark.filter((value) => value !== null)
  if (known.length === 0) return `${queue.name}: no history yet`
  return `${queue.name}: between ${formatCount(Math.min(...known))} and ${formatCount(Math.max(...known))} waiting lately`
}
