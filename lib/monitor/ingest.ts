/** Events from the broker into the cluster: decoded, applied, counted; and what is known of those that did not come. */
import type { Broker, FanoutSubscription } from '../broker/broker.ts'
import { isProblem, messageOf } from '../errors.ts'
import type { GapView } from '../live/views.ts'
import type { Codecs } from '../protocol/codecs.ts'
import { type BadEvent, type ClusterEvent, decodeEvents, EVENT_EXCHANGE } from '../protocol/events.ts'
import { ACCEPT_ALL } from '../protocol/serialization/serializers.ts'
import { backoffMs } from '../runtime/backoff.ts'
import { nodeCodecs } from '../runtime/codecs.ts'
import type { Runtime } from '../runtime/runtime.ts'
import type { Service } from '../runtime/service.ts'
import type { Cluster } from './cluster.ts'
import { createEventBacklog } from './event-backlog.ts'
import type { EventCounters } from './event-counters.ts'
import { createEventGaps } from './event-gaps.ts'
import { createMissedEvents } from './missed-events.ts'
import type { Rates } from './rates.ts'
import { createCountWindow, createDurationWindow } from './windows.ts'

export interface IngestOptions {
  readonly broker: Broker
  readonly cluster: Cluster
  readonly counters: EventCounters
  readonly rates: Rates
  readonly runtime: Runtime
  /** What reads events; reading runs nothing, so any content is taken. */
  readonly codecs?: Codecs
  /** Called whenever the stream begins, also after a gap: time to ask the workers for a heartbeat and for task events. */
  readonly onListening?: () => void
  readonly exchange?: string
  readonly maxGaps?: number
  readonly maxWorkers?: number
  /** Most characters of messages that wait to be read. */
  readonly maxBacklog?: number
}

export interface Ingest extends Service {
  /** Good events since the start. */
  readonly total: number
  /** Over the last 5 s. */
  perSecond(): number
  /** Receipt (ms) of the last event. */
  readonly lastMs: number | null
  /** Receipt minus the event's own time, p95 of the last 10 s; null when nothing came. */
  lagP95Ms(): number | null
  readonly malformed: number
  malformedByReason(): readonly { readonly name: string; readonly count: number }[]
  /** Holes in the stream, oldest first. */
  gaps(): readonly GapView[]
  onGap(listener: (gap: GapView) => void): () => void
  /** Events known to be missing. */
  readonly missed: number
  /** To be told how many tasks of the newest gap were put right. */
  noteRepaired(count: number): void
  /** True while the subscription stands and the broker is there. */
  readonly listening: boolean
}

const RETRY = { firstMs: 500, maxMs: 10_000, jitter: 0.2 }
/** Over half a million events as workers batch them. */
const MAX_BACKLOG = 256 * 1024 * 1024
const TICK_MS = 1_000
const RATE_WINDOW_MS = 5_000

export function createIngest(options: IngestOptions): Ingest {
  const { broker, cluster, counters, rates, runtime, codecs = nodeCodecs } = options
  const reading = { codecs, accept: ACCEPT_ALL }
  const { exchange = EVENT_EXCHANGE, maxGaps = 50, maxWorkers = 5_000, maxBacklog = MAX_BACKLOG } = options
  const { clock } = runtime
  const gaps = createEventGaps(maxGaps)
  const missedEvents = createMissedEvents(maxWorkers)
  const malformed = new Map<BadEvent, number>()
  const received = createCountWindow(1_000, 7)
  const lag = createDurationWindow(1_000, 10)
  const ending = new AbortController()
  let subscription: FanoutSubscription | null = null
  let hasListened = false
  let total = 0
  let lastMs: number | null = null
  /** Of the message in hand: the clock is asked once a message, not once an event. */
  let nowMs = 0

  function onEvent(event: ClusterEvent): void {
    total++
    received.add(nowMs, 1)
    const applied = cluster.apply(event, nowMs)
    counters.count(event, applied)
    if (applied !== null) rates.record(applied, nowMs)
    const missing = missedEvents.note(event, nowMs)
    if (missing !== null) gaps.found(missing)
    lag.add(nowMs, nowMs - event.timestamp * 1_000)
  }

  function onBad(why: BadEvent): void {
    malformed.set(why, (malformed.get(why) ?? 0) + 1)
  }

  const backlog = createEventBacklog({
    maxLength: maxBacklog,
    nowMs: clock.nowMs,
    monotonicMs: clock.monotonicMs,
    read(raw, arrivedMs) {
      nowMs = arrivedMs
      lastMs = arrivedMs
      decodeEvents(raw, arrivedMs / 1_000, onEvent, onBad, reading)
    },
    onOverflow(sinceMs) {
      gaps.overflowed(sinceMs, clock.nowMs())
      runtime.log.warning('Events came faster than they can be read for too long; some were dropped.', { sinceMs })
    },
  })

  function onInterrupted(sinceMs: number): void {
    // The first time it is the beginning: nothing was listened to that could have been missed.
    if (hasListened || total > 0) {
      gaps.interrupted(sinceMs, clock.nowMs())
      runtime.log.warning('Events may have been missed.', { sinceMs })
    }
    begin()
  }

  function begin(): void {
    hasListened = true
    options.onListening?.()
  }

  /** A broker that is down now is no reason not to start. */
  async function subscribe(): Promise<void> {
    for (let attempt = 0; !ending.signal.aborted; attempt++) {
      try {
        const made = await broker.fanout.subscribe(exchange, '#', ({ raw }) => backlog.push(raw), onInterrupted)
        if (ending.signal.aborted) return await made.close()
        subscription = made
        if (isListening() && !hasListened) begin()
        return
      } catch (error) {
        if (isProblem(error, 'broker/closed')) return
        if (attempt === 0) runtime.log.warning('Cannot listen to events yet.', { reason: messageOf(error) })
        await clock.sleep(backoffMs(attempt, RETRY, runtime.random), ending.signal)
      }
    }
  }

  async function tickWhileListening(): Promise<void> {
    while (!ending.signal.aborted) {
      await clock.sleep(TICK_MS, ending.signal)
      if (!isListening()) continue
      // The subscription may stand a moment before the broker's other connections: then this is the beginning.
      if (!hasListened) begin()
      rates.tick(clock.nowMs())
    }
  }

  function isListening(): boolean {
    return subscription !== null && broker.status().state === 'ready'
  }

  return {
    name: 'ingest',
    async start(signal) {
      signal.addEventListener('abort', () => ending.abort(), { once: true })
      void subscribe()
      void tickWhileListening()
    },
    async stop() {
      ending.abort()
      backlog.clear()
      const ended = subscription
      subscription = null
      await ended?.close()
    },
    get total() {
      return total
    },
    perSecond: () => received.perSecond(clock.nowMs(), RATE_WINDOW_MS),
    get lastMs() {
      return lastMs
    },
    lagP95Ms: () => lag.quantile(clock.nowMs(), 0.95),
    get malformed() {
      let sum = 0
      for (const count of malformed.values()) sum += count
      return sum
    },
    malformedByReason: () => [...malformed].map(([name, count]) => ({ name, count })),
    gaps: () => gaps.list(),
    onGap: (listener) => gaps.onGap(listener),
    get missed() {
      return gaps.missed
    },
    noteRepaired: (count) => gaps.repaired(count),
    get listening() {
      return isListening()
    },
  }
}
