/** How many messages this worker may hold. Pure (worker-beat.md 1.6). */
export interface PrefetchOptions {
  /** Slots of the pool; with autoscale the most it may have. */
  readonly slots: number
  /** Messages per slot; 0 = no limit. */
  readonly multiplier: number
  /** Messages that wait for their time: they must not keep others from running, so they are held on top. */
  readonly waiting: number
  /** Upper bound (worker_eta_task_limit), null = none. */
  readonly limit: number | null
}

/** AMQP's field has 16 bits; beyond, Celery means "no limit". */
const LARGEST = 65_535

/** 0 = no limit. */
export function prefetchCount({ slots, multiplier, waiting, limit }: PrefetchOptions): number {
  if (multiplier === 0) return limit ?? 0
  const wanted = slots * multiplier + waiting
  const count = limit === null ? wanted : Math.min(wanted, Math.max(limit, slots))
  return count > LARGEST ? 0 : count
}

export interface NoPrefetchOptions {
  /** Deliveries that are taken and not settled. */
  readonly held: number
  readonly slots: number
  /** Tasks that run or are about to. */
  readonly busy: number
}

/** worker_disable_prefetch: a message for each free slot. Null = take nothing now, since 0 would mean "no limit". */
export function freeSlots({ held, slots, busy }: NoPrefetchOptions): number | null {
  return busy >= slots ? null : held + slots - busy
}
