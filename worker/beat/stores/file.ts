/** One JSON file, replaced as a whole: written beside itself, then renamed over the old one (STO-1). */
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { messageOf } from '../../../lib/errors.ts'
import { isRecord, setField } from '../../../lib/protocol/record.ts'
import type { Log } from '../../../lib/runtime/log.ts'
import type { EntryState, ScheduleState, ScheduleStore } from './store.ts'

export function createFileStore(path: string, log: Log): ScheduleStore {
  return {
    async load() {
      try {
        return readState(JSON.parse(await readFile(path, 'utf8')))
      } catch (error) {
        const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT'
        if (!missing)
          log.warning('the state of beat cannot be read; it starts anew', { path, reason: messageOf(error) })
        return {}
      }
    },
    async save(state) {
      await mkdir(dirname(path), { recursive: true })
      await writeFile(`${path}.new`, JSON.stringify({ version: 1, entries: state }, null, 2))
      await rename(`${path}.new`, path)
    },
  }
}

function readState(value: unknown): ScheduleState {
  const entries = isRecord(value) && isRecord(value['entries']) ? value['entries'] : {}
  const state: Record<string, EntryState> = {}
  for (const [name, entry] of Object.entries(entries)) {
    if (!isRecord(entry) || typeof entry['lastRunMs'] !== 'number') continue
    const { totalRunCount } = entry
    setField(state, name, {
      lastRunMs: entry['lastRunMs'],
      totalRunCount: typeof totalRunCount === 'number' ? totalRunCount : 0,
    })
  }
  return state
}
