/** SST-5 in Django's tables: last_run_at is the slot, and the UPDATE that moves it on is what only one can do. */
import type { Clock } from '../../runtime/clock.ts'
import type { RunBroker } from '../redis/send.ts'
import { CLOCK_TOLERANCE_MS, type Lease, type OutgoingRun, type Run, type SendOutcome } from '../schedule-store.ts'
import { writeTime } from './database-time.ts'
import { holdsLease, isLost } from './leases.ts'
import {
  type Before,
  endPending,
  envelopeOf,
  type KeptMessage,
  keptMessage,
  notePending,
  type Pending,
  takeBack,
} from './pending.ts'
import type { SqlDatabase, SqlRow } from './sql.ts'
import { STATES, TASKS } from './tables.ts'
import { isTrue, numberOf, type TimeFormats, textOf } from './task-row.ts'

export interface SendOptions {
  readonly database: SqlDatabase
  readonly formats: TimeFormats
  readonly clock: Clock
  /** What the last load said of the row, for a holder of the lease; others look first. */
  readonly known: Map<string, KnownRow>
  /** This store, among those that note what they are about to send. */
  readonly by: string
  /** What a beat that is gone was about to send. */
  readonly left: Map<string, Pending>
  /** Where such a message goes; null = it is made anew. */
  readonly broker: RunBroker | null
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

export interface Sent {
  readonly outcome: SendOutcome
  /** Of the message that went. */
  readonly taskId: string
}

/** Throws what `publish` throws, and the driver's errors. */
export async function sendRun(
  options: SendOptions,
  run: Run,
  outgoing: OutgoingRun,
  lease: Lease | null,
): Promise<Sent> {
  const { database, clock, known, left, broker } = options
  const { name, why } = run
  const earlier = left.get(name)
  const message = earlier?.why === why ? earlier.message : keptMessage(outgoing)
  const { taskId } = message
  const noted = await (why === 'hand' ? noteAsked : noteSlot)(options, run, message, lease)
  if (noted === null) return { outcome: (await isLost(database, lease)) ? 'lease-lost' : 'taken', taskId }
  const undo = () => {
    known.delete(name)
    return takeBack(database, noted)
  }
  // It was stopped meanwhile, and another beat may have made the run due again.
  if (lease !== null && clock.monotonicMs() >= lease.actUntilMs && (await isLost(database, lease))) {
    await undo()
    return { outcome: 'lease-lost', taskId }
  }
  const kept = message === earlier?.message ? envelopeOf(message) : null
  try {
    if (kept === null || broker === null) await outgoing.publish()
    else await broker.publish(kept.queue, kept.envelope)
  } catch (error) {
    await undo()
    throw error
  }
  left.delete(name)
  await endPending(database, noted).catch(() => {}) // else the next beat sends it again, under the same id
  return { outcome: 'sent', taskId: kept === null ? outgoing.taskId : taskId }
}

async function noteSlot(options: SendOptions, run: Run, message: KeptMessage, lease: Lease | null) {
  const { database, formats, known, by } = options
  const { name, slotMs, nowMs, why } = run
  const before = (lease === null ? undefined : known.get(name)) ?? (await look(database, name))
  if (before === null) return null
  const slot = writeTime(slotMs * 1000, formats.runs)
  const latest = writeTime((nowMs + CLOCK_TOLERANCE_MS) * 1000, formats.runs)
  const held = holdsLease(database, lease)
  const noted = await database.transaction(async (session) => {
    const count = await session.run(
      `UPDATE ${TASKS} SET "last_run_at" = ?, ${COUNTED} WHERE "name" = ? AND "enabled"
       AND ("last_run_at" IS NULL OR "last_run_at" < ? OR ("last_run_at" > ? AND "last_run_at" <> ?))${held.sql}`,
      [slot, name, slot, latest, slot, ...held.values],
    )
    return count === 0
      ? null
      : notePending(session, name, { by, why, slotMs, slot, before: columnsOf(before), message })
  })
  if (noted === null) known.delete(name)
  else known.set(name, { ...before, lastRunAt: slot, totalRunCount: before.totalRunCount + 1 })
  return noted
}

/** A run by hand: what was asked for is gone with it, the schedule's own times stay. */
async function noteAsked({ database, known, by }: SendOptions, run: Run, message: KeptMessage, lease: Lease | null) {
  const { name, slotMs, why } = run
  const held = holdsLease(database, lease)
  const before = await look(database, name)
  if (before === null) return null
  known.delete(name)
  return database.transaction(async (session) => {
    // The row of the task first, as every change of an entry does it.
    await session.rows(`SELECT "id" FROM ${TASKS} WHERE "name" = ? FOR UPDATE`, [name])
    const asked = await session.run(
      `UPDATE ${STATES} SET "run_now_ms" = NULL WHERE "name" = ? AND "run_now_ms" = ?${held.sql}`,
      [name, slotMs, ...held.values],
    )
    if (asked === 0) return null
    await session.run(`UPDATE ${TASKS} SET ${COUNTED} WHERE "name" = ?`, [name])
    return notePending(session, name, { by, why, slotMs, slot: null, before: columnsOf(before), message })
  })
}

function columnsOf({ lastRunAt, totalRunCount, enabled }: KnownRow): Before {
  return { lastRunAt, totalRunCount, enabled }
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
