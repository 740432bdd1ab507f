/**
 * Times as Celery writes them in eta, expires and date_done: `2026-11-21T01:40:41.145473+00:00`, microseconds left out
 * when zero; `Z` and milliseconds are accepted (wire.md 0).
 */

const ISO =
  /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?(Z|[+-]\d\d(?::?\d\d(?::?\d\d)?)?)?)?$/

/** Milliseconds since 1970, or null when this is no time. Without an offset it is read as UTC, as Celery does. */
export function parseIsoTime(text: string): number | null {
  const found = ISO.exec(text)
  if (found === null) return null
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '', offset = 'Z'] = found
  const date = new Date(0)
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day))
  // 31 February would silently become March.
  if (date.getUTCMonth() !== Number(month) - 1 || date.getUTCDate() !== Number(day) || Number(year) === 0) return null
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return null
  date.setUTCHours(Number(hour), Number(minute), Number(second), Number(fraction.padEnd(3, '0').slice(0, 3)))
  return date.getTime() - offsetMs(offset)
}

/** The first millisecond that is not before it: what waits for a time of Python's must not begin within the one before. */
export function parseIsoTimeUp(text: string): number | null {
  const ms = parseIsoTime(text)
  return ms !== null && BETWEEN_MS.test(text) ? ms + 1 : ms
}

const BETWEEN_MS = /[.,]\d{3}\d*[1-9]/

/** `2026-11-21T01:40:41.145000+00:00`, as Python's isoformat writes it. Throws RangeError outside the years 1..9999. */
export function formatIsoTime(ms: number): string {
  if (ms !== last.ms) last = { ms, text: isoText(ms) }
  return last.text
}

/** Many tasks end within one millisecond. */
let last = { ms: 0, text: '1970-01-01T00:00:00+00:00' }

function isoText(ms: number): string {
  const text = new Date(ms).toISOString()
  if (text.length !== 24) throw new RangeError('a time outside the years 1 to 9999 cannot be sent')
  const fraction = text.slice(20, 23)
  return `${text.slice(0, 19)}${fraction === '000' ? '' : `.${fraction}000`}+00:00`
}

function offsetMs(offset: string): number {
  if (offset === 'Z') return 0
  const digits = offset.slice(1).replaceAll(':', '')
  const hours = Number(digits.slice(0, 2))
  const minutes = Number(digits.slice(2, 4) || '0')
  const seconds = Number(digits.slice(4, 6) || '0')
  const ms = ((hours * 60 + minutes) * 60 + seconds) * 1000
  return offset.startsWith('-') ? -ms : ms
}
