/** Any schedule in plain English, for people. */
import { crontabWords, MONTH_NAMES } from './crontab-words.ts'
import type { Interval } from './interval.ts'
import { rruleText } from './rrule.ts'
import type { Schedule } from './schedule.ts'
import type { Solar, SolarEvent } from './solar.ts'
import { DAY_MS, MINUTE_MS, offsetMs } from './zone.ts'

const EVENT_WORDS: Readonly<Record<SolarEvent, string>> = {
  dawn_astronomical: 'astronomical dawn',
  dawn_nautical: 'nautical dawn',
  dawn_civil: 'civil dawn',
  sunrise: 'sunrise',
  solar_noon: 'solar noon',
  sunset: 'sunset',
  dusk_civil: 'civil dusk',
  dusk_nautical: 'nautical dusk',
  dusk_astronomical: 'astronomical dusk',
}

/** `zone` is the reader's or the application's: only for times that are told as a date. */
export function scheduleWords(schedule: Schedule, zone = 'UTC'): string {
  switch (schedule.type) {
    case 'crontab':
      return crontabWords(schedule)
    case 'interval':
      return intervalWords(schedule)
    case 'solar':
      return solarWords(schedule)
    case 'clocked':
      return `Once, on ${dateWords(schedule.atMs, zone)} at ${timeWords(schedule.atMs, zone)} (${zone})`
    case 'rrule':
      return `By the recurrence rule ${rruleText(schedule)}`
  }
}

/** "29 March 2027" on the clock of the zone. */
export function dateWords(atMs: number, zone: string): string {
  const wall = new Date(atMs + offsetMs(atMs, zone))
  return `${wall.getUTCDate()} ${MONTH_NAMES[wall.getUTCMonth()]} ${wall.getUTCFullYear()}`
}

/** "02:30", with seconds and less only where there are some. */
export function timeWords(atMs: number, zone: string): string {
  const wall = new Date(atMs + offsetMs(atMs, zone)).toISOString()
  if (atMs % MINUTE_MS === 0) return wall.slice(11, 16)
  return atMs % 1000 === 0 ? wall.slice(11, 19) : wall.slice(11, 23)
}

function intervalWords({ everySeconds, relative }: Interval): string {
  const every = `Every ${lengthWords(everySeconds)}`
  if (!relative) return every
  const unit = everySeconds * 1000
  if (unit >= DAY_MS) return `${every}, at midnight`
  if (unit >= 60 * MINUTE_MS) return `${every}, on the hour`
  return unit >= MINUTE_MS ? `${every}, on the minute` : `${every}, on the second`
}

const UNITS: readonly (readonly [seconds: number, name: string])[] = [
  [86_400, 'day'],
  [3600, 'hour'],
  [60, 'minute'],
  [1, 'second'],
]

function lengthWords(seconds: number): string {
  for (const [size, name] of UNITS) {
    if (seconds % size !== 0) continue
    const count = seconds / size
    return count === 1 ? name : `${count} ${name}s`
  }
  return `${seconds} seconds`
}

function solarWords({ event, latitude, longitude }: Solar): string {
  const north = `${Math.abs(latitude)}° ${latitude < 0 ? 'S' : 'N'}`
  const east = `${Math.abs(longitude)}° ${longitude < 0 ? 'W' : 'E'}`
  return `At ${EVENT_WORDS[event]} at ${north}, ${east}`
}
