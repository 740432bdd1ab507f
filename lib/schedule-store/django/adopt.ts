/** SST-3: what the code says goes into the tables, as DatabaseScheduler's setup_schedule does it at its start. */
import { messageOf } from '../../errors.ts'
import { formatJson, parseJson } from '../../protocol/json.ts'
import type { Log } from '../../runtime/log.ts'
import type { ScheduleEntry } from '../schedule-store.ts'
import { lockChanges } from './changes.ts'
import type { DatabaseLink } from './database-link.ts'
import { readTime, writeTime } from './database-time.ts'
import { deleteTask, lastSlot, NEW_STATE, newTask, updateTask, withZone } from './edits.ts'
import { heldUntil } from './hold.ts'
import { insertRows } from './insert-rows.ts'
import { scheduleKey, scheduleRow } from './schedule-rows.ts'
import type { SqlRow, SqlValue } from './sql.ts'
import { moreText, writeState } from './state-rows.ts'
import { STATES, TASKS } from './tables.ts'
import { isTrue, type StateRow, selectStates, selectTasks, type TimeFormats } from './task-row.ts'
import { columnValues, writeEntry } from './write-entry.ts'

export interface AdoptOptions {
  readonly link: DatabaseLink
  readonly log: Log
  readonly zone: string
}

export async function adoptEntries(
  { link, log, zone }: AdoptOptions,
  entries: readonly ScheduleEntry[],
  nowMs: number,
): Promise<void> {
  const own = await link.makeOwn()
  const { database, formats } = await link.ready()
  await database.transaction(async (session) => {
    const note = await lockChanges(session, formats.changes)
    const rows = new Map((await selectTasks(session)).map((row) => [String(row['name']), row]))
    const states: ReadonlyMap<string, StateRow> = own ? await selectStates(session) : new Map()
    const known = new Map<string, number>()
    const newRows: Map<string, SqlValue>[] = []
    const newStates: Map<string, SqlValue>[] = []
    let changed = false
    for (const entry of entries) {
      const { name, enabled } = entry
      const row = rows.get(name) ?? null
      const state = states.get(name) ?? null
      const wanted = attempt(entry, row, state)
      if (wanted === null) continue
      const { more } = wanted
      const reference = await scheduleRow(session, wanted.key, known)
      const fields = new Map<string, SqlValue>([...wanted.fields, ...Object.entries(reference)])
      const same = row !== null && isSame(row, fields, formats)
      if (!same) fields.set('date_changed', writeTime(nowMs * 1000, formats.changes))
      if (row === null) newRows.push(newTask(name, fields))
      else if (!same) {
        if (fields.get('enabled') === false) fields.set('last_run_at', null)
        await updateTask(session, name, fields)
        if (state !== null) await writeState(session, name, lastSlot(row, fields.get('enabled') === true, formats))
      }
      const code = { origin: 'code', code_enabled: Number(enabled), more } as const
      const noted = state?.origin === 'code' && state.codeEnabled === enabled && moreText(state.more) === more
      if (own && state === null) newStates.push(new Map<string, SqlValue>([['name', name], ...Object.entries(code)]))
      else if (own && row === null) await writeState(session, name, { ...NEW_STATE, ...code })
      else if (own && !noted) await writeState(session, name, code)
      if (!same || (own && !noted)) changed = true
    }
    await insertRows(session, TASKS, newRows)
    await insertRows(session, STATES, newStates, { keep: true })
    const names = new Set(entries.map(({ name }) => name))
    for (const { name, origin } of states.values()) {
      const isThere = rows.has(name)
      // Also what is left of one that was deleted in Django's admin.
      if (names.has(name) || (origin === 'store' && isThere)) continue
      if (isThere) changed = true
      await deleteTask(session, name, own)
    }
    if (changed) await note(nowMs)
  })

  /** Null: such an entry cannot be kept here; that is told, and the others go on. */
  function attempt(entry: ScheduleEntry, row: SqlRow | null, state: StateRow | null) {
    try {
      const { columns, more } = writeEntry(entry, formats)
      const fields = new Map(columnValues(columns))
      if (row !== null) keepOperators(fields, entry, row, state, formats)
      const key = scheduleKey(entry.name, entry.schedule, zone, formats)
      if (!own && Object.keys(more).length > 0) {
        log.warning(`options of ${entry.name} have no place without our own tables`, { ...more.options })
      }
      return { fields, key, more: moreText(withZone(more, entry, zone)) }
    } catch (error) {
      log.error(`Cannot add entry ${entry.name} to database schedule`, { reason: messageOf(error) })
      return null
    }
  }
}

/** update_from_dict changes what the code names, and nothing else: "off", holds and texts of operators stay. */
function keepOperators(
  fields: Map<string, SqlValue>,
  entry: ScheduleEntry,
  row: SqlRow,
  state: StateRow | null,
  formats: TimeFormats,
): void {
  const said = state?.codeEnabled ?? true
  if (said === entry.enabled) fields.set('enabled', isTrue(row['enabled']))
  const { description, startMs, expiresMs, oneOff } = entry
  if (description === null) fields.delete('description')
  if (expiresMs === null && fields.get('expire_seconds') === null) fields.delete('expires')
  if (!oneOff) fields.delete('one_off')
  if (startMs === null || heldUntil(row, state, formats) !== null) fields.delete('start_time')
}

const JSON_COLUMNS = ['args', 'kwargs', 'headers']
const TIME_COLUMNS = ['expires', 'start_time']
const FLAG_COLUMNS = ['enabled', 'one_off']

function isSame(row: SqlRow, fields: ReadonlyMap<string, SqlValue>, formats: TimeFormats): boolean {
  for (const [column, value] of fields) {
    const there = row[column] ?? null
    if (JSON_COLUMNS.includes(column) ? normalJson(there) !== value : false) return false
    else if (JSON_COLUMNS.includes(column)) continue
    else if (TIME_COLUMNS.includes(column)) {
      if (readTime(there, formats.runs) !== readTime(value, formats.runs)) return false
    } else if (FLAG_COLUMNS.includes(column)) {
      if (isTrue(there) !== value) return false
    } else if (String(there ?? '') !== String(value ?? '')) return false
  }
  return true
}

/** Python writes spaces. */
function normalJson(text: unknown): string | null {
  try {
    return formatJson(parseJson(String(text)))
  } catch {
    return null
  }
}
