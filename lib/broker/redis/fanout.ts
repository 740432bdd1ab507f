/** Fan-out over PUBLISH and PSUBSCRIBE (wire.md A6). One connection for all subscriptions of a broker. */
import type { Redis } from 'ioredis'
import { messageOf, UmbelError } from '../../errors.ts'
import { formatEnvelope } from '../../protocol/message.ts'
import { whenReady } from '../../runtime/redis-connection.ts'
import type { Runtime } from '../../runtime/runtime.ts'
import type { Fanout, FanoutMessage } from '../broker.ts'
import type { RedisKeys } from './keys.ts'
import type { RedisLinks } from './links.ts'
import { escapeGlob } from './queues.ts'

/** A subscription made while the broker is away is set up later; the caller is not held up longer than this. */
const WAIT_MS = 4_000
const WATCH_EVERY_MS = 2_000

interface Subscription {
  readonly onMessage: (message: FanoutMessage) => void
  readonly onGap?: (sinceMs: number) => void
  /** Characters of the channel before the routing key. */
  readonly skip: number
  /** `subscribe` has returned: from now on, what is missed is a gap. */
  live: boolean
}

export function createFanout(links: RedisLinks, keys: RedisKeys, runtime: Runtime, closed: AbortSignal): Fanout {
  const byPattern = new Map<string, Set<Subscription>>()
  /** Patterns the server confirmed on the present connection. */
  const confirmed = new Set<string>()
  let wholeMs = runtime.clock.nowMs()
  let listening = false
  let refusal = ''

  function listen(): void {
    if (listening) return
    listening = true
    const redis = links.get('subscriber')
    redis.on('pmessageBuffer', (pattern: string, channel: Buffer, message: Buffer) => {
      wholeMs = runtime.clock.nowMs()
      const subscriptions = byPattern.get(pattern)
      if (subscriptions === undefined) return
      const name = channel.toString()
      const raw = message.toString()
      for (const { skip, onMessage } of subscriptions) {
        // A listener that throws must not cost the others their message.
        try {
          onMessage({ routingKey: name.slice(skip), raw })
        } catch (error) {
          runtime.log.error('A subscriber failed.', { exchange: pattern, error: String(error) })
        }
      }
    })
    redis.on('close', () => confirmed.clear())
    redis.on('ready', () => void resume(redis))
    void watch(redis)
  }

  /** What was sent between the last message (or answered PING) and now is lost, and nobody will say so but we. */
  async function resume(redis: Redis): Promise<void> {
    const sinceMs = wholeMs
    const patterns = [...byPattern.keys()].filter((pattern) => !confirmed.has(pattern))
    if (patterns.length === 0) return
    try {
      await redis.psubscribe(...patterns)
    } catch (error) {
      refused(redis, error)
      return // `watch`, or the connection when it is back, comes here again
    }
    refusal = ''
    wholeMs = runtime.clock.nowMs()
    for (const pattern of patterns) {
      confirmed.add(pattern)
      for (const { live, onGap } of byPattern.get(pattern) ?? []) if (live) onGap?.(sinceMs)
    }
  }

  /** An access list may forbid channels; the connection itself is well then. One line for each reason. */
  function refused(redis: Redis, error: unknown): void {
    const reason = messageOf(error)
    if (redis.status !== 'ready' || reason === refusal) return
    refusal = reason
    runtime.log.warning('Events and replies cannot be listened to.', { url: links.address.url, reason })
  }

  /** In a quiet hour an answered PING shows that nothing was missed so far. */
  async function watch(redis: Redis): Promise<void> {
    while (!closed.aborted) {
      const answered =
        redis.status === 'ready' &&
        (await redis.ping().then(
          () => true,
          () => false,
        ))
      if (answered && [...byPattern.keys()].every((pattern) => confirmed.has(pattern))) wholeMs = runtime.clock.nowMs()
      else if (answered) await resume(redis)
      await runtime.clock.sleep(WATCH_EVERY_MS, closed)
    }
  }

  return {
    async publish(exchange, routingKey, envelope) {
      const channel = keys.channel(exchange, routingKey)
      const raw = formatEnvelope(envelope)
      return links.run('command', channel, (redis) => redis.publish(channel, raw))
    },

    async subscribe(exchange, pattern, onMessage, onGap) {
      const base = keys.channel(exchange, '')
      const wanted = patternOf(base, keys.channel(exchange, pattern))
      const subscription: Subscription = { onMessage, onGap, skip: base.length + 1, live: false }
      listen()
      const others = byPattern.get(wanted)
      if (others === undefined) byPattern.set(wanted, new Set([subscription]))
      else others.add(subscription)

      const redis = links.get('subscriber')
      const ready = await whenReady(redis, links.address, WAIT_MS).then(() => true, onlyClosed)
      if (ready && !confirmed.has(wanted)) {
        wholeMs = runtime.clock.nowMs()
        await redis.psubscribe(wanted).then(
          () => confirmed.add(wanted),
          (error: unknown) => refused(redis, error), // `resume` tries again
        )
      }
      subscription.live = true
      return {
        async close() {
          const rest = byPattern.get(wanted)
          if (!rest?.delete(subscription) || rest.size > 0) return
          byPattern.delete(wanted)
          confirmed.delete(wanted)
          if (redis.status === 'ready') await redis.punsubscribe(wanted).catch(() => {}) // a broken one has left already
        },
      }
    },
  }
}

/** As kombu does it: `#` becomes `*`, and a `*` stays one, though it then stands for more than one word. */
function patternOf(base: string, channel: string): string {
  const key = channel
    .slice(base.length)
    .replaceAll('#', '*')
    .replace(/[\\?[\]]/g, '\\$&')
  return escapeGlob(base) + key
}

function onlyClosed(error: unknown): false {
  if (error instanceof UmbelError && error.code === 'broker/closed') throw error
  return false
}
