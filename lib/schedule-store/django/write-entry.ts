/** An entry as columns of django-celery-beat's table, with what the models' clean() and save() ask of them. */
import { UmbelError } from '../../errors.ts'
import { formatJson } from '../../protocol/json.ts'
import type { ScheduleEntry } from '../schedule-store.ts'
import { writeTime } from './database-time.ts'
import type { SqlValue } from './sql.ts'
import { MOST_LETTERS } from './tables.ts'
import type { More, TimeFormats } from './task-row.ts'

/** Without the four references to a schedule, and without what runs change. */
export interface TaskColumns {
  readonly task: string
  readonly args: string
  readonly kwargs: string
  readonly queue: string | null
  readonly exchange: string | null
  readonly routing_key: string | null
  readonly headers: string
  readonly priority: number | null
  readonly expires: string | null
  readonly expire_seconds: number | null
  readonly one_off: boolean
  readonly start_time: string | null
  readonly enabled: boolean
  readonly description: string
}

export interface WrittenEntry {
  readonly columns: TaskColumns
  readonly more: More
}

/** PostgreSQL's and MySQL's integer. */
export const MOST_INTEGER = 2_147_483_647

/** Throws schedule/invalid naming the field, its value and what is expected. */
export function writeEntry(entry: ScheduleEntry, formats: TimeFormats): WrittenEntry {
  const { name, task, schedule, args, kwargs, options, description, startMs, expiresMs, oneOff, enabled } = entry
  const { queue, exchange, routing_key, priority, headers, expires, ...others } = options
  textColumn(name, 'name', name)
  if (schedule.type === 'clocked' && !oneOff) {
    throw wrong(name, 'one_off', oneOff, 'true: what is clocked runs once')
  }
  const seconds = typeof expires === 'number' ? expireSeconds(name, expires) : null
  if (seconds !== null && expiresMs !== null) {
    throw wrong(name, 'expires', expires, 'none, when the entry itself expires: Django keeps one of both')
  }
  // A fraction of a second, and a date, have no column.
  const extra = { ...others, ...(expires !== undefined && expires !== null && expires !== seconds && { expires }) }
  return {
    columns: {
      task: textColumn(name, 'task', task),
      args: formatJson(args),
      kwargs: formatJson(kwargs),
      queue: optionalText(name, 'queue', queue),
      exchange: optionalText(name, 'exchange', exchange),
      routing_key: optionalText(name, 'routing_key', routing_key),
      headers: formatJson(headers ?? {}),
      priority: priorityOf(name, priority),
      expires: timeColumn(expiresMs, formats),
      expire_seconds: seconds,
      one_off: oneOff,
      start_time: timeColumn(startMs, formats),
      enabled,
      description: description ?? '',
    },
    more: {
      ...(Object.keys(extra).length > 0 && { options: extra }),
      ...(schedule.type === 'interval' && schedule.relative && { relative: true as const }),
    },
  }
}

export function timeColumn(ms: number | null, formats: TimeFormats): string | null {
  return ms === null ? null : writeTime(Math.round(ms) * 1000, formats.runs)
}

export function columnValues(columns: TaskColumns): readonly (readonly [string, SqlValue])[] {
  return Object.entries(columns)
}

export function wrong(name: string, field: string, value: unknown, expected: string): UmbelError<'schedule/invalid'> {
  const text = JSON.stringify(value) ?? String(value)
  return new UmbelError('schedule/invalid', {
    field,
    value: text.length > 100 ? `${text.slice(0, 100)}…` : text,
    reason: `Django's tables cannot hold the entry ${JSON.stringify(name)}.`,
    expected,
  })
}

function textColumn(name: string, field: string, value: string): string {
  if (value !== '' && value.length <= MOST_LETTERS) return value
  throw wrong(name, field, value, `a text of 1 to ${MOST_LETTERS} letters`)
}

function optionalText(name: string, field: string, value: unknown): string | null {
  if (value === undefined || value === null || value === '') return null
  if (typeof value === 'string') return textColumn(name, field, value)
  throw wrong(name, field, value, 'its name')
}

function priorityOf(name: string, value: unknown): number | null {
  if (value === undefined || value === null) return null
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 255) return value
  throw wrong(name, 'priority', value, 'a whole number from 0 to 255')
}

function expireSeconds(name: string, value: number): number {
  const seconds = Math.ceil(value)
  if (seconds >= 0 && seconds <= MOST_INTEGER) return seconds
  throw wrong(name, 'expires', value, `seconds from 0 to ${MOST_INTEGER}`)
}
