/**
 * Times as the three databases hold them: text with an offset (PostgreSQL's timestamptz), or without one, in UTC or in
 * the zone of Django's settings (MySQL, SQLite, PostgreSQL with USE_TZ = False). Microseconds, as Python has them, fit
 * a double until the year 2255, and the end of the calendar to within one.
 */
import { firstInstantOf, offsetMs } from '../../schedules/zone.ts'

/** How one column holds its times. */
export interface TimeFormat {
  /** Zone of a text without an offset. */
  readonly zone: string
  /** Texts are written with `+00:00`. */
  readonly aware: boolean
  /**
   * PostgreSQL with USE_TZ = False: Django writes UTC as if it were a clock in this zone, and the column, which does
   * have a zone, turns it into another instant.
   */
  readonly readAs?: string
}

const TIME = /^(\d{4})-(\d\d)-(\d\d)[ T](\d\d):(\d\d):(\d\d)(?:\.(\d{1,6})\d*)?\s*(Z|[+-]\d\d(?::?\d\d)?(?::?\d\d)?)?$/

/** Microseconds since 1970 UTC; null for what is no time. */
export function readTime(value: unknown, { zone, readAs }: TimeFormat): number | null {
  const found = typeof value === 'string' ? TIME.exec(value) : null
  if (found === null) return null
  const [, years, months, days, hours, minutes, seconds, fraction = '', offset] = found
  const minute = Date.UTC(Number(years), Number(months) - 1, Number(days), Number(hours), Number(minutes))
  const wholeMinute = offset === undefined ? firstInstantOf(minute, zone) : minute - offsetOf(offset)
  const shown = readAs === undefined ? wholeMinute : wholeMinute + offsetMs(wholeMinute, readAs)
  return (shown + Number(seconds) * 1000) * 1000 + Number(fraction.padEnd(6, '0'))
}

/** As Django writes it: no fraction when it is zero, for SQLite compares texts. */
export function writeTime(micros: number, { zone, aware, readAs }: TimeFormat): string {
  const givenMs = Math.floor(micros / 1000)
  const instantMs = readAs === undefined ? givenMs : firstInstantOf(givenMs, readAs)
  const wall = new Date(instantMs + (aware ? 0 : offsetMs(instantMs, zone)))
  const seconds = wall.toISOString().slice(0, 19).replace('T', ' ')
  const fraction = micros - Math.floor(micros / 1_000_000) * 1_000_000
  return `${seconds}${fraction === 0 ? '' : `.${String(fraction).padStart(6, '0')}`}${aware ? '+00:00' : ''}`
}

function offsetOf(text: string): number {
  if (text === 'Z') return 0
  const [hours = '0', minutes = '0', seconds = '0'] = text.slice(1).match(/\d\d/g) ?? []
  const size = ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000
  return text.startsWith('-') ? -size : size
}
