/** A row of django-celery-beat's tasks with its schedule, and the row beside it of our own table. */
import { isRecord } from '../../protocol/record.ts'
import type { RunNote } from '../schedule-store.ts'
import { readTime, type TimeFormat } from './database-time.ts'
import type { SqlRow, SqlSession } from './sql.ts'
import { CLOCKEDS, CRONTABS, INTERVALS, SOLARS, STATES, TASKS } from './tables.ts'

/** How the columns hold their times. */
export interface TimeFormats {
  /** What beat compares with its clock: UTC, also where Django has USE_TZ = False (DatabaseScheduler reads them so). */
  readonly runs: TimeFormat
  /** What Django sets by itself: in the zone of its settings where USE_TZ is False. */
  readonly changes: TimeFormat
}

/** What DatabaseScheduler's form of an entry has no column for. */
export interface More {
  /** Options of apply_async. */
  readonly options?: Readonly<Record<string, unknown>>
  readonly relative?: true
  /** The crontab has no zone of its own: this one, the application's, was written. */
  readonly zone?: string
}

export interface StateRow {
  readonly name: string
  readonly origin: 'code' | 'store'
  /** What the code last said of `enabled`. */
  readonly codeEnabled: boolean | null
  /** Infinity: until somebody says so. */
  readonly heldUntilMs: number | null
  readonly heldBy: string | null
  /** The entry's own start_time in microseconds: its column says how long it is held, so that Python obeys. */
  readonly heldStart: number | null
  readonly runNowMs: number | null
  readonly skippedMs: number | null
  /** The last run of an entry that is disabled: Django clears its own column then. */
  readonly lastSlotMs: number | null
  readonly more: More
}

const COLUMNS = `t."id", t."name", t."task", t."args", t."kwargs", t."queue", t."exchange", t."routing_key", t."headers",
  t."priority", t."expires", t."expire_seconds", t."one_off", t."start_time", t."enabled", t."last_run_at",
  t."total_run_count", t."date_changed", t."description", t."interval_id", t."crontab_id", t."solar_id", t."clocked_id",
  i."every", i."period", c."minute", c."hour", c."day_of_week", c."day_of_month", c."month_of_year", c."timezone",
  s."event", s."latitude", s."longitude", k."clocked_time"`

const SELECT = `SELECT ${COLUMNS} FROM ${TASKS} t LEFT JOIN ${INTERVALS} i ON i."id" = t."interval_id"
  LEFT JOIN ${CRONTABS} c ON c."id" = t."crontab_id" LEFT JOIN ${SOLARS} s ON s."id" = t."solar_id"
  LEFT JOIN ${CLOCKEDS} k ON k."id" = t."clocked_id"`

export function selectTasks(session: SqlSession): Promise<readonly SqlRow[]> {
  return session.rows(`${SELECT} ORDER BY t."name"`)
}

export async function selectTask(session: SqlSession, name: string): Promise<SqlRow | null> {
  return (await session.rows(`${SELECT} WHERE t."name" = ?`, [name]))[0] ?? null
}

export async function selectStates(session: SqlSession): Promise<ReadonlyMap<string, StateRow>> {
  const rows = await session.rows(`SELECT * FROM ${STATES}`)
  return new Map(rows.map(toStateRow).map((row) => [row.name, row]))
}

export async function selectState(session: SqlSession, name: string): Promise<StateRow | null> {
  const [row] = await session.rows(`SELECT * FROM ${STATES} WHERE "name" = ?`, [name])
  return row === undefined ? null : toStateRow(row)
}

function toStateRow(row: SqlRow): StateRow {
  const held = numberOf(row['held_until_ms'])
  return {
    name: textOf(row['name']) ?? '',
    origin: row['origin'] === 'code' ? 'code' : 'store',
    codeEnabled: row['code_enabled'] == null ? null : isTrue(row['code_enabled']),
    heldUntilMs: held !== null && held < 0 ? Number.POSITIVE_INFINITY : held,
    heldBy: textOf(row['held_by']),
    heldStart: numberOf(row['held_start']),
    runNowMs: numberOf(row['run_now_ms']),
    skippedMs: numberOf(row['skipped_ms']),
    lastSlotMs: numberOf(row['last_slot_ms']),
    more: moreOf(textOf(row['more'])),
  }
}

/** Written by us alone; what somebody else wrote there counts for nothing. */
function moreOf(text: string | null): More {
  const value = jsonOf(text)
  if (!isRecord(value)) return {}
  const { options, relative, zone } = value
  return {
    ...(isRecord(options) && { options }),
    ...(relative === true && { relative }),
    ...(typeof zone === 'string' && { zone }),
  }
}

/** Newest last, as arrays: [slot, sent, task id, why]. */
export function notesOf(text: string | null): RunNote[] {
  const value = jsonOf(text)
  if (!Array.isArray(value)) return []
  return value.flatMap((item: unknown): RunNote[] => {
    if (!Array.isArray(item)) return []
    const [slotMs, sentMs, taskId, why]: unknown[] = item
    if (typeof slotMs !== 'number' || typeof sentMs !== 'number') return []
    if (why !== 'due' && why !== 'hand' && why !== 'skipped' && why !== 'failed') return []
    return [{ slotMs, sentMs, taskId: typeof taskId === 'string' ? taskId : null, why }]
  })
}

export function jsonOf(text: string | null): unknown {
  try {
    return text === null ? null : JSON.parse(text)
  } catch {
    return null
  }
}

export function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}

export function numberOf(value: unknown): number | null {
  if (value === null || value === undefined || value === '') return null
  const number = Number(value)
  return Number.isFinite(number) ? number : null
}

/** A boolean of PostgreSQL, a number of the others. */
export function isTrue(value: unknown): boolean {
  return value === true || value === 1
}

export function msOf(value: unknown, format: TimeFormat): number | null {
  const micros = readTime(value, format)
  return micros === null ? null : Math.floor(micros / 1000)
}
