import { isUmbelError, UmbelError } from '../../errors.ts'
import type { Clock } from '../../runtime/clock.ts'
import type { DatabaseAddress } from './database-url.ts'
import type { SqlDatabase, SqlSession } from './sql.ts'
import { sqlTrouble } from './sql-trouble.ts'

/** The driver of this kind, loaded now. Whatever it throws, now or later, becomes schedule/unavailable. */
export async function openDatabase(address: DatabaseAddress, clock: Clock): Promise<SqlDatabase> {
  const told = (error: unknown): unknown =>
    isUmbelError(error)
      ? error
      : new UmbelError('schedule/unavailable', { place: address.place, reason: sqlTrouble(error, address) }, error)
  async function guarded<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      throw told(error)
    }
  }
  const session = (inner: SqlSession): SqlSession => ({
    kind: inner.kind,
    rows: (sql, values) => guarded(() => inner.rows(sql, values)),
    run: (sql, values) => guarded(() => inner.run(sql, values)),
    insert: (sql, values) => guarded(() => inner.insert(sql, values)),
  })
  const database = await guarded(() => load(address, clock))
  return {
    ...session(database),
    transaction: (work) => guarded(() => database.transaction((inner) => work(session(inner)))),
    close: () => guarded(() => database.close()),
  }
}

async function load(address: DatabaseAddress, clock: Clock): Promise<SqlDatabase> {
  switch (address.kind) {
    case 'postgresql':
      return (await import('./postgresql.ts')).openPostgresql(address)
    case 'mysql':
      return (await import('./mysql.ts')).openMysql(address)
    case 'sqlite':
      return (await import('./sqlite.ts')).openSqlite(address, clock)
  }
}
