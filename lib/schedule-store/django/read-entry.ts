/** A row of django-celery-beat's tables as an entry, as its ModelEntry reads it. */
import { messageOf } from '../../errors.ts'
import { parseJson } from '../../protocol/json.ts'
import { isRecord } from '../../protocol/record.ts'
import { clocked } from '../../schedules/clocked.ts'
import { crontab } from '../../schedules/crontab.ts'
import { CRONTAB_FIELDS } from '../../schedules/crontab-field.ts'
import { interval } from '../../schedules/interval.ts'
import type { Schedule } from '../../schedules/schedule.ts'
import { type SolarEvent, solar } from '../../schedules/solar.ts'
import type { EntryState, ScheduleEntry, StoredEntry } from '../schedule-store.ts'
import { heldUntil } from './hold.ts'
import type { SqlRow } from './sql.ts'
import { isTrue, msOf, numberOf, type StateRow, type TimeFormats, textOf } from './task-row.ts'

/** Seconds of IntervalSchedule's periods. */
export const PERIODS: Readonly<Record<string, number>> = {
  days: 86_400,
  hours: 3600,
  minutes: 60,
  seconds: 1,
  microseconds: 1e-6,
}

export interface ReadOptions {
  readonly formats: TimeFormats
  /** The application's zone: a crontab that was written without one of its own is read so in this zone. */
  readonly zone: string
}

/** Throws an Error that says which column is wrong, what is there and what was expected. */
export function readEntry(row: SqlRow, state: StateRow | null, { formats, zone }: ReadOptions): StoredEntry {
  const held = holdOf(row, state, formats)
  const startMs = held === null ? msOf(row['start_time'], formats.runs) : held.startMs
  const schedule = readScheduleOf(row, state, formats, zone)
  const entry: ScheduleEntry = {
    name: textOf(row['name']) ?? '',
    task: textOf(row['task']) ?? '',
    schedule,
    args: listOf(row),
    kwargs: objectOf(row, 'kwargs'),
    options: optionsOf(row, state),
    enabled: isTrue(row['enabled']),
    origin: state?.origin ?? 'store',
    description: textOf(row['description']) || null,
    startMs,
    expiresMs: msOf(row['expires'], formats.runs),
    oneOff: isTrue(row['one_off']),
  }
  return { entry, state: stateOf(row, state, entry, held?.untilMs ?? null, formats) }
}

interface Hold {
  readonly untilMs: number
  /** The entry's own. */
  readonly startMs: number | null
}

function holdOf(row: SqlRow, state: StateRow | null, formats: TimeFormats): Hold | null {
  const untilMs = state?.heldUntilMs ?? null
  if (state === null || untilMs === null) return null
  if (heldUntil(row, state, formats) === null) return null
  return { untilMs, startMs: state.heldStart === null ? null : Math.floor(state.heldStart / 1000) }
}

function stateOf(
  row: SqlRow,
  state: StateRow | null,
  entry: ScheduleEntry,
  heldUntilMs: number | null,
  formats: TimeFormats,
): EntryState {
  const ranMs = msOf(row['last_run_at'], formats.runs)
  const skippedMs = state?.skippedMs ?? null
  const lastSlotMs = entry.enabled ? null : (state?.lastSlotMs ?? null)
  return {
    lastRunMs: ranMs ?? lastSlotMs ?? countsFrom(entry, msOf(row['date_changed'], formats.changes)),
    totalRunCount: numberOf(row['total_run_count']) ?? 0,
    skippedMs: skippedMs !== null && (ranMs ?? 0) <= skippedMs ? skippedMs : null,
    heldUntilMs,
    heldBy: heldUntilMs === null ? null : (state?.heldBy ?? null),
    runNowMs: state?.runNowMs ?? null,
  }
}

/**
 * From when the first run is counted: the last change; with a start_time, so that it runs at that time
 * (DatabaseScheduler goes back 30 years); a clocked time that had passed when it was saved is due at once.
 */
function countsFrom({ schedule, startMs }: ScheduleEntry, changedMs: number | null): number | null {
  if (schedule.type === 'clocked') return changedMs === null ? null : Math.min(changedMs, schedule.atMs - 1)
  if (startMs === null) return changedMs
  return startMs - (schedule.type === 'interval' ? schedule.everySeconds * 1000 : 1)
}

function readScheduleOf(row: SqlRow, state: StateRow | null, formats: TimeFormats, zone: string): Schedule {
  const kinds = ['interval', 'crontab', 'solar', 'clocked'].filter((kind) => row[`${kind}_id`] != null)
  const [kind] = kinds
  if (kinds.length !== 1) {
    throw new Error(`one of interval, crontab, solar and clocked must be set, got ${kinds.join(' and ') || 'none'}`)
  }
  try {
    if (kind === 'interval') return readInterval(row, state)
    if (kind === 'crontab') return readCrontab(row, state, zone)
    if (kind === 'solar') {
      // solar() itself refuses what is none.
      return solar((textOf(row['event']) ?? '') as SolarEvent, Number(row['latitude']), Number(row['longitude']))
    }
    return clocked(msOf(row['clocked_time'], formats.runs) ?? Number.NaN)
  } catch (error) {
    throw new Error(`${kind}: ${messageOf(error)}`, { cause: error })
  }
}

function readInterval(row: SqlRow, state: StateRow | null): Schedule {
  const period = textOf(row['period']) ?? ''
  const seconds = Object.hasOwn(PERIODS, period) ? PERIODS[period] : undefined
  if (seconds === undefined) {
    throw new Error(`period: expected one of ${Object.keys(PERIODS).join(', ')}, got ${JSON.stringify(period)}`)
  }
  const every = Number(row['every'])
  const whole = period === 'microseconds' ? every / 1e6 : every * seconds
  return interval(whole, { relative: state?.more.relative ?? false })
}

/** Its fields may have spaces: Python's int() takes them. */
function readCrontab(row: SqlRow, state: StateRow | null, zone: string): Schedule {
  const spec = Object.fromEntries(
    CRONTAB_FIELDS.map((field) => [field, (textOf(row[field]) ?? '*').replaceAll(' ', '') || '*']),
  )
  const timezone = textOf(row['timezone']) || 'UTC'
  return crontab(spec, { timezone: state?.more.zone === timezone && timezone === zone ? null : timezone })
}

function optionsOf(row: SqlRow, state: StateRow | null): Record<string, unknown> {
  const options: Record<string, unknown> = { ...state?.more.options }
  for (const name of ['queue', 'exchange', 'routing_key'] as const) {
    const value = textOf(row[name])
    if (value !== null && value !== '') options[name] = value
  }
  const priority = numberOf(row['priority'])
  if (priority !== null) options['priority'] = priority
  const seconds = numberOf(row['expire_seconds'])
  const exact = options['expires']
  if (seconds !== null && !(typeof exact === 'number' && Math.ceil(exact) === seconds)) options['expires'] = seconds
  else if (seconds === null && typeof exact === 'number') delete options['expires']
  const headers = objectOf(row, 'headers')
  if (Object.keys(headers).length > 0) options['headers'] = headers
  return options
}

function listOf(row: SqlRow): readonly unknown[] {
  const value = jsonColumn(row, 'args', '[]')
  if (Array.isArray(value)) return value
  throw new Error(`args: expected a list in JSON, got ${shortened(row['args'])}`)
}

function objectOf(row: SqlRow, column: string): Record<string, unknown> {
  const value = jsonColumn(row, column, '{}')
  if (isRecord(value)) return value
  throw new Error(`${column}: expected an object in JSON, got ${shortened(row[column])}`)
}

function jsonColumn(row: SqlRow, column: string, usual: string): unknown {
  const text = textOf(row[column]) || usual
  try {
    return parseJson(text)
  } catch (error) {
    throw new Error(`${column}: expected JSON, got ${shortened(text)}`, { cause: error })
  }
}

function shortened(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value)
  return text.length > 100 ? `${text.slice(0, 100)}…` : text
}
