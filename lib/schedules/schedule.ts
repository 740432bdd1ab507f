/** Any schedule of a beat entry. A new kind is a case here and a file beside this one. */
import { type Clocked, isClockedDue, nextClockedMs } from './clocked.ts'
import { type Crontab, crontabText, isCrontabDue } from './crontab.ts'
import { nextRunMs } from './crontab-next.ts'
import type { Due } from './due.ts'
import { type Interval, isIntervalDue, nextIntervalMs } from './interval.ts'
import { isRRuleDue, nextRRuleMs, type RRule, rruleLibrary, rruleText } from './rrule.ts'
import { isSolarDue, nextSolarMs, type Solar } from './solar.ts'
import { sunLibrary } from './solar-event.ts'

/** Plain data: what a store keeps. The method that users see (`next`) is not part of it. */
export type Schedule = Crontab | Interval | Solar | Clocked | RRule

export interface DueOptions {
  readonly lastMs: number
  readonly nowMs: number
  /** The application's; a crontab may have its own. */
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
    case 'solar':
      return isSolarDue(schedule, lastMs, nowMs)
    case 'clocked':
      return isClockedDue(schedule, lastMs, nowMs)
    case 'rrule':
      return isRRuleDue(schedule, lastMs, nowMs)
  }
}

/** The first run after `lastMs`, and always later than it; null when there is none. */
export function nextFireMs(schedule: Schedule, lastMs: number, zone: string): number | null {
  switch (schedule.type) {
    case 'crontab':
      return nextRunMs(schedule, lastMs, zone)
    case 'interval':
      return nextIntervalMs(schedule, lastMs, zone)
    case 'solar':
      return nextSolarMs(schedule, lastMs)
    case 'clocked':
      return nextClockedMs(schedule, lastMs)
    case 'rrule':
      return nextRRuleMs(schedule, lastMs)
  }
}

/** The next `count` runs after `afterMs`; fewer when it ends before. */
export function nextFires(
  schedule: Schedule,
  { afterMs, zone, count }: { readonly afterMs: number; readonly zone: string; readonly count: number },
): readonly number[] {
  const fires: number[] = []
  let next = nextFireMs(schedule, afterMs, zone)
  while (next !== null && fires.length < count) {
    fires.push(next)
    next = nextFireMs(schedule, next, zone)
  }
  return fires
}

/** The zone by whose clock it runs; only crontabs have one of their own. */
export function zoneOfSchedule(schedule: Schedule, appZone: string): string {
  return schedule.type === 'crontab' ? (schedule.timezone ?? appZone) : appZone
}

/** Loads what these schedules need, where that cannot be done when they are asked: in a page. */
export async function loadSchedules(schedules: readonly Schedule[]): Promise<void> {
  if (schedules.some(({ type }) => type === 'solar')) await sunLibrary.load()
  if (schedules.some(({ type }) => type === 'rrule')) await rruleLibrary.load()
}

/** In short, as Celery writes it: `0 4 * * *`, `every 30s`, `sunrise at latitude 52.5, longitude: 13.4`. */
export function scheduleText(schedule: Schedule): string {
  switch (schedule.type) {
    case 'crontab':
      return crontabText(schedule)
    case 'interval':
      return `every ${schedule.everySeconds}s`
    case 'solar':
      return `${schedule.event} at latitude ${schedule.latitude}, longitude: ${schedule.longitude}`
    case 'clocked':
      return `at ${new Date(schedule.atMs).toISOString()}`
    case 'rrule':
      return rruleText(schedule)
  }
}
