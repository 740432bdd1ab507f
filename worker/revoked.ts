/**
 * What was revoked: ids, bounded, oldest out first, each for three hours (worker-beat.md 1.7); and stamps, which mean
 * every task that carries one of them (wire.md F9).
 */
import { UmbelError } from '../lib/errors.ts'
import type { TaskMessage } from '../lib/protocol/task-message.ts'

export interface RevokedOptions {
  readonly limit: number
  readonly lifeMs: number
}

/** CELERY_WORKER_REVOKES_MAX and CELERY_WORKER_REVOKE_EXPIRES of Celery. */
export const REVOKED_DEFAULTS: RevokedOptions = { limit: 50_000, lifeMs: 10_800_000 }

/** Celery keeps stamps without a bound. */
const MOST_STAMPS = 10_000

export interface Revoked {
  readonly size: number
  add(id: string): void
  has(id: string): boolean
  /** Oldest first. */
  ids(): readonly string[]
  /** The same with their age. */
  entries(): readonly RevokedEntry[]
  /** Ids that were revoked before: by another worker, or before a restart. Oldest first. */
  merge(entries: readonly RevokedEntry[]): void
  addStamps(header: string, values: readonly unknown[]): void
  /** Every header with the values that were revoked. */
  readonly stamps: ReadonlyMap<string, ReadonlySet<unknown>>
  /** By its id, or by one of its stamps. */
  covers(message: Pick<TaskMessage, 'id' | 'stampedHeaders' | 'stamps'>): boolean
  /** Called after something was added. */
  onChange(listener: () => void): void
}

export interface RevokedEntry {
  readonly id: string
  readonly ageMs: number
}

/** `nowMs` only has to grow: an id lives by this clock, whatever the clock of whoever told us of it says. */
export function createRevoked(nowMs: () => number, options: RevokedOptions = REVOKED_DEFAULTS): Revoked {
  const since = new Map<string, number>()
  const stamps = new Map<string, Set<unknown>>()
  const listeners: (() => void)[] = []
  let stampCount = 0

  function dropOld(): void {
    const oldest = nowMs() - options.lifeMs
    for (const [id, at] of since) {
      if (at > oldest && since.size <= options.limit) return
      since.delete(id)
    }
  }

  function has(id: string): boolean {
    const at = since.get(id)
    return at !== undefined && at > nowMs() - options.lifeMs
  }

  function put(id: string, ageMs: number): void {
    since.delete(id) // moves it to the young end
    since.set(id, nowMs() - ageMs)
    dropOld()
  }

  function changed(): void {
    for (const listener of listeners) listener()
  }

  return {
    stamps,
    has,
    get size() {
      return since.size
    },
    add(id) {
      put(id, 0)
      changed()
    },
    ids() {
      dropOld()
      return [...since.keys()]
    },
    entries() {
      dropOld()
      return [...since].map(([id, at]) => ({ id, ageMs: nowMs() - at }))
    },
    merge(entries) {
      for (const { id, ageMs } of entries) if (!has(id)) put(id, ageMs)
      if (entries.length > 0) changed()
    },
    addStamps(header, values) {
      const known = stamps.get(header) ?? new Set()
      for (const value of values) {
        if (known.has(value) || stampCount >= MOST_STAMPS) continue
        known.add(value)
        stampCount++
      }
      stamps.set(header, known)
      changed()
    },
    covers({ id, stampedHeaders, stamps: carried }) {
      if (since.size > 0 && has(id)) return true
      if (stamps.size === 0 || stampedHeaders === null) return false
      return stampedHeaders.some((header) => {
        const revoked = stamps.get(header)
        return revoked !== undefined && stampValues(carried[header]).some((value) => revoked.has(value))
      })
    },
    onChange: (listener) => void listeners.push(listener),
  }
}

/** A stamp is one value or several. Null is none (worker-beat.md, "Changes in 5.7"). */
export function stampValues(stamp: unknown): readonly unknown[] {
  if (stamp === null || stamp === undefined) return []
  return Array.isArray(stamp) ? stamp : [stamp]
}

/** The ids in a `hello`: an array (5.7), or a map of id to anything (before); anything else is none. */
export function idsOfHello(revoked: unknown): readonly string[] {
  if (Array.isArray(revoked)) return revoked.filter((id) => typeof id === 'string')
  return typeof revoked === 'object' && revoked !== null ? Object.keys(revoked) : []
}

type Environment = Readonly<Record<string, string | undefined>>

/** Celery's two variables. Throws option/invalid for what is no number, as Celery 5.7 refuses to start. */
export function revokedOptionsOf(environment: Environment): RevokedOptions {
  const limit = numberOf(environment, 'CELERY_WORKER_REVOKES_MAX', REVOKED_DEFAULTS.limit)
  const seconds = numberOf(environment, 'CELERY_WORKER_REVOKE_EXPIRES', REVOKED_DEFAULTS.lifeMs / 1000)
  return { limit, lifeMs: seconds * 1000 }
}

export function numberOf(environment: Environment, name: string, fallback: number): number {
  const text = environment[name]
  if (text === undefined || text === '') return fallback
  const value = Number(text)
  if (Number.isFinite(value) && value >= 0) return value
  throw new UmbelError('option/invalid', { option: name, value: text, expected: 'a number, 0 or more' })
}
