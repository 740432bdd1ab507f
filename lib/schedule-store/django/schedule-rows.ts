/** The row of a schedule: found again or made, as django-celery-beat's from_schedule does. Rows are shared by entries. */
import { CRONTAB_FIELDS, type CrontabField } from '../../schedules/crontab-field.ts'
import type { Schedule } from '../../schedules/schedule.ts'
import type { SqlSession, SqlValue } from './sql.ts'
import { CLOCKEDS, CRONTABS, INTERVALS, SOLARS } from './tables.ts'
import type { TimeFormats } from './task-row.ts'
import { MOST_INTEGER, timeColumn, wrong } from './write-entry.ts'

export const REFERENCES = ['interval_id', 'crontab_id', 'solar_id', 'clocked_id'] as const
type Reference = (typeof REFERENCES)[number]
export type ScheduleReference = Readonly<Record<Reference, number | null>>

/** What identifies a schedule: the table, its columns, and their values as they are stored. */
export interface ScheduleKey {
  readonly reference: Reference
  readonly table: string
  readonly columns: readonly (readonly [string, SqlValue])[]
}

const LENGTHS: Readonly<Record<CrontabField, number>> = {
  minute: 240,
  hour: 96,
  day_of_month: 124,
  month_of_year: 64,
  day_of_week: 64,
}

/** `zone`: for a crontab that has none of its own. Throws schedule/invalid for what has no table. */
export function scheduleKey(name: string, schedule: Schedule, zone: string, formats: TimeFormats): ScheduleKey {
  switch (schedule.type) {
    case 'interval':
      return { reference: 'interval_id', table: INTERVALS, columns: intervalColumns(name, schedule.everySeconds) }
    case 'crontab':
      return {
        reference: 'crontab_id',
        table: CRONTABS,
        columns: [
          ...CRONTAB_FIELDS.map((field) => [field, fieldText(name, field, schedule.spec[field])] as const),
          ['timezone', schedule.timezone ?? zone],
        ],
      }
    case 'solar':
      return {
        reference: 'solar_id',
        table: SOLARS,
        columns: [
          ['event', schedule.event],
          ['latitude', schedule.latitude.toFixed(6)],
          ['longitude', schedule.longitude.toFixed(6)],
        ],
      }
    case 'clocked':
      return {
        reference: 'clocked_id',
        table: CLOCKEDS,
        columns: [['clocked_time', timeColumn(schedule.atMs, formats)]],
      }
    default:
      throw wrong(name, 'schedule', schedule.type, 'interval, crontab, solar or clocked')
  }
}

/** `known` saves the look-up of what many entries share. */
export async function scheduleRow(
  session: SqlSession,
  { reference, table, columns }: ScheduleKey,
  known = new Map<string, number>(),
): Promise<ScheduleReference> {
  const values = columns.map(([, value]) => value)
  const key = JSON.stringify([reference, values])
  const id = known.get(key) ?? (await find(session, table, columns)) ?? (await make(session, table, columns))
  known.set(key, id)
  return { interval_id: null, crontab_id: null, solar_id: null, clocked_id: null, [reference]: id }
}

async function find(session: SqlSession, table: string, columns: ScheduleKey['columns']): Promise<number | null> {
  const where = columns.map(([name]) => `"${name}" = ?`).join(' AND ')
  const values = columns.map(([, value]) => value)
  const [row] = await session.rows(`SELECT "id" FROM ${table} WHERE ${where} ORDER BY "id" LIMIT 1`, values)
  return row === undefined ? null : Number(row['id'])
}

function make(session: SqlSession, table: string, columns: ScheduleKey['columns']): Promise<number> {
  const names = columns.map(([name]) => `"${name}"`).join(', ')
  const places = columns.map(() => '?').join(', ')
  return session.insert(
    `INSERT INTO ${table} (${names}) VALUES (${places})`,
    columns.map(([, value]) => value),
  )
}

/** Seconds, as from_schedule; what they cannot say in finer or coarser periods (Django would cut the fraction off). */
function intervalColumns(name: string, seconds: number): ScheduleKey['columns'] {
  const counts = [
    [seconds, 'seconds'],
    [Math.round(seconds * 1e6), 'microseconds'],
    [seconds / 3600, 'hours'],
    [seconds / 86_400, 'days'],
  ] as const
  for (const [every, period] of counts) {
    if (!Number.isInteger(every) || every < 1 || every > MOST_INTEGER) continue
    return [
      ['every', every],
      ['period', period],
    ]
  }
  throw wrong(name, 'every', seconds, `whole seconds up to ${MOST_INTEGER}, or up to 35 minutes with a fraction`)
}

function fieldText(name: string, field: CrontabField, text: string): string {
  if (text.length <= LENGTHS[field]) return text
  throw wrong(name, field, text, `at most ${LENGTHS[field]} letters`)
}
