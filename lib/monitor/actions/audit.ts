/**
 * Who did what: one JSON line an action, also for refused and failed ones, in a file that only grows. A full file is
 * put aside under a number; the oldest of those goes.
 */
import { appendFile, mkdir, rename, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { messageOf } from '../../errors.ts'
import type { AuditLineView, AuditPage } from '../../live/http.ts'
import type { Runtime } from '../../runtime/runtime.ts'
import type { Actor } from '../contracts.ts'
import { type AuditSearch, readAudit } from './read-audit.ts'

export type AuditLine = AuditLineView

export interface Audit {
  /** Never rejects. */
  write(line: Omit<AuditLine, 'at'>): Promise<void>
  /** Newest first. Reads a bounded part of the files; `next` goes on from there. */
  read(search: AuditSearch): Promise<AuditPage>
}

export interface AuditOptions {
  /** Null: the last thousand lines are kept in memory. */
  readonly dataDir: string | null
  readonly runtime: Runtime
  /** A file of this size is put aside. */
  readonly fileBytes?: number
}

/** About 50,000 lines. */
const FILE_BYTES = 10_485_760
/** Files that were put aside: audit.jsonl.1 is the newest. */
const OLD_FILES = 5
const KEPT_IN_MEMORY = 1_000

export function createAudit({ dataDir, runtime, fileBytes = FILE_BYTES }: AuditOptions): Audit {
  const path = dataDir === null ? null : join(dataDir, 'audit.jsonl')
  const remembered: AuditLine[] = []
  let sizeBytes: number | null = null
  let failing = false
  // One after another: lines keep their order, and no line is written while the file is put aside.
  let writing: Promise<void> = Promise.resolve()

  async function append(file: string, dir: string, text: string): Promise<void> {
    if (sizeBytes === null) {
      await mkdir(dir, { recursive: true, mode: 0o700 })
      sizeBytes = await stat(file).then(
        ({ size }) => size,
        () => 0,
      )
    }
    if (sizeBytes >= fileBytes) {
      await putAside(file)
      sizeBytes = 0
    }
    await appendFile(file, text, { mode: 0o600 })
    sizeBytes += Buffer.byteLength(text)
  }

  async function keep(file: string, dir: string, line: AuditLine): Promise<void> {
    try {
      await append(file, dir, `${JSON.stringify(line)}\n`)
      failing = false
    } catch (error) {
      sizeBytes = null
      if (!failing) runtime.log.error('the audit file cannot be written', { dataDir, reason: messageOf(error) })
      failing = true
    }
  }

  return {
    async write(line) {
      const { who, from, action, outcome, count, reason } = line
      runtime.log.info('action', { who, from, action, count, outcome, ...(reason !== null && { reason }) })
      const entry: AuditLine = { at: new Date(runtime.clock.nowMs()).toISOString(), ...line }
      if (path === null || dataDir === null) {
        remembered.push(entry)
        if (remembered.length > KEPT_IN_MEMORY) remembered.shift()
        return
      }
      writing = writing.then(() => keep(path, dataDir, entry))
      await writing
    },
    read: (search) => readAudit(path === null ? { remembered } : { path, oldFiles: OLD_FILES }, search),
  }
}

/** What a line of the audit tells of somebody. */
export function actorOf(by: Actor): Pick<AuditLine, 'who' | 'role' | 'from' | 'via'> {
  return { who: by.user, role: by.role, from: by.from ?? null, via: by.via ?? 'none' }
}

async function putAside(file: string): Promise<void> {
  for (let number = OLD_FILES - 1; number >= 1; number--) {
    await rename(`${file}.${number}`, `${file}.${number + 1}`).catch(() => {}) // there are not that many yet
  }
  await rename(file, `${file}.1`)
}
