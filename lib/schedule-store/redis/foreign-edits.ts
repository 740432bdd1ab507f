/**
 * Notices what others change without counting it, as RedBeat's own API does: every definition is compared, a lot at a
 * time, with what was loaded. A schedule of 500 entries is looked through once a second, one of 100,000 in minutes.
 */
import { createHash } from 'node:crypto'
import type { Redis } from 'ioredis'
import type { Clock } from '../../runtime/clock.ts'
import { FIELDS } from './keys.ts'

const LOT = 500
const LOOK_EVERY_MS = 1_000

interface Lot {
  readonly keys: readonly string[]
  readonly sum: string
}

export interface ForeignEdits {
  /** Begins anew with what is loaded: keys and definitions, in the same order. */
  begin(): { add(key: string, definition: string): void; end(): void }
  /** Looks at the next lot, at most once a second. */
  look(redis: Redis): Promise<void>
  /** Grows with each edit that was found. */
  count(): number
}

export function createForeignEdits(clock: Clock): ForeignEdits {
  let lots: readonly Lot[] = []
  let next = 0
  let found = 0
  let lookedMs = clock.monotonicMs()

  return {
    count: () => found,
    begin() {
      const made: Lot[] = []
      let keys: string[] = []
      let sum = createHash('sha1')
      function close(): void {
        if (keys.length > 0) made.push({ keys, sum: sum.digest('hex') })
        keys = []
        sum = createHash('sha1')
      }
      return {
        add(key, definition) {
          keys.push(key)
          sum.update(definition).update('\n')
          if (keys.length >= LOT) close()
        },
        end() {
          close()
          lots = made
          next = 0
        },
      }
    },
    async look(redis) {
      const nowMs = clock.monotonicMs()
      const lot = lots[next % Math.max(1, lots.length)]
      if (lot === undefined || nowMs - lookedMs < LOOK_EVERY_MS) return
      lookedMs = nowMs
      next++
      const pipeline = redis.pipeline()
      for (const key of lot.keys) pipeline.hget(key, FIELDS.definition)
      const answers = (await pipeline.exec()) ?? []
      const sum = createHash('sha1')
      for (const [error, value] of answers) {
        if (error && error.name !== 'ReplyError') throw error
        sum.update(typeof value === 'string' ? value : '').update('\n')
      }
      if (lots.includes(lot) && sum.digest('hex') !== lot.sum) found++
    },
  }
}
