/**
 * The file in which revoked ids and stamps outlive this process (--statedb): JSON, replaced as a whole. Celery's is a
 * shelve that only Python reads and that is written at the exit only; ours is written after every change, so that a
 * killed worker has it too.
 */
import { open, readFile, rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { LamportClock } from '../lib/client/lamport-clock.ts'
import { messageOf } from '../lib/errors.ts'
import { isRecord } from '../lib/protocol/record.ts'
import { makeFolder } from '../lib/runtime/make-folder.ts'
import type { Runtime } from '../lib/runtime/runtime.ts'
import type { Revoked, RevokedEntry } from './revoked.ts'

export interface StateDbParts {
  readonly path: string
  readonly revoked: Revoked
  readonly clock: LamportClock
  readonly runtime: Runtime
}

export interface StateDb {
  /** Resolves when all that is known now is on the disk, or could not be written. */
  saved(): Promise<void>
}

/** Reads what is there, and from then on writes. A file that cannot be read is set aside, not overwritten. */
export async function openStateDb({ path, revoked, clock, runtime }: StateDbParts): Promise<StateDb> {
  const { log } = runtime
  let writing: Promise<void> | null = null
  let next: Promise<void> | null = null

  async function load(): Promise<void> {
    const text = await readFile(path, 'utf8').catch((error: unknown) => {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
      throw error
    })
    if (text === null) return
    const state: unknown = JSON.parse(text)
    if (!isRecord(state) || !Array.isArray(state['revoked'])) throw new Error('this is no state of an Umbel worker')
    revoked.merge(entriesOf(state['revoked'], runtime.clock.nowMs()))
    const stamps = isRecord(state['stamps']) ? state['stamps'] : {}
    for (const [header, values] of Object.entries(stamps)) if (Array.isArray(values)) revoked.addStamps(header, values)
    clock.adjust(state['clock'])
  }

  async function write(): Promise<void> {
    const nowMs = runtime.clock.nowMs()
    const state = {
      version: 1,
      clock: clock.value,
      revoked: revoked.entries().map(({ id, ageMs }) => [id, Math.round(nowMs - ageMs)]),
      stamps: Object.fromEntries([...revoked.stamps].map(([header, values]) => [header, [...values]])),
    }
    try {
      const file = await open(`${path}.new`, 'w', 0o600)
      try {
        await file.writeFile(JSON.stringify(state))
        await file.sync()
      } finally {
        await file.close()
      }
      await rename(`${path}.new`, path)
    } catch (error) {
      log.error('the state of this worker could not be written', { path, reason: messageOf(error) })
    }
  }

  /** One write at a time; what changes meanwhile is in the next one. */
  function saved(): Promise<void> {
    if (writing === null) {
      writing = write().finally(() => {
        writing = null
      })
      return writing
    }
    next ??= writing.then(() => {
      next = null
      return saved()
    })
    return next
  }

  try {
    await makeFolder(dirname(path))
    await load()
  } catch (error) {
    log.error('the state of this worker cannot be read; it starts anew', { path, reason: messageOf(error) })
    await rename(path, `${path}.unreadable`).catch(() => {}) // a folder without rights: writing will say so
  }
  revoked.onChange(() => void saved())
  return { saved }
}

/** Pairs of id and the wall clock of its revocation. A clock that was set back makes nothing younger than now. */
function entriesOf(rows: readonly unknown[], nowMs: number): readonly RevokedEntry[] {
  return rows.flatMap((row) => {
    if (!Array.isArray(row)) return []
    const [id, atMs]: unknown[] = row
    if (typeof id !== 'string' || typeof atMs !== 'number') return []
    return [{ id, ageMs: Math.max(0, nowMs - atMs) }]
  })
}
