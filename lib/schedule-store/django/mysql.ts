/** MySQL and MariaDB by `mysql2`, which is loaded here and nowhere else. */
import { readFileSync } from 'node:fs'
import type { PoolOptions, ResultSetHeader, RowDataPacket } from 'mysql2/promise'
import type { DatabaseAddress } from './database-url.ts'
import {
  CONNECT_TIMEOUT_MS,
  MOST_CONNECTIONS,
  type SqlDatabase,
  type SqlSession,
  type SqlValue,
  STATEMENT_TIMEOUT_MS,
} from './sql.ts'

type Execute = (statement: { sql: string; timeout: number; values: (string | number | null)[] }) => Promise<unknown>

export async function openMysql(address: DatabaseAddress): Promise<SqlDatabase> {
  const { createPool } = await import('mysql2/promise')
  const pool = createPool(configOf(address))
  // Later statements of a connection wait for this one. Otherwise a transaction would not see what Django changed.
  pool.pool.on('connection', (connection) => {
    connection.query('SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED', () => {})
  })

  return {
    ...sessionOf((statement) => pool.execute(statement)),
    async transaction(work) {
      const connection = await pool.getConnection()
      try {
        await connection.beginTransaction()
        const result = await work(sessionOf((statement) => connection.execute(statement)))
        await connection.commit()
        connection.release()
        return result
      } catch (error) {
        try {
          await connection.rollback()
          connection.release()
        } catch {
          connection.destroy()
        }
        throw error
      }
    },
    close: () => pool.end(),
  }
}

function sessionOf(execute: Execute): SqlSession {
  async function ask(sql: string, values: readonly SqlValue[] = []): Promise<unknown> {
    const statement = {
      sql: sql.replaceAll('"', '`'),
      timeout: STATEMENT_TIMEOUT_MS,
      values: values.map((value) => (typeof value === 'boolean' ? Number(value) : value)),
    }
    const answer = await execute(statement)
    return Array.isArray(answer) ? answer[0] : undefined
  }
  return {
    kind: 'mysql',
    // As the driver types its answers: rows of a SELECT, a header of anything else.
    rows: async (sql, values) => (await ask(sql, values)) as RowDataPacket[],
    run: async (sql, values) => ((await ask(sql, values)) as ResultSetHeader).affectedRows,
    insert: async (sql, values) => ((await ask(sql, values)) as ResultSetHeader).insertId,
  }
}

function configOf(address: DatabaseAddress): PoolOptions {
  const { host, port, username, password, database, socketPath, tls } = address
  return {
    ...(socketPath === null ? { host, port } : { socketPath }),
    database,
    ...(username === null ? {} : { user: username }),
    ...(password === null ? {} : { password }),
    ...(tls === null
      ? {}
      : {
          ssl: {
            rejectUnauthorized: tls.verify,
            verifyIdentity: tls.checkHostname,
            ...(tls.caFile === null ? {} : { ca: readFileSync(tls.caFile, 'utf8') }),
            ...(tls.certFile === null ? {} : { cert: readFileSync(tls.certFile, 'utf8') }),
            ...(tls.keyFile === null ? {} : { key: readFileSync(tls.keyFile, 'utf8') }),
          },
        }),
    connectionLimit: MOST_CONNECTIONS,
    maxIdle: 1,
    idleTimeout: 30_000,
    connectTimeout: CONNECT_TIMEOUT_MS,
    enableKeepAlive: true,
    charset: 'utf8mb4',
    // Times stay texts: a Date would lose Python's microseconds.
    dateStrings: true,
    flags: ['FOUND_ROWS'],
  }
}
