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
import { consumersOf } from './consumers.ts'
import type { ClusterReader, OldestMessage, QueueAges, QueueReading, QueueReadings } from './contracts.ts'
import type { InspectorService } from './inspector.ts'
import { createOldestMessages } from './oldest-message.ts'
import type { Rates } from './rates.ts'
import { servedQueues } from './served-queues.ts'
import type { MonitorSettings } from './settings.ts'

/** Telling the queues of unacknowledged messages reads each of them; it may take this share of the time. */
const UNACKED_SHARE = 0.05
/** Whose message is at the head is looked at for this long after somebody asked; longer than between two scrapes. */
const WANTED_MS = 180_000
/** Queues whose heads are looked at in one round. */
const HEADS_MOST = 100

export interface QueuePoller extends QueueReadings, QueueAges, Service {
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
  /** What workers took; without it nothing is known of the age of messages in queues that are served. */
  readonly rates?: Pick<Rates, 'takenFrom'>
}

type Round = ReturnType<QueueReadings['latest']>

export function createQueuePoller(deps: QueuePollerDeps): QueuePoller {
  const { runtime, broker, cluster, inspector, history, settings, rates } = deps
  const { clock } = runtime
  const listeners = new Set<() => void>()
  const ended = new AbortController()
  const seen = new Set<string>()
  const waitingSince = new Map<string, number>()
  const reckoned = createOldestMessages()
  const oldest = new Map<string, OldestMessage>()
  let wantedUntilMs = Number.NEGATIVE_INFINITY
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
    const waiting = sumOf(rows)
    if (waiting !== null) history.add('queues:waiting', atMs, waiting)
    await readOldest(rows, atMs)
  }

  function record(row: QueueReading, atMs: number): void {
    if (row.waiting !== null) {
      history.add(`queue:${row.name}:waiting`, atMs, row.waiting)
      if (row.waiting === 0) waitingSince.delete(row.name)
      else if (!waitingSince.has(row.name)) waitingSince.set(row.name, atMs)
    }
    if (row.unacked !== null) history.add(`queue:${row.name}:unacked`, atMs, row.unacked)
  }

  /** Since when the oldest of each waits: by the event of its sending, else as reckoned. */
  async function readOldest(rows: readonly QueueReading[], atMs: number): Promise<void> {
    const filled = rows.filter(({ waiting }) => waiting !== null && waiting > 0).map(({ name }) => name)
    const heads = clock.monotonicMs() < wantedUntilMs ? await broker.queues.heads(filled.slice(0, HEADS_MOST)) : {}
    const consumers = consumersOf({ cluster, inspector })
    for (const { name, waiting } of rows) {
      const isUnserved = consumers.complete && !consumers.byQueue.has(name)
      const taken = rates?.takenFrom(name) ?? (isUnserved ? 0 : null)
      if (waiting !== null) reckoned.note(name, { atMs, waiting, taken })
      const age = waiting === null || waiting === 0 ? null : (told(heads[name] ?? []) ?? reckonedAge(name))
      if (age !== null) oldest.set(name, age)
      else if (oldest.delete(name) && waiting === 0) history.add(`queue:${name}:oldest`, atMs, 0)
      if (age !== null) history.add(`queue:${name}:oldest`, atMs, Math.max(0, atMs - age.sinceMs))
    }
  }

  function told(heads: readonly string[]): OldestMessage | null {
    const sent = heads.map((id) => cluster.task(id)?.sent ?? null).filter((seconds) => seconds !== null)
    return sent.length === 0 ? null : { sinceMs: Math.round(Math.min(...sent) * 1_000), how: 'told' }
  }

  function reckonedAge(queue: string): OldestMessage | null {
    const age = reckoned.of(queue)
    return age === null ? null : { sinceMs: age.sinceMs, how: age.atLeast ? 'at-least' : 'reckoned' }
  }

  /** What was known stays on the page by name, its numbers do not: they would be old. */
  function fail(reason: string): void {
    waitingSince.clear()
    reckoned.forget()
    oldest.clear()
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
    oldest(queue) {
      wantedUntilMs = clock.monotonicMs() + WANTED_MS
      return oldest.get(queue) ?? null
    },
    get brokerSeenMs() {
      return brokerSeenMs
    },
    onRound(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    poll: pollOnce,
    async start() {
      const offTasks = cluster.onChange(({ tasks }) => {
        for (const id of tasks) notice(cluster.task(id)?.queue)
      })
      // A broker that has just come is not called away until the next round.
      const offStatus = broker.onStatus(({ state }) => {
        if (state === 'ready' && round.error !== null) void pollOnce()
      })
      unlisten = () => {
        offTasks()
        offStatus()
      }
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

/** What waits in all queues; a sum of which a part is not known is not known. */
function sumOf(rows: readonly QueueReading[]): number | null {
  let sum = 0
  for (const { waiting } of rows) {
    if (waiting === null) return null
    sum += waiting
  }
  return sum
}
