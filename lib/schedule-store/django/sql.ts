/** What the store asks of a database, whichever it is. Statements have `?` for values and "double quotes" for names. */
import type { DatabaseKind } from './database-url.ts'

export type SqlValue = string | number | boolean | null
export type SqlRow = Readonly<Record<string, unknown>>

export interface SqlSession {
  readonly kind: DatabaseKind
  rows(sql: string, values?: readonly SqlValue[]): Promise<readonly SqlRow[]>
  /** How many rows the statement matched. */
  run(sql: string, values?: readonly SqlValue[]): Promise<number>
  /** The `id` of the new row. */
  insert(sql: string, values: readonly SqlValue[]): Promise<number>
}

/** Errors are the driver's own; `sql-trouble.ts` says what they mean. */
export interface SqlDatabase extends SqlSession {
  /** All of `work` happens, or nothing; others see it at its end. */
  transaction<T>(work: (session: SqlSession) => Promise<T>): Promise<T>
  close(): Promise<void>
}

/** A statement does not take longer; a server that has gone is noticed. */
export const STATEMENT_TIMEOUT_MS = 20_000
export const CONNECT_TIMEOUT_MS = 5_000
/** Entries are sent side by side; the database is Django's, which needs connections too. */
export const MOST_CONNECTIONS = 4
