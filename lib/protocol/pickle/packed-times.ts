/** Dates and times as Python's datetime module packs them: the reverse of `python-times.ts`. */
import { isoOfDate, type PlainDate, type PlainTime, unsendable } from '../extended-json.ts'

export interface Packed {
  readonly bytes: readonly number[]
  /** Seconds ahead of UTC; null for a time without a zone. */
  readonly offsetSeconds: number | null
}

const CLOCK = /^(\d\d)(?::(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?)?(Z|[+-]\d\d(?::?\d\d(?::?\d\d)?)?)?$/

/** Throws `message/invalid` for an invalid Date. */
export function packedDatetime(date: Date): Packed {
  const text = isoOfDate(date)
  const clock = packedClock(text.slice(11) || '00:00')
  return { bytes: [...dayBytes(text.slice(0, 10)), ...clock.bytes], offsetSeconds: clock.offsetSeconds }
}

export function packedDate(date: PlainDate): readonly number[] {
  return dayBytes(date.iso)
}

export function packedTime(time: PlainTime): Packed {
  return packedClock(time.iso)
}

function dayBytes(iso: string): number[] {
  const [, year = 0, month = 0, day = 0] = (/^(\d{4})-(\d\d)-(\d\d)$/.exec(iso) ?? []).map(Number)
  if (year === 0) throw unsendable(`the day ${JSON.stringify(iso.slice(0, 20))}`)
  return [year >> 8, year & 0xff, month, day]
}

function packedClock(iso: string): Packed {
  const found = CLOCK.exec(iso)
  if (found === null) throw unsendable(`the time ${JSON.stringify(iso.slice(0, 40))}`)
  const [, hour = '0', minute = '0', second = '0', fraction = '', zone] = found
  const micros = Number(fraction.padEnd(6, '0').slice(0, 6))
  const bytes = [Number(hour), Number(minute), Number(second), micros >> 16, (micros >> 8) & 0xff, micros & 0xff]
  return { bytes, offsetSeconds: zone === undefined ? null : secondsOf(zone) }
}

function secondsOf(zone: string): number {
  if (zone === 'Z') return 0
  const digits = zone.slice(1).replaceAll(':', '').padEnd(6, '0')
  const seconds = Number(digits.slice(0, 2)) * 3600 + Number(digits.slice(2, 4)) * 60 + Number(digits.slice(4, 6))
  return zone.startsWith('-') ? -seconds : seconds
}
