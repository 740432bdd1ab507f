/** The book of what ran: a Redis of its own, beside the one that suffers. */
import type { Redis } from 'ioredis'

const STARTS = 'starts'
const ENDS = 'ends'
const BY = 'by'

export function createLedgerWriter(redis: Redis) {
  return {
    /** Resolves when it is written: a body that was killed before has not run. */
    async start(id: string): Promise<void> {
      const owner = process.env['CHAOS_WORKER'] ?? ''
      await redis.multi().hincrby(STARTS, id, 1).hset(BY, id, owner).exec()
    },
    async end(id: string): Promise<void> {
      await redis.hincrby(ENDS, id, 1)
    },
  }
}

export interface Ledger {
  /** Starts of bodies so far, repeated ones counted. */
  started(): Promise<number>
  /** How many different tasks have ended. */
  ended(): Promise<number>
  /** Of these ids, how many this worker was the last to start. */
  startedBy(worker: string, ids: readonly string[]): Promise<number>
  verdict(ids: readonly string[]): Promise<Verdict>
}

export interface Verdict {
  /** Never ran to its end. */
  readonly lost: readonly string[]
  /** Runs beyond one for each task. */
  readonly doubled: number
}

export function createLedger(redis: Redis): Ledger {
  async function counts(key: string): Promise<Map<string, number>> {
    return new Map(Object.entries(await redis.hgetall(key)).map(([id, count]) => [id, Number(count)]))
  }
  return {
    async started() {
      return [...(await counts(STARTS)).values()].reduce((sum, count) => sum + count, 0)
    },
    ended: () => redis.hlen(ENDS),
    async startedBy(worker, ids) {
      if (ids.length === 0) return 0
      return (await redis.hmget(BY, ...ids)).filter((owner) => owner === worker).length
    },
    async verdict(ids) {
      const [starts, ends] = await Promise.all([counts(STARTS), counts(ENDS)])
      return {
        lost: ids.filter((id) => !ends.has(id)),
        doubled: ids.reduce((sum, id) => sum + Math.max(0, (starts.get(id) ?? 0) - 1), 0),
      }
    },
  }
}
