import type { SqlSession, SqlValue } from './sql.ts'
import { orNothing } from './tables.ts'

/** SQLite takes 32,766 values a statement; a round trip for each row would be long for 10,000 entries. */
const AT_A_TIME = 200

export interface InsertOptions {
  /** Rows whose key is there already are left as they are. */
  readonly keep?: boolean
}

/** All rows have the same columns, in the same order. */
export async function insertRows(
  session: SqlSession,
  table: string,
  rows: readonly ReadonlyMap<string, SqlValue>[],
  { keep = false }: InsertOptions = {},
): Promise<void> {
  for (let from = 0; from < rows.length; from += AT_A_TIME) {
    const part = rows.slice(from, from + AT_A_TIME)
    const names = [...(part[0]?.keys() ?? [])]
    const places = `(${names.map(() => '?').join(', ')})`
    const columns = names.map((name) => `"${name}"`).join(', ')
    const insert = `INSERT INTO ${table} (${columns}) VALUES ${part.map(() => places).join(', ')}`
    const values = part.flatMap((row) => [...row.values()])
    await session.run(keep ? orNothing(session.kind, insert) : insert, values)
  }
}
