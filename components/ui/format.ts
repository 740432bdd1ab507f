/**
 * How numbers, times and names are written (ux.md 5). Pure; the unit is in each parameter's name. What is not known is
 * a dash, never 0 and never empty.
 */
export const UNKNOWN = '–'

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

type Maybe = number | null | undefined

/** `0.4 ms`, `132 ms`, `4.21 s`, `3 m 07 s`, `2 h 14 m`, `3 d 4 h`: three digits at most below a minute. */
export function formatDuration(ms: Maybe): string {
  if (!isKnown(ms)) return UNKNOWN
  if (ms < 0) return `-${formatDuration(-ms)}`
  if (ms === 0) return '0 ms'
  if (ms < 9.95) return `${Math.max(0.1, round(ms, 1))} ms`
  if (ms < 999.5) return `${Math.round(ms)} ms`
  const seconds = ms / SECOND
  if (seconds < 9.995) return `${seconds.toFixed(2)} s`
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`
  return formatLongDuration(Math.round(seconds))
}

/** As `formatDuration`, in whole seconds: for what ticks. */
export function formatSeconds(ms: Maybe): string {
  if (!isKnown(ms)) return UNKNOWN
  const seconds = Math.max(0, Math.floor(ms / SECOND))
  return seconds < 60 ? `${seconds} s` : formatLongDuration(seconds)
}

function formatLongDuration(seconds: number): string {
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `${minutes} m ${pad(seconds % 60)} s`
  const hours = Math.floor(minutes / 60)
  if (hours < 24) return `${hours} h ${pad(minutes % 60)} m`
  return `${group(Math.floor(hours / 24))} d ${hours % 24} h`
}

/** `12 s ago` up to an hour, then the time of day, then the day; `in 12 s` for what is to come. Local time. */
export function formatAgo(ms: Maybe, nowMs: number): string {
  if (!isKnown(ms)) return UNKNOWN
  const age = nowMs - ms
  if (age < 0) return age > -SECOND ? 'now' : age > -HOUR ? `in ${formatAge(-age)}` : formatDay(ms, nowMs)
  if (age < SECOND) return 'now'
  return age < HOUR ? `${formatAge(age)} ago` : formatDay(ms, nowMs)
}

/** As `formatAgo`, also beyond the hour: `3 h ago`, `2 d ago`, `in 5 h`. */
export function formatDistance(ms: Maybe, nowMs: number): string {
  if (!isKnown(ms)) return UNKNOWN
  const age = Math.abs(nowMs - ms)
  if (age < HOUR) return formatAgo(ms, nowMs)
  const text = age < DAY ? `${Math.floor(age / HOUR)} h` : `${group(Math.floor(age / DAY))} d`
  return nowMs > ms ? `${text} ago` : `in ${text}`
}

function formatAge(ms: number): string {
  return ms < MINUTE ? `${Math.floor(ms / SECOND)} s` : `${Math.floor(ms / MINUTE)} m`
}

function formatDay(ms: number, nowMs: number): string {
  const then = new Date(ms)
  const time = `${pad(then.getHours())}:${pad(then.getMinutes())}`
  const days = Math.round((startOfDay(nowMs) - startOfDay(ms)) / DAY)
  if (days === 0) return time
  if (days === 1) return `yesterday ${time}`
  if (days === -1) return `tomorrow ${time}`
  const month = MONTHS[then.getMonth()] ?? ''
  const year = then.getFullYear() === new Date(nowMs).getFullYear() ? '' : ` ${then.getFullYear()}`
  return `${then.getDate()} ${month}${year} ${time}`
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

function startOfDay(ms: number): number {
  const day = new Date(ms)
  return new Date(day.getFullYear(), day.getMonth(), day.getDate()).getTime()
}

/** `14:03:22`, in the given zone. */
export function formatTime(ms: Maybe, zone: 'local' | 'utc' = 'local'): string {
  if (!isKnown(ms)) return UNKNOWN
  const at = new Date(ms)
  return zone === 'utc'
    ? at.toISOString().slice(11, 19)
    : `${pad(at.getHours())}:${pad(at.getMinutes())}:${pad(at.getSeconds())}`
}

/** `2026-11-21 14:03:22.481 (UTC+1)`: all there is to know of a moment. */
export function formatMoment(ms: Maybe, zone: 'local' | 'utc' = 'local'): string {
  if (!isKnown(ms)) return UNKNOWN
  const at = new Date(ms)
  if (Number.isNaN(at.getTime())) return UNKNOWN
  if (zone === 'utc') return `${at.toISOString().replace('T', ' ').replace('Z', '')} (UTC)`
  const offset = -at.getTimezoneOffset()
  const local = new Date(ms + offset * MINUTE).toISOString().replace('T', ' ').replace('Z', '')
  return `${local} (UTC${formatOffset(offset)})`
}

function formatOffset(minutes: number): string {
  if (minutes === 0) return ''
  const size = Math.abs(minutes)
  const rest = size % 60
  return `${minutes < 0 ? '-' : '+'}${Math.floor(size / 60)}${rest === 0 ? '' : `:${pad(rest)}`}`
}

/** Whole, with grouping: `12,480`. In tables always; in figures up to 99,999. */
export function formatCount(count: Maybe): string {
  return isKnown(count) ? group(Math.round(count)) : UNKNOWN
}

/** For figures: whole up to 99,999, then `412 k`, `1.28 M`. */
export function formatShortCount(count: Maybe): string {
  if (!isKnown(count)) return UNKNOWN
  const size = Math.abs(count)
  if (size < 100_000) return group(Math.round(count))
  if (size < 999_500) return `${Math.round(count / 1_000)} k`
  if (size < 999_500_000) return `${digits(count / 1_000_000)} M`
  return `${digits(count / 1_000_000_000)} G`
}

/** `182/s`; below one a second by the minute, below one a minute by the hour. */
export function formatRate(perSecond: Maybe): string {
  if (!isKnown(perSecond)) return UNKNOWN
  const size = Math.abs(perSecond)
  if (size === 0) return '0/s'
  if (size >= 1) return `${digits(perSecond)}/s`
  if (size * 60 >= 1) return `${digits(perSecond * 60)}/min`
  return size * 3_600 >= 0.1 ? `${digits(perSecond * 3_600)}/h` : '< 0.1/h'
}

/** A share of 1 as `1.4 %`; never 0 % when it is not 0, never 100 % when it is not all. */
export function formatPercent(share: Maybe): string {
  if (!isKnown(share)) return UNKNOWN
  if (share === 0) return '0 %'
  if (share === 1) return '100 %'
  const percent = share * 100
  if (percent > 0 && percent < 0.1) return '< 0.1 %'
  if (percent > 99.9 && percent < 100) return '> 99.9 %'
  return `${percent < 10 ? round(percent, 1) : percent > 99 ? round(percent, 1) : Math.round(percent)} %`
}

/** `412 B`, `1.2 kB`, `3.4 MB`: steps of 1000. */
export function formatBytes(bytes: Maybe): string {
  if (!isKnown(bytes)) return UNKNOWN
  let value = bytes
  for (const unit of ['B', 'kB', 'MB', 'GB']) {
    if (Math.abs(value) < 999.5) return `${unit === 'B' ? Math.round(value) : oneDigit(value)} ${unit}`
    value /= 1_000
  }
  return `${oneDigit(value)} TB`
}

/** The first eight characters of an id. */
export function shortId(id: string): string {
  return id.slice(0, 8)
}

/** Splits `project.emails.send_receipt` into the module part (with its dot) and the function. */
export function splitName(name: string): { readonly module: string; readonly base: string } {
  const dot = name.lastIndexOf('.')
  return { module: name.slice(0, dot + 1), base: name.slice(dot + 1) }
}

/** `celery@w3.example` → `w3.example`; the part that tells workers apart. */
export function shortWorker(name: string): string {
  return name.startsWith('celery@') && name.length > 7 ? name.slice(7) : name
}

/** `1 task`, `12 tasks`. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${group(count)} ${count === 1 ? one : many}`
}

function isKnown(value: Maybe): value is number {
  return typeof value === 'number' && Number.isFinite(value)
}

function digits(value: number): string {
  const size = Math.abs(value)
  return size >= 99.95 ? group(Math.round(value)) : size >= 9.995 ? value.toFixed(1) : String(round(value, 2))
}

function oneDigit(value: number): string {
  return Math.abs(value) >= 99.95 ? String(Math.round(value)) : value.toFixed(1)
}

function round(value: number, places: number): number {
  const factor = 10 ** places
  return Math.round(value * factor) / factor
}

function group(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+(?!\d))/g, ',')
}

function pad(value: number): string {
  return String(value).padStart(2, '0')
}
