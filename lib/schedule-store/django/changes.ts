/** periodictasks.last_update, by which beats notice that somebody changed the schedule. */
import { readTime, type TimeFormat, writeTime } from './database-time.ts'
import type { SqlSession } from './sql.ts'
import { CHANGES, orNothing } from './tables.ts'

const SELECT = `SELECT "last_update" FROM ${CHANGES} WHERE "ident" = 1`

export async function lastChange(session: SqlSession): Promise<string> {
  const [row] = await session.rows(SELECT)
  return row === undefined ? 'none' : String(row['last_update'])
}

/**
 * First in a transaction that may change the schedule: others that do so wait for its end. The result notes that it
 * was changed. The time moves on even where another machine's clock is ahead, for DatabaseScheduler reloads only when
 * it grew.
 */
export async function lockChanges(session: SqlSession, format: TimeFormat): Promise<(nowMs: number) => Promise<void>> {
  const first = orNothing(session.kind, `INSERT INTO ${CHANGES} ("ident", "last_update") VALUES (1, ?)`)
  let [row] = await session.rows(`${SELECT} FOR UPDATE`)
  if (row === undefined) {
    await session.run(first, [writeTime(0, format)])
    ;[row] = await session.rows(`${SELECT} FOR UPDATE`)
  }
  const last = readTime(row?.['last_update'], format) ?? 0
  return async (nowMs) => {
    const text = writeTime(Math.max(Math.floor(nowMs * 1000), last + 1), format)
    await session.run(`UPDATE ${CHANGES} SET "last_update" = ? WHERE "ident" = 1`, [text])
  }
}
