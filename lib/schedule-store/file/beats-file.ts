/** Which beats work on a schedule file, by their own word. */
import { readFile, rename, writeFile } from 'node:fs/promises'
import { isRecord } from '../../protocol/record.ts'
import type { Clock } from '../../runtime/clock.ts'
import type { BeatPresence } from '../schedule-store.ts'

export interface BeatsFile {
  report(presence: BeatPresence): Promise<void>
  beats(): Promise<readonly BeatPresence[]>
}

const PRESENT_MS = 60_000

export function createBeatsFile(path: string, clock: Clock): BeatsFile {
  async function beats(): Promise<readonly BeatPresence[]> {
    const sinceMs = clock.nowMs() - PRESENT_MS
    return (await read(path)).filter(({ lastTickMs }) => lastTickMs !== null && lastTickMs >= sinceMs)
  }
  return {
    beats,
    async report(presence) {
      const others = (await beats()).filter(({ node, pid }) => node !== presence.node || pid !== presence.pid)
      const beside = `${path}.${process.pid}`
      await writeFile(beside, `${JSON.stringify([presence, ...others])}\n`)
      await rename(beside, path)
    },
  }
}

/** What cannot be read is nobody: each beat says it again soon. */
async function read(path: string): Promise<readonly BeatPresence[]> {
  try {
    const value: unknown = JSON.parse(await readFile(path, 'utf8'))
    return Array.isArray(value) ? value.flatMap(readPresence) : []
  } catch {
    return []
  }
}

function readPresence(value: unknown): readonly BeatPresence[] {
  if (!isRecord(value)) return []
  const { node, pid, lastTickMs, leads, leaseEndsMs } = value
  if (typeof node !== 'string' || typeof lastTickMs !== 'number') return []
  return [
    {
      ...{ node, pid: typeof pid === 'number' ? pid : null, software: 'umbel', lastTickMs, leads: leads === true },
      leaseEndsMs: typeof leaseEndsMs === 'number' ? leaseEndsMs : null,
    },
  ]
}
