/** Writes the row beside an entry in our own table. */
import type { SqlSession } from './sql.ts'
import { orNothing, STATES } from './tables.ts'
import type { More } from './task-row.ts'

export interface StateColumns {
  readonly origin?: 'code' | 'store'
  readonly code_enabled?: number | null
  readonly held_until_ms?: number | null
  readonly held_by?: string | null
  readonly held_start?: number | null
  readonly run_now_ms?: number | null
  readonly skipped_ms?: number | null
  readonly last_slot_ms?: number | null
  readonly more?: string | null
  readonly notes?: string | null
  readonly pending?: string | null
}

export async function writeState(session: SqlSession, name: string, columns: StateColumns): Promise<void> {
  const fields = Object.entries({ ...columns })
  if (fields.length === 0) return
  const values = fields.map(([, value]) => value)
  const sets = fields.map(([field]) => `"${field}" = ?`).join(', ')
  const update = `UPDATE ${STATES} SET ${sets} WHERE "name" = ?`
  if ((await session.run(update, [...values, name])) > 0) return
  const names = fields.map(([field]) => `"${field}"`).join(', ')
  const insert = `INSERT INTO ${STATES} ("name", ${names}) VALUES (?${', ?'.repeat(fields.length)})`
  if ((await session.run(orNothing(session.kind, insert), [name, ...values])) > 0) return
  await session.run(update, [...values, name])
}

export function moreText(more: More): string | null {
  return Object.keys(more).length === 0 ? null : JSON.stringify(more)
}
