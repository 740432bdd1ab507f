/** SQLite by Node's own module, which is loaded here and nowhere else. */
import { existsSync } from 'node:fs'
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { Clock } from '../../runtime/clock.ts'
import type { DatabaseAddress } from './database-url.ts'
import { type SqlDatabase, type SqlSession, type SqlValue, STATEMENT_TIMEOUT_MS } from './sql.ts'

/** SQLite waits in its own thread, which is ours: the rest of a wait for another writer is spent outside. */
const BUSY_WAIT_MS = 50
const BUSY_PAUSE_MS = 20
const MOST_STATEMENTS = 64

export function openSqlite({ database: path }: DatabaseAddress, clock: Clock): SqlDatabase {
  // SQLite would make an empty one.
  if (!existsSync(path)) throw Object.assign(new Error('the file does not exist'), { code: 'ENOENT' })
  const database: DatabaseSync = new (sqliteModule().DatabaseSync)(path)
  database.exec(`PRAGMA busy_timeout = ${BUSY_WAIT_MS}`)
  const statements = new Map<string, StatementSync>()
  let last: Promise<unknown> = Promise.resolve()

  function prepared(sql: string): StatementSync {
    const known = statements.get(sql)
    if (known !== undefined) return known
    const made = database.prepare(sql)
    if (statements.size >= MOST_STATEMENTS) statements.clear()
    statements.set(sql, made)
    return made
  }

  /** One connection: what is asked during a transaction waits for its end. */
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = last.then(work, work)
    last = turn.catch(() => {})
    return turn
  }

  async function patiently<T>(work: () => T): Promise<T> {
    const end = clock.monotonicMs() + STATEMENT_TIMEOUT_MS
    for (;;) {
      try {
        return work()
      } catch (error) {
        if (!isBusy(error) || clock.monotonicMs() > end) throw error
        await clock.sleep(BUSY_PAUSE_MS)
      }
    }
  }

  const bound = (values: readonly SqlValue[]) => values.map((value) => (typeof value === 'boolean' ? +value : value))
  const session: SqlSession = {
    kind: 'sqlite',
    rows: (sql, values = []) => patiently(() => prepared(withoutLocks(sql)).all(...bound(values))),
    run: (sql, values = []) => patiently(() => Number(prepared(sql).run(...bound(values)).changes)),
    insert: (sql, values) => patiently(() => Number(prepared(sql).run(...bound(values)).lastInsertRowid)),
  }

  return {
    kind: 'sqlite',
    rows: (sql, values) => inTurn(() => session.rows(sql, values)),
    run: (sql, values) => inTurn(() => session.run(sql, values)),
    insert: (sql, values) => inTurn(() => session.insert(sql, values)),
    transaction: (work) =>
      inTurn(async () => {
        await session.run('BEGIN IMMEDIATE')
        try {
          const result = await work(session)
          await session.run('COMMIT')
          return result
        } catch (error) {
          if (database.isTransaction) database.exec('ROLLBACK')
          throw error
        }
      }),
    close: () =>
      inTurn(async () => {
        statements.clear()
        if (database.isOpen) database.close()
      }),
  }
}

/** Node up to 24 warns that the module is young; that is no news to whoever runs beat. */
function sqliteModule(): typeof import('node:sqlite') {
  const warn = process.emitWarning
  process.emitWarning = () => {}
  try {
    return process.getBuiltinModule('node:sqlite')
  } finally {
    process.emitWarning = warn
  }
}

/** A transaction that writes has the whole file. */
function withoutLocks(sql: string): string {
  return sql.replace(/ FOR UPDATE$/, '')
}

function isBusy(error: unknown): boolean {
  // SQLITE_BUSY and SQLITE_LOCKED, as `errcode` of node:sqlite's errors.
  return error instanceof Error && 'errcode' in error && (error.errcode === 5 || error.errcode === 6)
}
