/**
 * A crontab in plain English, from its values and not from how it was written. Two crontabs with different values never
 * get the same words: each form below tells the whole of what it stands for.
 */
import type { Crontab } from './crontab.ts'
import { LIMITS } from './crontab-field.ts'

export const MONTH_NAMES = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
]
const DAY_NAMES = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']

/** More times a day than this are told by minutes and hours. */
const MAX_TIMES = 6
const LEAST_RUN = 3

/** "Weekdays at 02:30", "Every 5 minutes from 09:00 to 17:59 on weekdays", "On the 1st of January at 00:00". */
export function crontabWords(cron: Crontab): string {
  const { hour, minute } = cron.values
  const times = timesOf(hour, minute)
  const words =
    times === null
      ? `${frequencyWords(hour, minute)}${asSuffix(dayWords(cron))}`
      : `${dayWords(cron) ?? 'every day'} at ${joined(times)}`
  const zone = cron.timezone === null ? '' : ` (${cron.timezone})`
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}${zone}`
}

/** The times of day, when they are few. */
function timesOf(hours: readonly number[], minutes: readonly number[]): readonly string[] | null {
  const isRun = hours.length > LEAST_RUN && runFrom(hours) !== null
  if (hours.length * minutes.length > MAX_TIMES || (isRun && minutes.length === 1)) return null
  return hours.flatMap((hour) => minutes.map((minute) => timeText(hour, minute)))
}

function frequencyWords(hours: readonly number[], minutes: readonly number[]): string {
  const [minute = 0] = minutes
  const run = runFrom(hours)
  if (minutes.length === 1) {
    if (hours.length === 24) return minute === 0 ? 'every hour' : `every hour at minute ${minute}`
    if (run !== null) return `every hour from ${timeText(run.first, minute)} to ${timeText(run.last, minute)}`
    const step = stepOf(hours, 24)
    if (step !== null) return minute === 0 ? `every ${step} hours` : `every ${step} hours at minute ${minute}`
    return `at minute ${minute} of the hours ${listed(hours, twoDigits)}`
  }
  const often = oftenWords(minutes)
  const from = often ?? `at minutes ${listed(minutes, String)}`
  if (hours.length === 24) return often ?? `${from} of every hour`
  if (run === null) return `${from} of the hours ${listed(hours, twoDigits)}`
  return `${from}${often === null ? ' of every hour' : ''} from ${timeText(run.first, 0)} to ${timeText(run.last, 59)}`
}

function oftenWords(minutes: readonly number[]): string | null {
  if (minutes.length === 60) return 'every minute'
  const step = stepOf(minutes, 60)
  return step === null ? null : `every ${step} minutes`
}

/** Which days; null for all of them. Both the day of the month and the week day have to match. */
function dayWords({ values }: Crontab): string | null {
  const months = isWhole('month_of_year', values.month_of_year) ? null : listed(values.month_of_year, monthName)
  const weekdays = isWhole('day_of_week', values.day_of_week) ? null : weekdayWords(values.day_of_week)
  if (isWhole('day_of_month', values.day_of_month)) {
    if (weekdays !== null) return months === null ? weekdays : `${weekdays} in ${months}`
    return months === null ? null : `every day in ${months}`
  }
  const dates = `on the ${listed(values.day_of_month, ordinal)} of ${months ?? 'every month'}`
  return weekdays === null ? dates : `${dates}, only ${weekdays},`
}

/** After "every 5 minutes": "on weekdays", "in January". */
function asSuffix(days: string | null): string {
  if (days === null) return ''
  if (days.startsWith('every day in ')) return ` ${days.slice('every day '.length)}`
  return days.startsWith('on ') ? ` ${days.replace(/,$/, '')}` : ` on ${days}`
}

function weekdayWords(days: readonly number[]): string {
  if (String(days) === '1,2,3,4,5') return 'weekdays'
  if (String(days) === '0,6') return 'weekends'
  // The week begins on Monday here.
  const fromMonday = days.map((day) => (day + 6) % 7).sort((a, b) => a - b)
  return listed(fromMonday, (day) => `${DAY_NAMES[(day + 1) % 7]}s`)
}

/** `0, 15 and 30 to 45`: three and more in a row as a range. Values ascending. */
function listed(values: readonly number[], name: (value: number) => string): string {
  const parts: string[] = []
  for (let start = 0; start < values.length; ) {
    let end = start
    while (values[end + 1] === (values[end] ?? 0) + 1) end++
    const run = values.slice(start, end + 1)
    if (run.length >= LEAST_RUN) parts.push(`${name(run[0] ?? 0)} to ${name(run.at(-1) ?? 0)}`)
    else parts.push(...run.map(name))
    start = end + 1
  }
  return joined(parts)
}

export function joined(parts: readonly string[]): string {
  return parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`
}

/** The hours as one span of the day, also over midnight; null when there are gaps, or all of them. */
function runFrom(hours: readonly number[]): { readonly first: number; readonly last: number } | null {
  if (hours.length === 24) return null
  const begins = hours.filter((hour) => !hours.includes((hour + 23) % 24))
  const [first] = begins
  return begins.length === 1 && first !== undefined ? { first, last: (first + hours.length - 1) % 24 } : null
}

/** 0, n, 2n... up to the end, where n goes into the whole evenly; null for anything else. */
function stepOf(values: readonly number[], size: number): number | null {
  const step = size / values.length
  const even = Number.isInteger(step) && step > 1 && values.every((value, index) => value === index * step)
  return even ? step : null
}

function isWhole(field: keyof typeof LIMITS, values: readonly number[]): boolean {
  const [low, high] = LIMITS[field]
  return values.length === high - low + 1
}

function monthName(month: number): string {
  return MONTH_NAMES[month - 1] ?? String(month)
}

function ordinal(day: number): string {
  const teen = day % 100 >= 11 && day % 100 <= 13
  const ending = teen ? 'th' : (['th', 'st', 'nd', 'rd'][day % 10] ?? 'th')
  return `${day}${ending}`
}

function timeText(hour: number, minute: number): string {
  return `${twoDigits(hour)}:${twoDigits(minute)}`
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0')
}
