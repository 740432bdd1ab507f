/** Any schedule of a beat entry. A new kind is a case here and a file beside this one. */
import { type Crontab, isCrontabDue, nextRunMs } from './crontab.ts'
import type { Due } from './due.ts'
import { type Interval, isIntervalDue, nextIntervalMs } from './interval.ts'

export type Schedule = Crontab | Interval

export interface DueOptions {
  readonly lastMs: number
  readonly nowMs: number
  readonly zone: string
  /** beat_cron_starting_deadline, for crontabs only. */
  readonly deadlineSeconds?: number | null
}

export function isDue(schedule: Schedule, { lastMs, nowMs, zone, deadlineSeconds = null }: DueOptions): Due {
  switch (schedule.type) {
    case 'crontab':
      return isCrontabDue(schedule, lastMs, nowMs, zone, deadlineSeconds)
    case 'interval':
      return isIntervalDue(schedule, lastMs, nowMs, zone)
  }
}

/** The first run after `lastMs`; null when there is none. */
export function nextFireMs(schedule: Schedule, lastMs: number, zone: string): number | null {
  return schedule.type === 'crontab' ? nextRunMs(schedule, lastMs, zone) : nextIntervalMs(schedule, lastMs, zone)
}

/** As Celery prints it: `<crontab: 0 4 * * * (m/h/dM/MY/d)>`, `every 30s`. */
export function scheduleText(schedule: Schedule): string {
  if (schedule.type === 'interval') return `every ${schedule.everySeconds}s`
  const { minute, hour, day_of_month, month_of_year, day_of_week } = schedule.spec
  return `${minute} ${hour} ${day_of_month} ${month_of_year} ${day_of_week}`
}
