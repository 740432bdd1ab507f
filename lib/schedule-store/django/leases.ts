/**
 * Who sends, as a row with an end by the server's clock. Not advisory locks: they live as long as a connection, which a
 * server keeps for hours when a machine vanished, and a pooler such as PgBouncer gives to others.
 */
import { randomUUID } from 'node:crypto'
import type { Clock } from '../../runtime/clock.ts'
import type { BeatPresence, Lease, Leases } from '../schedule-store.ts'
import type { SqlDatabase, SqlRow, SqlSession, SqlValue } from './sql.ts'
import { BEATS, orNothing, serverClock } from './tables.ts'
import { numberOf, textOf } from './task-row.ts'

/** No node is named so. */
const LEASE = ':lease'
/** A holder stops so long before the end (SST-6). */
const MARGIN_MS = 1_000
const PRESENT_MS = 60_000
const FORGOTTEN_MS = 3_600_000

/** A condition of an UPDATE: the lease is this one, now. */
export function holdsLease({ kind }: SqlSession, lease: Lease | null): { sql: string; values: readonly SqlValue[] } {
  if (lease === null) return { sql: '', values: [] }
  const sql = ` AND EXISTS (SELECT 1 FROM ${BEATS} WHERE "name" = ? AND "token" = ? AND "ends_ms" > ${serverClock(kind)})`
  return { sql, values: [LEASE, lease.token] }
}

export async function isLost(session: SqlSession, lease: Lease | null): Promise<boolean> {
  if (lease === null) return false
  const { sql, values } = holdsLease(session, lease)
  return (await session.rows(`SELECT 1 AS "held" WHERE 1 = 1${sql}`, values)).length === 0
}

export interface LeaseOptions {
  readonly clock: Clock
  readonly leaseMs: number
  /** The database, with our tables in it; throws schedule/unavailable. */
  ready(): Promise<SqlDatabase>
}

export function createLeases({ clock, leaseMs, ready }: LeaseOptions): Leases {
  /** Counted from before the request: the server's time begins later. */
  async function timed(take: () => Promise<number>, token: string): Promise<Lease | null> {
    const startMs = clock.monotonicMs()
    return (await take()) === 0 ? null : { token, actUntilMs: startMs + leaseMs - MARGIN_MS }
  }

  return {
    async acquire(holder) {
      const database = await ready()
      const now = serverClock(database.kind)
      const token = randomUUID()
      return timed(async () => {
        const update = `UPDATE ${BEATS} SET "token" = ?, "holder" = ?, "ends_ms" = ${now} + ?
          WHERE "name" = ? AND "ends_ms" <= ${now}`
        const taken = await database.run(update, [token, holder, leaseMs, LEASE])
        if (taken > 0) return taken
        const insert = `INSERT INTO ${BEATS} ("name", "token", "holder", "ends_ms") VALUES (?, ?, ?, ${now} + ?)`
        return database.run(orNothing(database.kind, insert), [LEASE, token, holder, leaseMs])
      }, token)
    },
    async renew({ token }) {
      const database = await ready()
      const update = `UPDATE ${BEATS} SET "ends_ms" = ${serverClock(database.kind)} + ? WHERE "name" = ? AND "token" = ?`
      return timed(() => database.run(update, [leaseMs, LEASE, token]), token)
    },
    async release({ token }) {
      const database = await ready()
      const update = `UPDATE ${BEATS} SET "ends_ms" = 0, "token" = '' WHERE "name" = ? AND "token" = ?`
      await database.run(update, [LEASE, token])
    },
  }
}

/** A beat says that it lives. Rows of those that are long gone are dropped with it. */
export async function writePresence(database: SqlDatabase, presence: BeatPresence): Promise<void> {
  const { node, pid, software, lastTickMs, leads } = presence
  const name = `${node} ${pid ?? ''}`.slice(0, 200)
  const now = serverClock(database.kind)
  const holder = JSON.stringify({ node, pid, software, lastTickMs, leads })
  const update = `UPDATE ${BEATS} SET "holder" = ?, "ends_ms" = ${now} + ? WHERE "name" = ?`
  if ((await database.run(update, [holder, PRESENT_MS, name])) > 0) return
  await database.run(`DELETE FROM ${BEATS} WHERE "name" <> ? AND "ends_ms" < ${now} - ?`, [LEASE, FORGOTTEN_MS])
  const insert = `INSERT INTO ${BEATS} ("name", "token", "holder", "ends_ms") VALUES (?, '', ?, ${now} + ?)`
  await database.run(orNothing(database.kind, insert), [name, holder, PRESENT_MS])
}

/** Those that reported within the last minute, and the holder of the lease; `nowMs` is our wall clock. */
export async function readPresences(database: SqlDatabase, nowMs: number): Promise<readonly BeatPresence[]> {
  const now = serverClock(database.kind)
  const rows = await database.rows(
    `SELECT "name", "holder", "ends_ms" - ${now} AS "left_ms" FROM ${BEATS} WHERE "ends_ms" > ${now} ORDER BY "name"`,
  )
  const lease = rows.find((row) => row['name'] === LEASE)
  const holder = lease === undefined ? null : textOf(lease['holder'])
  const leaseEndsMs = lease === undefined ? null : nowMs + (numberOf(lease['left_ms']) ?? 0)
  const beats = rows.flatMap((row) => (row === lease ? [] : presenceOf(row)))
  const leader = beats.find(({ node, leads }) => leads && node === holder) ?? beats.find(({ node }) => node === holder)
  if (holder !== null && leader === undefined) {
    beats.push({ node: holder, pid: null, software: 'umbel', lastTickMs: null, leads: true, leaseEndsMs })
  }
  return beats.map((beat) => (beat === leader ? { ...beat, leads: true, leaseEndsMs } : beat))
}

function presenceOf(row: SqlRow): BeatPresence[] {
  try {
    // Our own JSON, written by writePresence.
    const { node, pid, software, lastTickMs, leads } = JSON.parse(textOf(row['holder']) ?? '') as BeatPresence
    return [{ node, pid, software, lastTickMs, leads, leaseEndsMs: null }]
  } catch {
    return []
  }
}
