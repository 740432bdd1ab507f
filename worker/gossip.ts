/**
 * Hears the events of the other workers: who joined, left or was lost, and how late it is by their logical clocks; and
 * takes part in elections (wire.md G2, worker-beat.md 1.4).
 */
import type { Broker, FanoutSubscription } from '../lib/broker/broker.ts'
import type { LamportClock } from '../lib/client/lamport-clock.ts'
import type { Compiled } from '../lib/client/settings/compile.ts'
import { type ClusterEvent, decodeEvents } from '../lib/protocol/events.ts'
import type { Runtime } from '../lib/runtime/runtime.ts'
import type { Service } from '../lib/runtime/service.ts'
import { createElections, type Elections } from './elections.ts'
import type { Events } from './events.ts'

export interface GossipParts {
  readonly broker: Broker
  readonly runtime: Runtime
  readonly clock: LamportClock
  readonly events: Events
  readonly hostname: string
  readonly settings: () => Compiled
  /** Runs the task that an election was about: a signature as data. */
  readonly callTask: (signature: unknown) => Promise<void>
}

export interface Gossip extends Service {
  /** The other workers that are alive. */
  readonly neighbours: readonly string[]
  /** Starts an election; the answer comes by itself. */
  election(id: string, topic: string, action: unknown): void
}

/** Celery's. */
const CHECK_EVERY_MS = 5_000
/** A worker is taken for dead after twice the time between its heartbeats. */
const MISSED_HEARTBEATS = 2
const DEFAULT_FREQ_SECONDS = 2
/** Names come from messages. */
const MOST_NODES = 10_000

interface Neighbour {
  readonly seenMs: number
  readonly freqSeconds: number
}

export function createGossip(parts: GossipParts): Gossip {
  const { broker, runtime, clock, events, hostname, settings } = parts
  const { log } = runtime
  const ended = new AbortController()
  const nodes = new Map<string, Neighbour>()
  let subscription: FanoutSubscription | null = null
  const elections: Elections = createElections({
    events,
    runtime,
    hostname,
    alive: () => nodes.size + 1,
    callTask: parts.callTask,
  })

  function hear(event: ClusterEvent): void {
    const { type, hostname: from } = event
    if (!type.startsWith('worker-')) return
    if (type === 'worker-elect' || type === 'worker-elect-ack') {
      clock.adjust(event.clock)
      if (type === 'worker-elect') elections.onElect(event)
      else elections.onAck(event)
      return
    }
    if (from === hostname) {
      clock.forward()
      return
    }
    clock.adjust(event.clock)
    if (type === 'worker-offline') leave(from)
    else see(from, event.fields['freq'])
  }

  function see(from: string, freq: unknown): void {
    const isNew = !nodes.has(from)
    if (isNew && nodes.size >= MOST_NODES) return
    const freqSeconds = typeof freq === 'number' && freq > 0 && freq < 3_600 ? freq : DEFAULT_FREQ_SECONDS
    nodes.set(from, { seenMs: runtime.clock.monotonicMs(), freqSeconds })
    if (isNew) log.debug(`${from} joined the party`)
  }

  function leave(from: string): void {
    if (nodes.delete(from)) log.debug(`${from} left`)
  }

  async function watch(): Promise<void> {
    while (!ended.signal.aborted) {
      await runtime.clock.sleep(CHECK_EVERY_MS, ended.signal)
      const nowMs = runtime.clock.monotonicMs()
      for (const [from, { seenMs, freqSeconds }] of nodes) {
        if (nowMs - seenMs <= freqSeconds * 1000 * MISSED_HEARTBEATS) continue
        log.info(`missed heartbeat from ${from}`)
        nodes.delete(from)
      }
      elections.forgetOld()
    }
  }

  return {
    name: 'gossip',
    get neighbours() {
      return [...nodes.keys()]
    },
    election: elections.start,
    async start() {
      const { eventExchange, eventSerializer, codecs } = settings()
      const reading = { codecs, accept: ['json', eventSerializer] }
      subscription = await broker.fanout.subscribe(eventExchange, 'worker.#', ({ raw }) => {
        decodeEvents(raw, runtime.clock.nowMs() / 1000, hear, () => {}, reading)
      })
      void watch()
    },
    async stop() {
      ended.abort()
      await subscription?.close()
    },
  }
}
