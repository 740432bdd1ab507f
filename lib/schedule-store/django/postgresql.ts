/** PostgreSQL by `pg`, which is loaded here and nowhere else. */
import { readFileSync } from 'node:fs'
import type { PoolClient, PoolConfig } from 'pg'
import type { DatabaseAddress, DatabaseTls } from './database-url.ts'
import {
  CONNECT_TIMEOUT_MS,
  MOST_CONNECTIONS,
  type SqlDatabase,
  type SqlRow,
  type SqlSession,
  type SqlValue,
  STATEMENT_TIMEOUT_MS,
} from './sql.ts'

const BIGINT = 20

export async function openPostgresql(address: DatabaseAddress): Promise<SqlDatabase> {
  const { default: pg } = await import('pg')
  const pool = new pg.Pool(configOf(address))
  pool.on('error', () => {}) // an idle connection that broke is replaced at the next statement

  async function borrowed<T>(work: (client: PoolClient) => Promise<T>): Promise<T> {
    const client = await pool.connect()
    let broken: Error | boolean = false
    try {
      return await work(client)
    } catch (error) {
      broken = isLost(error)
      throw error
    } finally {
      client.release(broken)
    }
  }

  return {
    ...sessionOf((sql, values) => pool.query(sql, values)),
    transaction: (work) =>
      borrowed(async (client) => {
        await client.query('BEGIN')
        try {
          const result = await work(sessionOf((sql, values) => client.query(sql, values)))
          await client.query('COMMIT')
          return result
        } catch (error) {
          await client.query('ROLLBACK').catch(() => {}) // the first error is the one to tell
          throw error
        }
      }),
    close: () => pool.end(),
  }
}

interface Answer {
  readonly rows: SqlRow[]
  readonly rowCount: number | null
}

function sessionOf(query: (sql: string, values: SqlValue[]) => Promise<Answer>): SqlSession {
  const ask = (sql: string, values: readonly SqlValue[] = []) => query(numbered(sql), [...values])
  return {
    kind: 'postgresql',
    rows: async (sql, values) => (await ask(sql, values)).rows,
    run: async (sql, values) => (await ask(sql, values)).rowCount ?? 0,
    insert: async (sql, values) => Number((await ask(`${sql} RETURNING "id"`, values)).rows[0]?.['id']),
  }
}

function numbered(sql: string): string {
  let count = 0
  return sql.replace(/\?/g, () => `$${++count}`)
}

function configOf(address: DatabaseAddress): PoolConfig {
  const { host, port, username, password, database, socketPath, schema, tls } = address
  return {
    host: socketPath ?? host,
    port,
    database,
    ...(username === null ? {} : { user: username }),
    ...(password === null ? {} : { password }),
    ...(schema === null ? {} : { options: `-c search_path=${quotedName(schema)}` }),
    ssl: tls === null ? false : tlsOptions(tls),
    max: MOST_CONNECTIONS,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: STATEMENT_TIMEOUT_MS,
    keepAlive: true,
    allowExitOnIdle: true,
    application_name: 'umbel',
    // Times stay texts: a Date would lose Python's microseconds.
    types: { getTypeParser: (type: number) => (type === BIGINT || type === 23 || type === 21 ? Number : asIs(type)) },
  }
}

function asIs(type: number): (text: string) => unknown {
  return type === 16 ? (text) => text === 't' : (text) => text
}

/** As a name, and then as a word of the server's command line. */
function quotedName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`.replace(/[\\ ]/g, '\\$&')
}

function tlsOptions(tls: DatabaseTls) {
  return {
    rejectUnauthorized: tls.verify,
    ...(tls.verify && !tls.checkHostname ? { checkServerIdentity: () => undefined } : {}),
    ...(tls.caFile === null ? {} : { ca: readFileSync(tls.caFile, 'utf8') }),
    ...(tls.certFile === null ? {} : { cert: readFileSync(tls.certFile, 'utf8') }),
    ...(tls.keyFile === null ? {} : { key: readFileSync(tls.keyFile, 'utf8') }),
  }
}

/** A refused statement has a SQLSTATE of five characters; anything else means that the connection is in doubt. */
function isLost(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return !(typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) && !code.startsWith('57P') && !code.startsWith('08'))
}
