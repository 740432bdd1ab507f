/** What operators and programs change: each in one transaction that ends with a new periodictasks.last_update. */
import { nearestWord } from '../../errors/nearest-word.ts'
import { isUmbelError, UmbelError } from '../../errors.ts'
import type { Clock } from '../../runtime/clock.ts'
import { CLOCK_TOLERANCE_MS, type RunNote, type ScheduleEntry } from '../schedule-store.ts'
import { lockChanges } from './changes.ts'
import type { DatabaseLink } from './database-link.ts'
import { readTime, writeTime } from './database-time.ts'
import { heldColumn, heldUntil } from './hold.ts'
import { insertRows } from './insert-rows.ts'
import { joined } from './run-notes.ts'
import { scheduleKey, scheduleRow } from './schedule-rows.ts'
import type { SqlRow, SqlSession, SqlValue } from './sql.ts'
import { moreText, writeState } from './state-rows.ts'
import { STATES, TASKS } from './tables.ts'
import { type More, msOf, selectState, selectTask, type TimeFormats, textOf } from './task-row.ts'
import { columnValues, writeEntry } from './write-entry.ts'

export interface EditOptions {
  readonly link: DatabaseLink
  readonly clock: Clock
  /** For crontabs without a zone of their own. */
  readonly zone: () => string
}

export interface Edits {
  put(entry: ScheduleEntry, mode: 'add' | 'replace'): Promise<void>
  remove(name: string): Promise<void>
  setEnabled(name: string, enabled: boolean): Promise<void>
  hold(name: string, untilMs: number | null, by: string | null): Promise<void>
  skip(name: string, slotMs: number): Promise<void>
  /** A Python beat has written over it what it had noted in memory; at its next look it has nothing more to write. */
  skipAgain(name: string, slotMs: number): Promise<void>
  runNow(name: string, nowMs: number): Promise<void>
  /** Beats and pages look again. */
  noteChange(): Promise<void>
}

const MOST_TRIES = 3
const MOST_NAMES = 5_000

export function createEdits({ link, clock, zone }: EditOptions): Edits {
  interface Editing {
    readonly session: SqlSession
    readonly formats: TimeFormats
    readonly nowMs: number
    readonly own: boolean
  }

  async function edit(own: boolean, change: (editing: Editing) => Promise<void>): Promise<void> {
    const { database, formats } = await link.ready()
    for (let tries = 1; ; tries++) {
      try {
        return await database.transaction(async (session) => {
          const note = await lockChanges(session, formats.changes)
          const nowMs = clock.nowMs()
          await change({ session, formats, nowMs, own })
          await note(nowMs)
        })
      } catch (error) {
        if (tries >= MOST_TRIES || !isDeadlock(error)) throw error
      }
    }
  }

  async function known(session: SqlSession, name: string): Promise<SqlRow> {
    const row = await selectTask(session, name)
    if (row !== null) return row
    const rows = await session.rows(`SELECT "name" FROM ${TASKS} LIMIT ${MOST_NAMES}`)
    throw new UmbelError('schedule/unknown', {
      name,
      nearest: nearestWord(
        name,
        rows.map((one) => String(one['name'])),
      ),
    })
  }

  return {
    async put(entry, mode) {
      const { formats } = await link.ready()
      const { columns, more } = writeEntry(entry, formats)
      const key = scheduleKey(entry.name, entry.schedule, zone(), formats)
      const lasting = Object.keys(more).length > 0 || entry.origin === 'code'
      if (lasting) await link.needOwn()
      const own = lasting || (await link.makeOwn())
      await edit(own, async ({ session, nowMs }) => {
        const row = await selectTask(session, entry.name)
        if (row !== null && mode === 'add') throw new UmbelError('schedule/exists', { name: entry.name })
        const state = own ? await selectState(session, entry.name) : null
        const reference = await scheduleRow(session, key)
        const fields = new Map([...columnValues(columns), ...Object.entries(reference)])
        fields.set('date_changed', writeTime(nowMs * 1000, formats.changes))
        const isOther =
          row !== null && Object.entries(reference).some(([column, id]) => String(row[column]) !== String(id))
        // What was skipped was a time of the schedule as it was; a Python beat waits for it by this.
        const ranMs = row === null ? null : msOf(row['last_run_at'], formats.runs)
        if (isOther && (ranMs ?? 0) > nowMs) fields.set('last_run_at', writeTime(nowMs * 1000, formats.runs))
        const heldMs = row === null ? null : heldUntil(row, state, formats)
        if (heldMs !== null) fields.set('start_time', writeTime(heldMs * 1000, formats.runs))
        if (row === null) await insertRows(session, TASKS, [newTask(entry.name, fields)])
        else await updateTask(session, entry.name, entry.enabled ? fields : fields.set('last_run_at', null))
        if (!own) return
        await writeState(session, entry.name, {
          origin: entry.origin,
          more: moreText(withZone(more, entry, zone())),
          ...(row === null && NEW_STATE),
          ...(isOther && { skipped_ms: null }),
          ...(row === null && entry.origin === 'code' && { code_enabled: Number(entry.enabled) }),
          ...(heldMs !== null && { held_start: entry.startMs === null ? null : entry.startMs * 1000 }),
          ...(row !== null && lastSlot(row, entry.enabled, formats)),
        })
      })
    },

    async remove(name) {
      await edit(await link.hasOwn(), async ({ session, own }) => {
        await known(session, name)
        await deleteTask(session, name, own)
      })
    },

    async setEnabled(name, enabled) {
      await edit(await link.makeOwn(), async ({ session, formats, nowMs, own }) => {
        const row = await known(session, name)
        const fields = new Map<string, string | boolean | null>([['enabled', enabled]])
        fields.set('date_changed', writeTime(nowMs * 1000, formats.changes))
        // As PeriodicTask.save() does: counting begins when it is switched on again.
        if (!enabled) fields.set('last_run_at', null)
        await updateTask(session, name, fields)
        if (own) await writeState(session, name, lastSlot(row, enabled, formats))
      })
    },

    async hold(name, untilMs, by) {
      await link.needOwn()
      await edit(true, async ({ session, formats }) => {
        const row = await known(session, name)
        const state = await selectState(session, name)
        const isHeld = heldUntil(row, state, formats) !== null
        const start = isHeld ? (state?.heldStart ?? null) : readTime(row['start_time'], formats.runs)
        const heldMs = untilMs === null ? null : heldColumn(untilMs, start)
        const column = heldMs === null ? start : heldMs * 1000
        await updateTask(
          session,
          name,
          new Map([['start_time', column === null ? null : writeTime(column, formats.runs)]]),
        )
        await writeState(session, name, {
          held_until_ms: untilMs === null ? null : untilMs === Number.POSITIVE_INFINITY ? -1 : Math.round(untilMs),
          held_by: untilMs === null ? null : (by?.slice(0, 200) ?? null),
          held_start: untilMs === null ? null : start,
        })
      })
    },

    async skip(name, slotMs) {
      await link.needOwn()
      await edit(true, async ({ session, formats, nowMs }) => {
        const row = await known(session, name)
        const ranMs = msOf(row['last_run_at'], formats.runs)
        const state = await selectState(session, name)
        if ((state?.skippedMs ?? 0) >= slotMs) return
        if (ranMs !== null && ranMs >= slotMs && ranMs <= nowMs + CLOCK_TOLERANCE_MS) return
        // A Python beat goes by this alone.
        const slot = writeTime(slotMs * 1000, formats.runs)
        await session.run(`UPDATE ${TASKS} SET "last_run_at" = ? WHERE "name" = ? AND "enabled"`, [slot, name])
        const note: RunNote = { slotMs, sentMs: nowMs, taskId: null, why: 'skipped' }
        const [notes] = await session.rows(`SELECT "notes" FROM ${STATES} WHERE "name" = ?`, [name])
        await writeState(session, name, { skipped_ms: slotMs, notes: joined(textOf(notes?.['notes']), [note]) })
      })
    },

    skipAgain: (name, slotMs) =>
      edit(false, async ({ session, formats }) => {
        const slot = writeTime(slotMs * 1000, formats.runs)
        await session.run(
          `UPDATE ${TASKS} SET "last_run_at" = ? WHERE "name" = ? AND "enabled" AND "last_run_at" < ?`,
          [...[slot, name, slot]],
        )
      }),

    async runNow(name, nowMs) {
      await link.needOwn()
      await edit(true, async ({ session }) => {
        await known(session, name)
        await writeState(session, name, { run_now_ms: nowMs })
      })
    },

    noteChange: () => edit(false, async () => {}),
  }
}

/** An earlier entry of this name may have left some. */
export const NEW_STATE = {
  code_enabled: null,
  held_until_ms: null,
  held_by: null,
  held_start: null,
  run_now_ms: null,
  skipped_ms: null,
  last_slot_ms: null,
  notes: null,
  pending: null,
}

type Fields = ReadonlyMap<string, SqlValue>

/** A row that is not there yet. */
export function newTask(name: string, fields: Fields): Map<string, SqlValue> {
  return new Map<string, SqlValue>([['name', name], ['total_run_count', 0], ...fields])
}

export async function updateTask(session: SqlSession, name: string, fields: Fields): Promise<void> {
  const sets = [...fields.keys()].map((field) => `"${field}" = ?`).join(', ')
  await session.run(`UPDATE ${TASKS} SET ${sets} WHERE "name" = ?`, [...fields.values(), name])
}

export async function deleteTask(session: SqlSession, name: string, own: boolean): Promise<void> {
  await session.run(`DELETE FROM ${TASKS} WHERE "name" = ?`, [name])
  if (own) await session.run(`DELETE FROM ${STATES} WHERE "name" = ?`, [name])
}

/** The crontab is in the application's zone, which has to be written. */
export function withZone(more: More, { schedule }: ScheduleEntry, zone: string): More {
  return schedule.type === 'crontab' && schedule.timezone === null ? { ...more, zone } : more
}

/** Django clears last_run_at of what is disabled; people still want to see it. */
export function lastSlot(row: SqlRow, enabled: boolean, formats: TimeFormats): { last_slot_ms?: number | null } {
  if (enabled) return { last_slot_ms: null }
  const ranMs = msOf(row['last_run_at'], formats.runs)
  return ranMs === null ? {} : { last_slot_ms: ranMs }
}

function isDeadlock(error: unknown): boolean {
  return isUmbelError(error) && error.message.includes('two programs changed it at once')
}
