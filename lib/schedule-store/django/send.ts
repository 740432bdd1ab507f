/** SST-5 in Django's tables: last_run_at is the slot, and the UPDATE that moves it on is what only one can do. */
import { CLOCK_TOLERANCE_MS, type Lease, type OutgoingRun, type Run, type SendOutcome } from '../schedule-store.ts'
import { writeTime } from './database-time.ts'
import { holdsLease, isLost } from './leases.ts'
import type { SqlDatabase, SqlRow } from './sql.ts'
import { STATES, TASKS } from './tables.ts'
import { isTrue, numberOf, type TimeFormats, textOf } from './task-row.ts'

export interface SendOptions {
  readonly database: SqlDatabase
  readonly formats: TimeFormats
  /** What the last load said of the row, for a holder of the lease; others look first. */
  readonly known: Map<string, KnownRow>
}

export interface KnownRow {
  readonly lastRunAt: string | null
  readonly totalRunCount: number
  readonly oneOff: boolean
  readonly enabled: boolean
}

/** Runs once, then is off; Django counts anew when it is switched on again. */
const COUNTED = `"total_run_count" = CASE WHEN "one_off" THEN 0 ELSE "total_run_count" + 1 END,
  "enabled" = ("enabled" AND NOT "one_off")`

/** Throws what `publish` throws, and the driver's errors. */
export async function sendRun(
  options: SendOptions,
  run: Run,
  message: OutgoingRun,
  lease: Lease | null,
): Promise<SendOutcome> {
  const { database } = options
  const takeBack = run.why === 'hand' ? await noteAsked(options, run, lease) : await noteSlot(options, run, lease)
  if (takeBack === null) return (await isLost(database, lease)) ? 'lease-lost' : 'taken'
  try {
    await message.publish()
  } catch (error) {
    await takeBack()
    throw error
  }
  return 'sent'
}

type TakeBack = () => Promise<void>

async function noteSlot({ database, formats, known }: SendOptions, run: Run, lease: Lease | null) {
  const { name, slotMs, nowMs } = run
  const before = (lease === null ? undefined : known.get(name)) ?? (await look(database, name))
  if (before === null) return null
  const slot = writeTime(slotMs * 1000, formats.runs)
  const latest = writeTime((nowMs + CLOCK_TOLERANCE_MS) * 1000, formats.runs)
  const held = holdsLease(database, lease)
  const noted = await database.run(
    `UPDATE ${TASKS} SET "last_run_at" = ?, ${COUNTED} WHERE "name" = ? AND "enabled"
     AND ("last_run_at" IS NULL OR "last_run_at" < ? OR ("last_run_at" > ? AND "last_run_at" <> ?))${held.sql}`,
    [slot, name, slot, latest, slot, ...held.values],
  )
  if (noted === 0) {
    known.delete(name)
    return null
  }
  known.set(name, { ...before, lastRunAt: slot, totalRunCount: before.totalRunCount + 1 })
  const takeBack: TakeBack = async () => {
    known.delete(name)
    await database.run(
      `UPDATE ${TASKS} SET "last_run_at" = ?, "total_run_count" = ?, "enabled" = ("enabled" OR "one_off")
       WHERE "name" = ? AND "last_run_at" = ?`,
      [before.lastRunAt, before.totalRunCount, name, slot],
    )
  }
  return takeBack
}

/** A run by hand: what was asked for is gone with it, the schedule's own times stay. */
async function noteAsked({ database, known }: SendOptions, run: Run, lease: Lease | null) {
  const { name, slotMs } = run
  const held = holdsLease(database, lease)
  const before = await look(database, name)
  const asked = await database.run(
    `UPDATE ${STATES} SET "run_now_ms" = NULL WHERE "name" = ? AND "run_now_ms" = ?${held.sql}`,
    [name, slotMs, ...held.values],
  )
  if (asked === 0 || before === null) return null
  known.delete(name)
  await database.run(`UPDATE ${TASKS} SET ${COUNTED} WHERE "name" = ?`, [name])
  const takeBack: TakeBack = async () => {
    await database.run(`UPDATE ${STATES} SET "run_now_ms" = ? WHERE "name" = ? AND "run_now_ms" IS NULL`, [
      slotMs,
      name,
    ])
    await database.run(`UPDATE ${TASKS} SET "total_run_count" = ?, "enabled" = ? WHERE "name" = ?`, [
      before.totalRunCount,
      before.enabled,
      name,
    ])
  }
  return takeBack
}

async function look(database: SqlDatabase, name: string): Promise<KnownRow | null> {
  const [row] = await database.rows(
    `SELECT "last_run_at", "total_run_count", "one_off", "enabled" FROM ${TASKS} WHERE "name" = ?`,
    [name],
  )
  return row === undefined ? null : knownRow(row)
}

export function knownRow(row: SqlRow): KnownRow {
  return {
    lastRunAt: textOf(row['last_run_at']),
    totalRunCount: numberOf(row['total_run_count']) ?? 0,
    oneOff: isTrue(row['one_off']),
    enabled: isTrue(row['enabled']),
  }
}
