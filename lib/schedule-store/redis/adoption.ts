/**
 * What the code says is taken over once, and not again at each start and each change of leaders: beside the schedule
 * stands what was taken over, and what came of it. Whoever changed any of it since, counted or not, is noticed when the
 * schedule is read, and the code's word is written again (SST-3).
 */
import { createHash } from 'node:crypto'
import type { Redis } from 'ioredis'
import { formatJson } from '../../protocol/json.ts'
import type { ScheduleEntry } from '../schedule-store.ts'
import { type AdoptParts, adopt, differences } from './adopt.ts'
import { encodeSchedule } from './schedule-codec.ts'

/** Of the entries from code that were read: their number and what they say, in any order. */
export interface CodeSum {
  add(text: string): void
  text(): string
}

export interface Adoption {
  /** While another beat leads: finds out whether `adopt` will have anything to do, which takes long. Changes nothing. */
  prepare(redis: Redis, entries: readonly ScheduleEntry[], nowMs: number): Promise<void>
  adopt(redis: Redis, entries: readonly ScheduleEntry[], nowMs: number): Promise<void>
  /** The schedule was read, at this version. False: it was not what the code says; now it is, and is to be read again. */
  check(redis: Redis, read: { readonly version: string; readonly sum: string }): Promise<boolean>
}

interface Taken {
  readonly entries: readonly ScheduleEntry[]
  readonly nowMs: number
  readonly code: string
  /** What was read when it was last written; null: it was written just now. */
  readonly sum: string | null
}

export function createAdoption(parts: AdoptParts): Adoption {
  const { keys } = parts
  let known: { readonly entries: readonly ScheduleEntry[]; readonly code: string } | null = null
  let taken: Taken | null = null
  /** At this version the schedule was as this code says. */
  let same: { readonly code: string; readonly version: string } | null = null

  function codeOf(entries: readonly ScheduleEntry[]): string {
    if (known?.entries !== entries) known = { entries, code: sumOfEntries(entries) }
    return known.code
  }

  /** Null: it is to be compared, entry by entry. */
  async function keptSum(redis: Redis, code: string): Promise<{ readonly sum: string | null } | null> {
    const [kept, count] = await redis.mget(keys.code, keys.version)
    const version = count ?? '0'
    const [keptCode, keptVersion, sum] = (kept ?? '').split(' ')
    if (keptCode === code && keptVersion === version && sum !== undefined) return { sum }
    return same?.code === code && same.version === version ? { sum: null } : null
  }

  return {
    async prepare(redis, entries, nowMs) {
      const code = codeOf(entries)
      const version = (await redis.get(keys.version)) ?? '0'
      if ((await keptSum(redis, code)) !== null) return
      const { calls, gone } = await differences(redis, parts, entries, nowMs)
      if (calls.length === 0 && gone.length === 0) same = { code, version }
    },
    async adopt(redis, entries, nowMs) {
      const code = codeOf(entries)
      const kept = await keptSum(redis, code)
      if (kept === null) await adopt(redis, parts, entries, nowMs)
      taken = { entries, nowMs, code, sum: kept?.sum ?? null }
    },
    async check(redis, { version, sum }) {
      if (taken === null) return true
      const { entries, nowMs, code, sum: expected } = taken
      if (expected === null) await redis.set(keys.code, `${code} ${version} ${sum}`)
      else if (expected !== sum) {
        await adopt(redis, parts, entries, nowMs)
        taken = { entries, nowMs, code, sum: null }
        return false
      }
      taken = null
      return true
    },
  }
}

function sumOfEntries(entries: readonly ScheduleEntry[]): string {
  const hash = createHash('sha1')
  for (const { name, task, schedule, args, kwargs, options, enabled, ...rest } of entries) {
    const { description, startMs, expiresMs, oneOff } = rest
    const parts = [name, task, encodeSchedule(schedule), args, kwargs, options, enabled]
    hash.update(formatJson([...parts, description, startMs, expiresMs, oneOff]))
  }
  return hash.digest('hex')
}

/** FNV-1a of each, added up: nobody is to be kept out, a change is to be noticed. */
export function createCodeSum(): CodeSum {
  let [count, length, sum] = [0, 0, 0]
  return {
    add(text) {
      let hash = 0x811c9dc5
      for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
      count++
      length += text.length
      sum = (sum + (hash ^ (hash >>> 15))) >>> 0
    },
    text: () => `${count}-${length}-${sum.toString(16)}`,
  }
}
