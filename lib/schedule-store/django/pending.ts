/**
 * What is about to be sent (SST-5): noted in one step with its run, ended when the broker has it. Between the two a beat
 * may be killed; the one that leads next makes the run due again, and sends that very message, under its task id.
 */
import type { Envelope } from '../../protocol/envelope.ts'
import { formatEnvelope, parseEnvelope } from '../../protocol/message.ts'
import { isRecord } from '../../protocol/record.ts'
import type { OutgoingRun, Run } from '../schedule-store.ts'
import type { SqlDatabase, SqlSession } from './sql.ts'
import { writeState } from './state-rows.ts'
import { STATES, TASKS } from './tables.ts'
import { jsonOf, numberOf, textOf } from './task-row.ts'

export interface Pending {
  /** The store that noted it, or took it over. */
  readonly by: string
  readonly why: Run['why']
  readonly slotMs: number
  /** The same as the column has it; null for a run by hand, which moves no time. */
  readonly slot: string | null
  readonly before: Before
  readonly message: KeptMessage
}

/** As it stands beside an entry. */
export interface Noted {
  readonly name: string
  readonly pending: Pending
  /** In the row, letter by letter: whoever changes it, changes this. */
  readonly text: string
}

/** The columns as they were. */
export interface Before {
  readonly lastRunAt: string | null
  readonly totalRunCount: number
  readonly enabled: boolean
}

export interface KeptMessage {
  readonly taskId: string
  /** Null: it goes to no single queue, or is too long to be kept; then it is made anew. */
  readonly queue: string | null
  readonly raw: string | null
}

/** MySQL's `text` holds 64 kB, the rest included. */
const MOST_LETTERS = 50_000

export function keptMessage({ taskId, queue, envelope }: OutgoingRun): KeptMessage {
  const raw = queue === null ? null : formatEnvelope(envelope)
  return { taskId, queue, raw: raw !== null && raw.length <= MOST_LETTERS ? raw : null }
}

/** Null: it has to be made anew. */
export function envelopeOf({
  queue,
  raw,
}: KeptMessage): { readonly queue: string; readonly envelope: Envelope } | null {
  if (queue === null || raw === null) return null
  const envelope = parseEnvelope(raw)
  return envelope.ok ? { queue, envelope: envelope.value } : null
}

export async function notePending(session: SqlSession, name: string, pending: Pending): Promise<Noted> {
  const text = JSON.stringify(pending)
  await writeState(session, name, { pending: text })
  return { name, pending, text }
}

/** The message is with the broker. */
export async function endPending(session: SqlSession, { name, text }: Noted): Promise<void> {
  await session.run(`UPDATE ${STATES} SET "pending" = NULL WHERE "name" = ? AND "pending" = ?`, [name, text])
}

/** The run is due again. False: another beat has taken it over. `next`: what stays noted of it. */
export function takeBack(database: SqlDatabase, { name, pending, text }: Noted, next: Pending | null = null) {
  const { why, slotMs, slot, before } = pending
  return database.transaction(async (session) => {
    const isThere = await session.run(`UPDATE ${STATES} SET "pending" = ? WHERE "name" = ? AND "pending" = ?`, [
      ...[next === null ? null : JSON.stringify(next), name, text],
    ])
    if (isThere === 0) return false
    if (why === 'hand') {
      await session.run(`UPDATE ${STATES} SET "run_now_ms" = ? WHERE "name" = ? AND "run_now_ms" IS NULL`, [
        ...[slotMs, name],
      ])
      await session.run(`UPDATE ${TASKS} SET "total_run_count" = ?, "enabled" = ? WHERE "name" = ?`, [
        ...[before.totalRunCount, before.enabled, name],
      ])
    } else {
      await session.run(
        `UPDATE ${TASKS} SET "last_run_at" = ?, "total_run_count" = ?, "enabled" = ("enabled" OR "one_off")
         WHERE "name" = ? AND "last_run_at" = ?`,
        [before.lastRunAt, before.totalRunCount, name, slot],
      )
    }
    return true
  })
}

/** What a beat that is gone has left is due again; what was to be sent, by the names of entries. */
export async function takeUp(database: SqlDatabase, by: string): Promise<ReadonlyMap<string, Pending>> {
  const rows = await database.rows(`SELECT "name", "pending" FROM ${STATES} WHERE "pending" IS NOT NULL`)
  const left = new Map<string, Pending>()
  for (const row of rows) {
    const [name, text] = [textOf(row['name']) ?? '', textOf(row['pending']) ?? '']
    const pending = readPending(text)
    // What this one has left itself was told to whoever waited for it.
    if (pending === null || pending.by === by) continue
    if (await takeBack(database, { name, pending, text }, { ...pending, by })) left.set(name, pending)
  }
  return left
}

/** Written by us alone; what somebody else wrote there counts for nothing. */
function readPending(text: string): Pending | null {
  const value = jsonOf(text)
  if (!isRecord(value) || !isRecord(value['before']) || !isRecord(value['message'])) return null
  const { by, why, slotMs, slot, before, message } = value
  const taskId = textOf(message['taskId'])
  if (typeof by !== 'string' || typeof slotMs !== 'number' || taskId === null) return null
  if (why !== 'due' && why !== 'hand') return null
  return {
    ...{ by, why, slotMs, slot: textOf(slot) },
    before: {
      lastRunAt: textOf(before['lastRunAt']),
      totalRunCount: numberOf(before['totalRunCount']) ?? 0,
      enabled: before['enabled'] === true,
    },
    message: { taskId, queue: textOf(message['queue']), raw: textOf(message['raw']) },
  }
}
