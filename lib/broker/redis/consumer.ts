/**
 * Takes messages while the prefetch limit allows. It asks again and again instead of blocking in BRPOP, for a BRPOP
 * whose answer is lost with its connection has lost the message (reliability-security.md 2.1); idle, that costs under
 * 1 % of a core. So that an idle queue is not looked at too late, `arrivals.ts` tells of its first message.
 */
import { isProblem, messageOf } from '../../errors.ts'
import { MAX_MESSAGE_BYTES, parseEnvelope } from '../../protocol/message.ts'
import type { Runtime } from '../../runtime/runtime.ts'
import type { ConsumeOptions, Consumer, PoisonReason } from '../broker.ts'
import { HeldDelivery, type Settlement } from '../held-delivery.ts'
import { createWake } from '../wake.ts'
import { createArrivals } from './arrivals.ts'
import type { EarlyAcks } from './early-acks.ts'
import type { RedisKeys } from './keys.ts'
import type { RedisLinks } from './links.ts'
import { keepRenewing } from './renewal.ts'
import type { Restorer } from './restore.ts'
import type { ScriptUse } from './script-use.ts'
import { noteSetAside, QUARANTINE_LIMIT } from './set-aside.ts'
import type { Settler } from './settler.ts'
import { findTaken, lotAfter, type Taken, type TakeReply, takeByScript, takePlainly } from './take.ts'
import type { RedisTransportOptions } from './transport-options.ts'

/** Where messages come one at a time, the next one is seldom far; from `waits` on the server is asked to tell. */
const IDLE_MS = { first: 2, times: 2, waits: 8, most: 100 }
/** Nothing can be taken now: an ack, resume or new queue wakes it; this is only a net below. */
const BLOCKED_MS = 5_000
/** After a refusal; a connection that comes back is waited for anyway. */
const REFUSED_MS = 500
const CUT_MS = 5
/** How long the messages of a take whose answer was lost are looked for: the server may still be working on it. */
const LOST_TAKE = { everyMs: 1_000, forMs: 15_000, most: 100 }

export interface ConsumerParts {
  readonly links: RedisLinks
  readonly keys: RedisKeys
  readonly options: RedisTransportOptions
  readonly restorer: Restorer
  readonly settler: Settler
  readonly earlyAcks: EarlyAcks
  readonly scriptUse: ScriptUse
  readonly runtime: Runtime
}

/** A take whose answer never came. */
interface LostTake {
  readonly score: string
  readonly untilMs: number
  /** Tags of its messages that were found. */
  readonly found: Set<string>
}

export interface RedisConsumer extends Consumer {
  /** Somebody put a message into `queue`. */
  nudge(queue: string): void
}

export function startConsumer(parts: ConsumerParts, wanted: ConsumeOptions, onClosed: () => void): RedisConsumer {
  const { links, keys, options, restorer, settler, earlyAcks, scriptUse, runtime } = parts
  const { clock, log } = runtime
  const held = new Map<string, HeldDelivery>()
  const lostTakes: LostTake[] = []
  const wake = createWake(clock)
  const ending = new AbortController()
  const troubled = new Set<string>()
  let queues = [...new Set(wanted.queues)]
  let prefetch = wanted.prefetch
  let paused = false
  let idleMs = IDLE_MS.first
  let lookForLostAtMs = 0
  let twins = 0
  let lot = 1
  let round: Promise<number> = Promise.resolve(0)

  const arrivals = createArrivals({ links, keys, options, runtime, onArrival: wake.wake })
  /** Replies to questions are there at once, or soon enough. */
  const awaited = () => queues.filter((queue) => !queue.endsWith('.pidbox'))
  const credit = () => (prefetch === 0 ? Number.MAX_SAFE_INTEGER : prefetch - held.size)

  async function loop(): Promise<void> {
    while (!ending.signal.aborted) {
      if (paused || queues.length === 0 || credit() <= 0) {
        await wake.sleep(BLOCKED_MS)
        continue
      }
      round = takeRound().catch(onFailure)
      const count = await round
      if (count >= 0) arrivals.found(count)
      if (count > 0) idleMs = IDLE_MS.first
      else if (count === 0) {
        if (idleMs >= IDLE_MS.waits) arrivals.expect(awaited())
        await wake.sleep(idleMs)
        idleMs = Math.min(IDLE_MS.most, idleMs * IDLE_MS.times)
      } else await clock.sleep(-count, ending.signal)
    }
  }

  /** How long to wait before the next try, as a negative number. */
  function onFailure(error: unknown): number {
    if (isProblem(error, 'broker/unreachable') || isProblem(error, 'broker/closed')) return -CUT_MS
    report('', messageOf(error))
    return -REFUSED_MS
  }

  /** Returns how many messages came; a negative number of milliseconds to wait when only errors did. */
  async function takeRound(): Promise<number> {
    await recoverLost()
    if (options.queue_order_strategy === 'sorted') queues.sort()
    const strict = options.queue_order_strategy !== 'round_robin'
    const score = uniqueSecond(runtime)
    const limit = credit()
    if (limit <= 0) return 0
    const request = { queues: [...queues], limit, each: strict ? limit : 1, score, largest: MAX_MESSAGE_BYTES, lot }
    let reply: TakeReply
    try {
      reply = await scriptUse.run(
        (redis) => takeByScript(redis, keys, request),
        (redis) => takePlainly(redis, keys, request),
      )
    } catch (error) {
      // It may have been carried out all the same.
      lookForLostAtMs = 0
      if (lostTakes.length < LOST_TAKE.most) {
        lostTakes.push({ score, untilMs: clock.monotonicMs() + LOST_TAKE.forMs, found: new Set() })
      }
      throw error
    }
    lot = lotAfter(reply)
    return receive(reply, strict)
  }

  function receive(reply: TakeReply, strict: boolean): number {
    const { taken, poison, errors } = reply
    for (const message of taken) deliver(message)
    for (const one of poison) wanted.onPoison?.(one)
    for (const { queue, message } of errors) report(queue, message)
    if (errors.length === 0) troubled.clear()
    if (reply.twins > 0 && twins === 0) {
      log.warning('Messages came with a delivery tag that is in use; they are given new ones.', { queues })
    }
    twins += reply.twins
    const last = taken.at(-1)?.queue
    if (last !== undefined && !strict)
      queues = [...queues.filter((queue) => queue !== last), ...queues.filter((queue) => queue === last)]
    return taken.length + poison.length > 0 || errors.length === 0 ? taken.length + poison.length : -REFUSED_MS
  }

  /** One line for each trouble, not one for each try. */
  function report(queue: string, message: string): void {
    const line = `${queue} ${message}`
    if (troubled.has(line) || troubled.size > 100) return
    troubled.add(line)
    log.warning('Messages cannot be taken.', { queue: queue || queues, reason: message.slice(0, 300) })
  }

  function deliver(message: Taken): void {
    const read = parseEnvelope(message.raw, MAX_MESSAGE_BYTES, message.queue)
    if (!read.ok) {
      void setAside(message, read.why).catch(() => {}) // not settled: the visibility timeout brings it here again
      wanted.onPoison?.({ queue: message.queue, reason: read.why, head: message.raw.slice(0, 1024) })
      return
    }
    const delivery = new HeldDelivery({ ...message, envelope: read.value }, settle, over)
    held.set(message.tag, delivery)
    // A caller's fault must not stop the consumer; the message stays in hand.
    try {
      wanted.onDelivery(delivery)
    } catch (error) {
      log.error('The consumer failed on a delivery.', { queue: message.queue, error: messageOf(error) })
    }
  }

  /** The script could read it and we cannot: nested too deep, for one. */
  async function setAside({ queue, tag, raw }: Taken, reason: PoisonReason): Promise<void> {
    const list = keys.quarantine(queue)
    await links.run('command', list, async (redis) => {
      await redis.lpush(list, raw)
      await redis.ltrim(list, 0, QUARANTINE_LIMIT - 1)
      await noteSetAside(redis, keys, queue, { raw: Buffer.from(raw), reason, second: clock.nowMs() / 1000 })
    })
    await settler.settle(tag)
  }

  async function settle(delivery: HeldDelivery, how: Settlement): Promise<void> {
    if (delivery.early !== null && delivery.note === null) {
      const { exchange, routing_key: routingKey } = delivery.envelope.properties.delivery_info
      delivery.note = earlyAcks.note(delivery.tag, { raw: delivery.raw, exchange, routingKey }, delivery.early)
    }
    // The next messages may come while the acknowledgement travels: on a slow line that is half of the time.
    if (how !== 'requeue') release(delivery)
    // One that could not be given back stays in hand, or it would come back only after the visibility timeout.
    else await giveBack(delivery, 'back')
    if (how === 'requeue') release(delivery)
    else await settler.settle(delivery.tag)
  }

  function over({ note }: HeldDelivery): void {
    if (note !== null) earlyAcks.over(note)
  }

  /** Only its own entry: the tag may belong to a later delivery by now. */
  function release(delivery: HeldDelivery): void {
    if (held.get(delivery.tag) !== delivery) return
    held.delete(delivery.tag)
    wake.wake()
  }

  function giveBack({ tag, raw, envelope }: HeldDelivery, end: 'head' | 'back'): Promise<boolean> {
    const { exchange, routing_key: routingKey } = envelope.properties.delivery_info
    return restorer.restore(tag, { raw, exchange, routingKey }, end)
  }

  /** Messages of takes whose answers never came. */
  async function recoverLost(): Promise<void> {
    const nowMs = clock.monotonicMs()
    if (lostTakes.length === 0 || nowMs < lookForLostAtMs) return
    lookForLostAtMs = nowMs + LOST_TAKE.everyMs
    const scores = lostTakes.map(({ score }) => score)
    const found = await links.run('blocking', keys.unackedIndex, (redis) => findTaken(redis, keys, scores, queues))
    for (const { score, ...message } of found) {
      const take = lostTakes.find((one) => one.score === score)
      // An acknowledgement may travel at the same time on the other connection: found once is enough.
      if (take === undefined || take.found.has(message.tag)) continue
      take.found.add(message.tag)
      if (!held.has(message.tag) && !settler.has(message.tag)) deliver(message)
    }
    while (lostTakes[0] !== undefined && lostTakes[0].untilMs < nowMs) lostTakes.shift()
  }

  void loop()
  if (wanted.onLost !== undefined) earlyAcks.watch(wanted.onLost)
  const tags = () => [...held.keys(), ...settler.pending()]
  void keepRenewing({ links, keys, runtime, timeoutSeconds: options.visibility_timeout, tags }, ending.signal)

  return {
    get queues() {
      return queues
    },
    get prefetch() {
      return prefetch
    },
    get held() {
      return held.size
    },
    setPrefetch(limit) {
      prefetch = limit
      wake.wake()
    },
    async addQueue(queue) {
      if (!queues.includes(queue)) queues = [...queues, queue]
      wake.wake()
    },
    async cancelQueue(queue) {
      queues = queues.filter((name) => name !== queue)
      await round
    },
    async pause() {
      paused = true
      await round
    },
    resume() {
      paused = false
      wake.wake()
    },
    nudge(queue) {
      if (queues.includes(queue)) wake.wake()
    },
    async close() {
      if (ending.signal.aborted) return
      paused = true
      await round
      ending.abort()
      wake.wake()
      // The newest first: what was taken first is the next to be taken again.
      const back = [...held.values()].reverse().filter((delivery) => !delivery.isSettled)
      await Promise.allSettled(back.map((delivery) => giveBack(delivery, 'head')))
      for (const delivery of back) held.delete(delivery.tag)
      onClosed()
    },
  }
}

/** Seconds since 1970 with random microseconds: no other take has this score. */
function uniqueSecond(runtime: Runtime): string {
  return (Math.floor(runtime.clock.nowMs()) / 1000 + runtime.random() / 1000).toFixed(6)
}
