/**
 * The tables: django-celery-beat's (2.x, worker-beat.md 5.5), which are read and written as its models do, and two of
 * our own for what they have no column for. Ours are made at the first use, or beforehand by `OWN_TABLES`.
 */
import type { DatabaseKind } from './database-url.ts'
import type { SqlDatabase } from './sql.ts'

export const TASKS = '"django_celery_beat_periodictask"'
export const CHANGES = '"django_celery_beat_periodictasks"'
export const INTERVALS = '"django_celery_beat_intervalschedule"'
export const CRONTABS = '"django_celery_beat_crontabschedule"'
export const SOLARS = '"django_celery_beat_solarschedule"'
export const CLOCKEDS = '"django_celery_beat_clockedschedule"'
/** What operators and code want of an entry, and its last runs. */
export const STATES = '"umbel_schedule_state"'
/** Beats that work on this schedule, and the lease by which one of them sends. */
export const BEATS = '"umbel_schedule_beat"'

/** django-celery-beat's limits of texts. */
export const MOST_LETTERS = 200

/** For a person who may create tables, where beat's user may not. */
export function ownTables(kind: DatabaseKind): readonly string[] {
  // Names differ by case and accent, also where the database does not see it.
  const tail = kind === 'mysql' ? ' CHARACTER SET utf8mb4 COLLATE utf8mb4_bin' : ''
  return [
    `CREATE TABLE IF NOT EXISTS ${STATES} ("name" varchar(200) NOT NULL PRIMARY KEY, "origin" varchar(8) NULL,
      "code_enabled" smallint NULL, "held_until_ms" bigint NULL, "held_by" varchar(200) NULL, "held_start" bigint NULL,
      "run_now_ms" bigint NULL, "skipped_ms" bigint NULL, "last_slot_ms" bigint NULL, "more" text NULL,
      "notes" text NULL, "pending" text NULL)${tail}`,
    `CREATE TABLE IF NOT EXISTS ${BEATS} ("name" varchar(200) NOT NULL PRIMARY KEY, "holder" text NOT NULL,
      "token" varchar(64) NOT NULL, "ends_ms" bigint NOT NULL)${tail}`,
  ]
}

export async function hasOwnTables({ kind, rows }: SqlDatabase): Promise<boolean> {
  const statement = {
    postgresql: `SELECT to_regclass('umbel_schedule_beat') AS "found"`,
    mysql: `SELECT table_name AS "found" FROM information_schema.tables
            WHERE table_schema = DATABASE() AND table_name = 'umbel_schedule_beat'`,
    sqlite: `SELECT "name" AS "found" FROM sqlite_master WHERE "name" = 'umbel_schedule_beat'`,
  }
  return (await rows(statement[kind]))[0]?.['found'] != null
}

/** The server's clock in milliseconds, for leases: those of two machines need not agree. */
export function serverClock(kind: DatabaseKind): string {
  switch (kind) {
    case 'postgresql':
      return 'CAST(extract(epoch FROM clock_timestamp()) * 1000 AS bigint)'
    case 'mysql':
      // UNIX_TIMESTAMP(NOW(3)) is an hour off while the hour of a clock change is repeated.
      return '(UNIX_TIMESTAMP() * 1000 + MICROSECOND(NOW(3)) DIV 1000)'
    case 'sqlite':
      return "CAST(unixepoch('subsec') * 1000 AS INTEGER)"
  }
}

/** The same INSERT, that does nothing where the key is there already. */
export function orNothing(kind: DatabaseKind, insert: string): string {
  return kind === 'mysql' ? insert.replace('INSERT INTO', 'INSERT IGNORE INTO') : `${insert} ON CONFLICT DO NOTHING`
}
