/**
 * Reads the length of every queue, every two seconds: queues that the broker knows, that workers serve, that events
 * named and that the configuration names; so also those that nobody serves. A round that fails gives null, never 0.
 */
import type { Broker, Unacked } from '../broker/broker.ts'
import { messageOf } from '../errors.ts'
import type { History } from '../history/history.ts'
import { every } from '../runtime/every.ts'
import type { Runtime } from '../runtime/runtime.ts'
import type { Service } from '../runtime/service.ts'
import type { ClusterReader, QueueReading, QueueReadings } from './contracts.ts'
import type { InspectorService } from './inspector.ts'
import { servedQueues } from './served-queues.ts'
import type { MonitorSettings } from './settings.ts'

/** Telling the queues of unacknowledged messages reads each of them; it may take this share of the time. */
const UNACKED_SHARE = 0.05

export interface QueuePoller extends QueueReadings, Service {
  /** One round now; rounds never overlap. */
  poll(): Promise<void>
  /** Since when messages have waited in this queue without it ever being seen empty; null when it is empty. */
  waitingSinceMs(queue: string): number | null
  /** When the last round that succeeded began: the broker was there after it. Null before the first. */
  readonly brokerSeenMs: number | null
}

export interface QueuePollerDeps {
  readonly runtime: Runtime
  readonly broker: Broker
  readonly cluster: ClusterReader
  readonly inspector: InspectorService
  readonly history: History
  readonly settings: MonitorSettings
}

type Round = ReturnType<QueueReadings['latest']>

export function createQueuePoller(deps: QueuePollerDeps): QueuePoller {
  const { runtime, broker, cluster, inspector, history, settings } = deps
  const { clock } = runtime
  const listeners = new Set<() => void>()
  const ended = new AbortController()
  const seen = new Set<string>()
  const waitingSince = new Map<string, number>()
  let round: Round = { atMs: null, rows: [], error: null, unackedTotal: null, setAside: {}, refusal: null }
  let unacked: Unacked | null = null
  let unackedDueMs = Number.NEGATIVE_INFINITY
  let running: Promise<void> | null = null
  let loop: Promise<void> | null = null
  let brokerSeenMs: number | null = null
  let unlisten = () => {}

  const notice = (queue: string | null | undefined) => {
    if (queue != null && queue !== '' && seen.size < settings.maxQueues) seen.add(queue)
  }

  async function names(): Promise<readonly string[]> {
    for (const queue of settings.queues) notice(queue)
    for (const worker of inspector.known()) for (const queue of servedQueues(inspector.answers(worker))) notice(queue)
    for (const queue of await broker.queues.names()) notice(queue)
    return [...seen].sort()
  }

  async function readUnacked(): Promise<Unacked | null> {
    if (!broker.supports.unacked) return null
    const startedMs = clock.monotonicMs()
    if (startedMs < unackedDueMs) return unacked
    const read = await broker.queues.unacked(settings.unackedLimit)
    const endedMs = clock.monotonicMs()
    unackedDueMs = endedMs + (endedMs - startedMs) / UNACKED_SHARE
    return read
  }

  async function read(): Promise<void> {
    if (broker.status().state !== 'ready') throw new Error(broker.status().reason ?? 'the broker is not connected')
    const beganMs = clock.nowMs()
    const wanted = await names()
    const lengths = await broker.queues.lengths(wanted)
    const setAside = await broker.queues.setAside(wanted)
    unacked = await readUnacked()
    const refusal = await broker.queues.refusal()
    const atMs = clock.nowMs()
    brokerSeenMs = beganMs
    // Counts of a part of the messages say nothing about one queue.
    const byQueue = unacked !== null && unacked.scanned >= unacked.total ? unacked.byQueue : null
    const rows = lengths.map((length): QueueReading => {
      const taken = byQueue === null ? null : Object.hasOwn(byQueue, length.name) ? (byQueue[length.name] ?? 0) : 0
      const { name, byPriority, error } = length
      return { name, waiting: error === null ? length.waiting : null, unacked: taken, byPriority, error }
    })
    round = { atMs, rows, error: null, unackedTotal: unacked?.total ?? null, setAside, refusal }
    for (const row of rows) record(row, atMs)
  }

  function record(row: QueueReading, atMs: number): void {
    if (row.waiting !== null) {
      history.add(`queue:${row.name}:waiting`, atMs, row.waiting)
      if (row.waiting === 0) waitingSince.delete(row.name)
      else if (!waitingSince.has(row.name)) waitingSince.set(row.name, atMs)
    }
    if (row.unacked !== null) history.add(`queue:${row.name}:unacked`, atMs, row.unacked)
  }

  /** What was known stays on the page by name, its numbers do not: they would be old. */
  function fail(reason: string): void {
    waitingSince.clear()
    unacked = null
    round = {
      atMs: round.atMs,
      rows: round.rows.map(({ name }) => ({ name, waiting: null, unacked: null, byPriority: [], error: reason })),
      error: reason,
      unackedTotal: null,
      setAside: round.setAside,
      refusal: round.refusal ?? null,
    }
  }

  async function poll(): Promise<void> {
    await read().catch((error: unknown) => fail(messageOf(error)))
    for (const listener of listeners) listener()
  }
  const pollOnce = () => {
    running ??= poll().finally(() => {
      running = null
    })
    return running
  }

  return {
    name: 'queue-poller',
    latest: () => round,
    waitingSinceMs: (queue) => waitingSince.get(queue) ?? null,
    get brokerSeenMs() {
      return brokerSeenMs
    },
    onRound(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    poll: pollOnce,
    async start() {
      unlisten = cluster.onChange(({ tasks }) => {
        for (const id of tasks) notice(cluster.task(id)?.queue)
      })
      const how = { name: 'queue-poller', everyMs: settings.queuePollMs, atOnce: true }
      loop = every(runtime, how, ended.signal, pollOnce)
    },
    async stop() {
      ended.abort()
      unlisten()
      await loop
    },
  }
}
