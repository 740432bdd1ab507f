/** What a user writes in beat_schedule, and how it is read. */
import { nearestWord } from '../errors/nearest-word.ts'
import { UmbelError } from '../errors.ts'
import { type CrontabSpec, crontab, crontabFromString } from '../schedules/crontab.ts'
import { interval } from '../schedules/interval.ts'
import type { Schedule } from '../schedules/schedule.ts'
import type { CallOptions } from './call-options.ts'

/** Seconds, a crontab in cron's own order (`'0 4 * * *'`), its fields by name, or a schedule that is made already. */
export type ScheduleSpec = number | string | CrontabSpec | Schedule

export interface BeatEntry {
  readonly task: string
  readonly schedule: ScheduleSpec
  readonly args?: readonly unknown[]
  readonly kwargs?: Readonly<Record<string, unknown>>
  readonly options?: CallOptions
  /** Only for intervals: run at whole minutes, hours or days. */
  readonly relative?: boolean
  /** False: it is there, and does not run until somebody says so. */
  readonly enabled?: boolean
  readonly description?: string
}

/** Throws option/invalid naming the entry when its schedule cannot be read. */
export function readSchedule(name: string, entry: BeatEntry): Schedule {
  const { schedule } = entry
  try {
    if (typeof schedule === 'number') return interval(schedule, { relative: entry.relative ?? false })
    if (typeof schedule === 'string') return crontabFromString(schedule)
    if (typeof schedule !== 'object' || schedule === null) throw new Error('there is none')
    return 'type' in schedule ? checked(schedule) : crontab(schedule)
  } catch (error) {
    throw new UmbelError(
      'option/invalid',
      {
        option: `beat_schedule[${JSON.stringify(name)}].schedule`,
        value: typeof schedule === 'string' ? schedule : (JSON.stringify(schedule) ?? String(schedule)),
        expected: `seconds or a crontab (${error instanceof Error ? error.message : String(error)})`,
      },
      error,
    )
  }
}

const TYPES: ReadonlySet<unknown> = new Set<Schedule['type']>(['crontab', 'interval', 'solar', 'clocked', 'rrule'])

/** What came out of a file as data may be none; an interval of 0 would be sent without an end. */
function checked(schedule: Schedule): Schedule {
  if (!TYPES.has(schedule.type)) throw new Error(`there is no kind ${JSON.stringify(schedule.type)}`)
  return schedule.type === 'interval' ? interval(schedule.everySeconds, { relative: schedule.relative }) : schedule
}

/** Celery's fields of an entry are known too, where they say nothing here. */
const FIELDS: ReadonlySet<string> = new Set([
  ...['task', 'schedule', 'args', 'kwargs', 'options', 'relative', 'enabled', 'description'],
  ...['name', 'last_run_at', 'total_run_count', 'app', 'nowfun'],
])

/** Throws option/unknown for a field that is none: what was meant by it would not happen, and nobody would know. */
export function checkFields(name: string, entry: BeatEntry): void {
  for (const field in entry) {
    if (FIELDS.has(field)) continue
    throw new UmbelError('option/unknown', {
      option: `beat_schedule[${JSON.stringify(name)}].${field}`,
      nearest: nearestWord(field, FIELDS),
    })
  }
}
