/** Who did what: one JSON line an action, also for refused and failed ones, in a file that only grows. */
import { appendFile, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { messageOf } from '../../errors.ts'
import type { Runtime } from '../../runtime/runtime.ts'

export interface AuditLine {
  readonly at: string
  readonly who: string | null
  readonly role: string
  readonly action: string
  /** The ids or names it was about, at most 20, and how many there were. */
  readonly targets: readonly string[]
  readonly count: number
  readonly outcome: 'done' | 'refused' | 'failed'
  readonly reason: string | null
}

export interface Audit {
  /** Never rejects. */
  write(line: Omit<AuditLine, 'at'>): Promise<void>
}

export function createAudit(options: { readonly dataDir: string | null; readonly runtime: Runtime }): Audit {
  const { dataDir, runtime } = options
  let failing = false
  return {
    async write(line) {
      const { who, action, outcome, count, reason } = line
      runtime.log.info('action', { who, action, count, outcome, ...(reason !== null && { reason }) })
      if (dataDir === null) return
      try {
        await mkdir(dataDir, { recursive: true, mode: 0o700 })
        const entry: AuditLine = { at: new Date(runtime.clock.nowMs()).toISOString(), ...line }
        await appendFile(join(dataDir, 'audit.jsonl'), `${JSON.stringify(entry)}\n`, { mode: 0o600 })
        failing = false
      } catch (error) {
        if (!failing) runtime.log.error('the audit file cannot be written', { dataDir, reason: messageOf(error) })
        failing = true
      }
    },
  }
}
