/** What the code says is taken over (SST-3), as RedBeat does with its static entries; an operator's word stays. */
import type { Redis } from 'ioredis'
import type { ScheduleEntry, StoredEntry } from '../schedule-store.ts'
import { definitionEdit, type Edits, type Known, lastRunOf } from './edits.ts'
import {
  type EntryHash,
  formatDefinition,
  formatMore,
  isForRedBeat,
  readEntry,
  readHold,
  readMore,
} from './entry-codec.ts'
import type { RedBeatKeys } from './keys.ts'
import { readHashes, readStatics } from './read-entries.ts'
import type { Script, ScriptCall } from './script.ts'

const LOT = 500

export interface AdoptParts {
  readonly keys: RedBeatKeys
  readonly edits: Edits
  readonly script: Script
}

/** Only what differs is written; a crash in the middle leaves the rest to the next start. */
export async function adopt(
  redis: Redis,
  parts: AdoptParts,
  entries: readonly ScheduleEntry[],
  nowMs: number,
): Promise<void> {
  const { calls, gone } = await differences(redis, parts, entries, nowMs)
  for (let from = 0; from < calls.length; from += LOT) {
    const answers = await parts.script.runAll(redis, calls.slice(from, from + LOT))
    for (const answer of answers) if (answer.status === 'rejected') throw answer.reason
  }
  if (gone.length > 0) await drop(redis, parts.keys, gone)
}

/** What `adopt` would have to change. */
export async function differences(
  redis: Redis,
  { keys, edits }: AdoptParts,
  entries: readonly ScheduleEntry[],
  nowMs: number,
): Promise<{ readonly calls: readonly ScriptCall[]; readonly gone: readonly string[] }> {
  const statics = await readStatics(redis, keys)

  function callFor(entry: ScheduleEntry, hash: EntryHash): ScriptCall | null {
    const isStatic = statics.has(entry.name)
    const stored = storedOf(entry.name, hash, isStatic)
    const known = knownOf(hash)
    const wanted = stored === null ? entry : { ...entry, enabled: enabledOf(entry, stored, hash, isStatic) }
    if (stored !== null && isStatic && isSame(wanted, entry.enabled, stored, hash)) return null
    return edits.callOf(entry.name, '*', {
      ...definitionEdit(wanted, known, entry.enabled, nowMs),
      mode: 'put',
      place: { forRedBeat: isForRedBeat(wanted), nextMs: edits.nextOf(wanted, lastRunOf(known, nowMs)) },
    })
  }

  const calls: ScriptCall[] = []
  let at = 0
  const entryKeys = entries.map(({ name }) => keys.entry(name))
  for await (const lot of readHashes(redis, entryKeys)) {
    for (const { hash } of lot) {
      const entry = entries[at++]
      const call = entry === undefined ? null : callFor(entry, hash)
      if (call !== null) calls.push(call)
    }
  }
  const names = new Set(entries.map(({ name }) => name))
  return { calls, gone: [...statics].filter((name) => !names.has(name)) }
}

async function drop(redis: Redis, keys: RedBeatKeys, names: readonly string[]): Promise<void> {
  for (let from = 0; from < names.length; from += LOT) {
    const lot = names.slice(from, from + LOT)
    const entryKeys = lot.filter((name) => name !== '' && !name.startsWith(':')).map((name) => keys.entry(name))
    const steps = redis.multi().srem(keys.statics, ...lot)
    if (entryKeys.length > 0) steps.zrem(keys.schedule, ...entryKeys).zrem(keys.ownSchedule, ...entryKeys)
    if (entryKeys.length > 0) steps.del(...entryKeys)
    for (const [error] of (await steps.incr(keys.version).exec()) ?? []) if (error !== null) throw error
  }
}

/** Null when it is not there, or cannot be read: then the code mends it. */
function storedOf(name: string, hash: EntryHash, isStatic: boolean): StoredEntry | null {
  if (!hash.definition) return null
  try {
    return readEntry(name, hash, isStatic)
  } catch {
    return null
  }
}

function knownOf(hash: EntryHash): Known | null {
  const { definition, meta, more } = hash
  return definition === null ? null : { definition, meta, more, hold: readHold(hash.hold), runs: null }
}

/** An operator's switch holds until the code says something new; what RedBeat kept as the code's counts as an operator's. */
function enabledOf({ enabled }: ScheduleEntry, stored: StoredEntry, hash: EntryHash, isStatic: boolean): boolean {
  const { codeEnabled } = readMore(hash.more)
  const isUnchanged = codeEnabled === enabled || (codeEnabled === null && isStatic)
  return isUnchanged ? stored.entry.enabled : enabled
}

function isSame(wanted: ScheduleEntry, codeEnabled: boolean, stored: StoredEntry, hash: EntryHash): boolean {
  if (formatDefinition(wanted, false) !== formatDefinition(stored.entry, false)) return false
  return hash.more === formatMore(wanted, codeEnabled)
}
