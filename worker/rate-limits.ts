/** The rate limits of this worker: holds tasks back until their turn (worker-beat.md 2.8). */
import type { Celery } from '../lib/client/celery.ts'
import { messageOf } from '../lib/errors.ts'
import type { Runtime } from '../lib/runtime/runtime.ts'
import { createEtaQueue } from './eta.ts'
import { type Bucket, createBucket, parseRate } from './rate-limit.ts'
import type { TaskInHand } from './task-in-hand.ts'

export interface RateLimits {
  /** Calls `go` with it now, or when its turn has come. */
  pass(hand: TaskInHand, go: (hand: TaskInHand) => void): void
  /** As the user wrote it; null = none. */
  limitOf(name: string): string | number | null
  /** Throws RateError. What waits is given new times by the new limit. */
  set(name: string, limit: string | number | null): void
  /** Takes out what waits and is not wanted any more. */
  discard(isUnwanted: (hand: TaskInHand) => boolean): readonly TaskInHand[]
  close(): void
}

interface Held {
  readonly hand: TaskInHand
  readonly go: (hand: TaskInHand) => void
}

export function createRateLimits(app: Celery, runtime: Runtime): RateLimits {
  const limits = new Map<string, string | number | null>()
  const buckets = new Map<string, Bucket | null>()
  const waiting = createEtaQueue<Held>(runtime, ({ hand, go }) => go(hand))

  function limitOf(name: string): string | number | null {
    if (limits.has(name)) return limits.get(name) ?? null
    return app.tasks.get(name)?.options.rateLimit ?? app.conf.task_default_rate_limit
  }

  function bucketOf(name: string): Bucket | null {
    const known = buckets.get(name)
    if (known !== undefined) return known
    const perSecond = readRate(name)
    const bucket = perSecond === null ? null : createBucket(perSecond)
    buckets.set(name, bucket)
    return bucket
  }

  /** A limit in the code that cannot be read must not cost the message: it is told once and left out. */
  function readRate(name: string): number | null {
    try {
      return parseRate(limitOf(name))
    } catch (error) {
      runtime.log.error(`the rate limit of ${name} cannot be read and is left out`, { reason: messageOf(error) })
      return null
    }
  }

  function pass(hand: TaskInHand, go: (hand: TaskInHand) => void): void {
    const bucket = app.conf.worker_disable_rate_limits ? null : bucketOf(hand.message.task)
    const waitMs = bucket === null ? 0 : bucket.reserveMs(runtime.clock.nowMs())
    if (waitMs <= 0) go(hand)
    else waiting.add(runtime.clock.nowMs() + waitMs, { hand, go })
  }

  function takeOut(test: (hand: TaskInHand) => boolean): readonly Held[] {
    const found = waiting.entries().filter(({ item }) => test(item.hand))
    for (const { item } of found) waiting.remove(item)
    return found.map(({ item }) => item)
  }

  return {
    limitOf,
    pass,
    set(name, limit) {
      parseRate(limit)
      limits.set(name, limit === '' || limit === 0 ? null : limit)
      buckets.delete(name)
      for (const { hand, go } of takeOut(({ message }) => message.task === name)) pass(hand, go)
    },
    discard: (isUnwanted) => takeOut(isUnwanted).map(({ hand }) => hand),
    close: () => void waiting.close(),
  }
}
