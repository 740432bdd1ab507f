/** What a user writes in beat_schedule, and how it is read. */
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
    return 'type' in schedule ? schedule : crontab(schedule)
  } catch (error) {
    throw new UmbelError(
      'option/invalid',
      {
        option: `beat_schedule[${JSON.stringify(name)}].schedule`,
        value: typeof schedule === 'string' ? schedule : JSON.stringify(schedule),
        expected: `seconds or a crontab (${error instanceof Error ? error.message : String(error)})`,
      },
      error,
    )
  }
}
