/**
 * How many events of a worker were missed, from what it says itself. Every heartbeat carries `processed`, the number of
 * tasks this process has begun, and for each of them it sends one `task-started`. So between two heartbeats both must
 * grow alike, where a start belongs before a heartbeat by the sender's own time. Clocks say nothing: a Lamport clock
 * also jumps when the worker hears of other workers.
 *
 * No false alarms, therefore:
 *  - A heartbeat is compared when the next one is there: task events wait in a buffer of the worker, heartbeats do not.
 *    And only what is missing at two comparisons in a row counts: threads may begin a task just beside a heartbeat.
 *  - Nothing is said of a worker before one comparison came out even (without `-E` it sends no task events, and a task
 *    may be set to send none), nor of one that falls behind three times in a row: it does so as a rule.
 *  - What is missing counts only when task events come after it: somebody may have switched them off.
 *  - Another pid begins anew.
 */
import type { ClusterEvent } from '../protocol/events.ts'

export interface MissedEvents {
  /** Every event, in the order of arrival. Gives the starts found missing, mostly null. */
  note(event: ClusterEvent, nowMs: number): Missing | null
}

export interface Missing {
  readonly worker: string
  readonly fromMs: number
  readonly toMs: number
  readonly count: number
}

interface Beat {
  readonly processed: number
  /** The sender's time, seconds. */
  readonly timestamp: number
  readonly atMs: number
}

interface Ledger {
  readonly pid: number
  /** From here on is counted. */
  base: Beat
  last: Beat
  /** Starts received since the base: up to the last heartbeat, and after it. */
  upToLast: number
  afterLast: number
  /** Missing at the comparison before, and when that was still none. */
  missing: number
  wholeMs: number
  /** Already told. */
  told: number
  trusted: boolean
  growing: number
  /** Found, but no task event came since. */
  pending: Missing | null
}

const AS_A_RULE = 3

export function createMissedEvents(maxWorkers: number): MissedEvents {
  const ledgers = new Map<string, Ledger>()

  function noteHeartbeat(event: ClusterEvent, nowMs: number): void {
    const { hostname, pid, timestamp, fields } = event
    const processed = fields['processed']
    if (pid === null || typeof processed !== 'number') return
    const beat: Beat = { processed, timestamp, atMs: nowMs }
    const ledger = ledgers.get(hostname)
    if (ledger?.pid === pid && processed >= ledger.last.processed && timestamp > ledger.last.timestamp) {
      compare(ledger, beat, hostname)
    } else if (ledger !== undefined || ledgers.size < maxWorkers) ledgers.set(hostname, openLedger(pid, beat))
  }

  return {
    note(event, nowMs) {
      switch (event.type) {
        case 'worker-heartbeat':
          noteHeartbeat(event, nowMs)
          return null
        case 'worker-offline':
          ledgers.delete(event.hostname)
          return null
        case 'task-started': {
          const ledger = ledgers.get(event.hostname)
          return ledger === undefined || event.pid !== ledger.pid ? null : noteStart(ledger, event.timestamp)
        }
        default:
          return null
      }
    },
  }
}

function openLedger(pid: number, beat: Beat): Ledger {
  return {
    pid,
    base: beat,
    last: beat,
    upToLast: 0,
    afterLast: 0,
    missing: 0,
    wholeMs: beat.atMs,
    told: 0,
    trusted: false,
    growing: 0,
    pending: null,
  }
}

function noteStart(ledger: Ledger, timestamp: number): Missing | null {
  if (timestamp > ledger.last.timestamp) ledger.afterLast++
  else if (timestamp > ledger.base.timestamp) ledger.upToLast++
  const { pending } = ledger
  ledger.pending = null
  return pending
}

function compare(ledger: Ledger, beat: Beat, worker: string): void {
  const { base, last } = ledger
  const expected = last.processed - base.processed
  const missing = expected - ledger.upToLast - ledger.told
  if (missing === 0 && expected > 0) ledger.trusted = true
  ledger.growing = missing > ledger.missing ? ledger.growing + 1 : 0
  if (missing > 0 && (!ledger.trusted || ledger.growing >= AS_A_RULE)) {
    Object.assign(ledger, openLedger(ledger.pid, beat))
    return
  }
  const certain = Math.min(missing, ledger.missing)
  if (certain > 0) {
    const before = ledger.pending
    ledger.pending = {
      worker,
      fromMs: before?.fromMs ?? ledger.wholeMs,
      toMs: last.atMs,
      count: certain + (before?.count ?? 0),
    }
    ledger.told += certain
  }
  ledger.missing = missing - Math.max(certain, 0)
  if (ledger.missing <= 0) ledger.wholeMs = last.atMs
  ledger.upToLast += ledger.afterLast
  ledger.afterLast = 0
  ledger.last = beat
}
