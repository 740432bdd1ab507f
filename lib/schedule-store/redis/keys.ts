/**
 * Names of RedBeat's keys (worker-beat.md 5.4; celery-redbeat 2.4), and of what it has no place for: fields of ours in
 * the hash of an entry, which RedBeat reads by name and so never sees, and some keys below `<prefix>:umbel:`.
 */
import { UmbelError } from '../../errors.ts'

export interface RedBeatKeys {
  readonly prefix: string
  /** Entries by the time at which they are due next; the members are keys of entries. */
  readonly schedule: string
  /** Ours: entries that RedBeat could not run, kept out of its sight. */
  readonly ownSchedule: string
  /** Names that came from code. */
  readonly statics: string
  /** Null: the lock was switched off. */
  readonly lock: string | null
  /** Ours: counts changes of definitions and of what operators want. */
  readonly version: string
  /** Ours: what of the code was taken over, and what came of it (`adoption.ts`). */
  readonly code: string
  /** Ours: what beats say of themselves. */
  readonly beats: string
  entry(name: string): string
  nameOf(key: string): string
}

/** Fields of an entry's hash. The first two are RedBeat's. */
export const FIELDS = {
  definition: 'definition',
  meta: 'meta',
  slot: 'umbel:slot',
  runs: 'umbel:runs',
  hold: 'umbel:hold',
  now: 'umbel:now',
  skipped: 'umbel:skipped',
  more: 'umbel:more',
  over: 'umbel:over',
  pending: 'umbel:pending',
  before: 'umbel:before',
} as const

export const DEFAULT_KEY_PREFIX = 'redbeat:'

/** `lockKey` as in redbeat_lock_key: undefined = the default, null or '' = no lock. The prefix goes before it. */
export function createKeys(prefix: string, lockKey?: string | null): RedBeatKeys {
  const lock = lockKey === undefined ? `${prefix}:lock` : lockKey || null
  return {
    prefix,
    schedule: `${prefix}:schedule`,
    ownSchedule: `${prefix}:umbel:schedule`,
    statics: `${prefix}:statics`,
    lock: lock === null || lock.startsWith(prefix) ? lock : prefix + lock,
    version: `${prefix}:umbel:version`,
    code: `${prefix}:umbel:code`,
    beats: `${prefix}:umbel:beats`,
    entry(name) {
      if (name === '' || name.startsWith(':')) {
        throw new UmbelError('schedule/invalid', {
          field: 'name',
          value: JSON.stringify(name),
          reason: "Its key would be one of RedBeat's own.",
          expected: 'a name that is not empty and does not begin with ":"',
        })
      }
      return prefix + name
    },
    nameOf: (key) => (key.startsWith(prefix) ? key.slice(prefix.length) : key),
  }
}
