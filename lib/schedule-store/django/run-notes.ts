/** The last runs of each entry. Kept in memory first: a run pays nothing for them; written at sync, or when asked. */
import type { RunNote } from '../schedule-store.ts'
import type { SqlDatabase, SqlSession } from './sql.ts'
import { writeState } from './state-rows.ts'
import { STATES } from './tables.ts'
import { notesOf, textOf } from './task-row.ts'

const MOST_EACH = 20
const MOST_WAITING = 100_000
/** One transaction holds no more, so that nobody waits long. */
const AT_A_TIME = 200

export interface RunNotes {
  add(name: string, note: RunNote): void
  /** Throws the driver's error; what was not written waits on. */
  flush(database: SqlDatabase): Promise<void>
}

export function createRunNotes(): RunNotes {
  const waiting = new Map<string, RunNote[]>()
  let count = 0

  return {
    add(name, note) {
      if (count >= MOST_WAITING) return // the database is away for long; history is the least of it
      const notes = waiting.get(name)
      if (notes === undefined) waiting.set(name, [note])
      else if (notes.push(note) > MOST_EACH) notes.shift()
      else count++
    },
    async flush(database) {
      while (waiting.size > 0) {
        const part = [...waiting].slice(0, AT_A_TIME)
        for (const [name] of part) waiting.delete(name)
        try {
          await database.transaction((session) => write(session, part))
        } catch (error) {
          for (const [name, notes] of part) waiting.set(name, [...notes, ...(waiting.get(name) ?? [])])
          throw error
        }
      }
      count = 0
    },
  }
}

async function write(session: SqlSession, part: readonly (readonly [string, readonly RunNote[]])[]): Promise<void> {
  const places = part.map(() => '?').join(', ')
  const names = part.map(([name]) => name)
  const rows = await session.rows(`SELECT "name", "notes" FROM ${STATES} WHERE "name" IN (${places})`, names)
  const before = new Map(rows.map((row) => [row['name'], textOf(row['notes'])]))
  for (const [name, notes] of part) await writeState(session, name, { notes: joined(before.get(name) ?? null, notes) })
}

/** A run that is tried again and again is one. */
export function joined(before: string | null, notes: readonly RunNote[]): string {
  const all = notesOf(before)
  for (const note of notes) {
    const last = all.at(-1)
    if (last?.why === 'failed' && last.slotMs === note.slotMs) all.pop()
    all.push(note)
  }
  return JSON.stringify(all.slice(-MOST_EACH).map(({ slotMs, sentMs, taskId, why }) => [slotMs, sentMs, taskId, why]))
}
