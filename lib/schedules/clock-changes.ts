/** What a schedule does on the days on which its clock is set: times that do not exist, and times that come twice. */
import type { Crontab } from './crontab.ts'
import { nextReading } from './crontab-next.ts'
import { joined } from './crontab-words.ts'
import { type Schedule, zoneOfSchedule } from './schedule.ts'
import { dateWords, timeWords } from './words.ts'
import { type ClockChange, changesBetween, DAY_MS, MINUTE_MS, offsetMs } from './zone.ts'

/** Ten years: more is asked by mistake. */
const MAX_DAYS = 3660
const MAX_LISTED = 3

/**
 * Sentences on the next `days` days, such as "02:30 does not exist on 28 March 2027 in Europe/Berlin; runs at 03:30".
 * Only crontabs are bound to a clock.
 */
export function clockChangeWarnings(
  schedule: Schedule,
  appZone: string,
  fromMs: number,
  days: number,
): readonly string[] {
  if (schedule.type !== 'crontab') return []
  const zone = zoneOfSchedule(schedule, appZone)
  const changes = changesBetween(fromMs, fromMs + Math.min(days, MAX_DAYS) * DAY_MS, zone)
  return changes.flatMap((change) => {
    return change.shiftMs > 0 ? skippedWords(schedule, change, zone) : repeatedWords(schedule, change, zone)
  })
}

function skippedWords(cron: Crontab, { atMs, shiftMs }: ClockChange, zone: string): readonly string[] {
  const startWall = atMs + offsetMs(atMs - 1, zone)
  // A run that is moved onto one that there is anyway (every hour) is no news.
  const moved = readingsBetween(cron, startWall, startWall + shiftMs).filter((wall) => {
    return nextReading(cron, wall + shiftMs - MINUTE_MS) !== wall + shiftMs
  })
  if (moved.length === 0) return []
  const where = `on ${dateWords(startWall, 'UTC')} in ${zone}`
  const runsAt = moved.map((wall) => wall + shiftMs)
  if (moved.length === 1) return [`${listWords(moved)} does not exist ${where}; runs at ${listWords(runsAt)}`]
  return [
    `${listWords(moved)} do not exist ${where}; they run ${runsAt.length > MAX_LISTED ? spanWords(runsAt) : `at ${listWords(runsAt)}`}`,
  ]
}

function repeatedWords(cron: Crontab, { atMs, shiftMs }: ClockChange, zone: string): readonly string[] {
  const endWall = atMs + offsetMs(atMs - 1, zone)
  const twice = readingsBetween(cron, endWall + shiftMs, endWall)
  if (twice.length === 0) return []
  const where = `twice on ${dateWords(endWall + shiftMs, 'UTC')} in ${zone}`
  const runs = cron.values.hour.length === 24 ? 'runs both times' : 'runs the first time only'
  return [`${listWords(twice)} ${twice.length === 1 ? 'comes' : 'come'} ${where}; ${runs}`]
}

function readingsBetween(cron: Crontab, fromWall: number, toWall: number): readonly number[] {
  const found: number[] = []
  let wall = nextReading(cron, fromWall - MINUTE_MS)
  while (wall !== null && wall < toWall) {
    found.push(wall)
    wall = nextReading(cron, wall)
  }
  return found
}

function listWords(walls: readonly number[]): string {
  return walls.length <= MAX_LISTED
    ? joined(walls.map((wall) => timeWords(wall, 'UTC')))
    : `${walls.length} times ${spanWords(walls)}`
}

function spanWords(walls: readonly number[]): string {
  return `from ${timeWords(walls[0] ?? 0, 'UTC')} to ${timeWords(walls.at(-1) ?? 0, 'UTC')}`
}
