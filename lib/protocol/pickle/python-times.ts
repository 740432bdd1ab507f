/** The classes of Python's datetime module as they are pickled: packed bytes and a tzinfo object. */
import { bytesOfLatin1 } from '../byte-reader.ts'
import { dateOfIso, PlainDate, PlainTime } from '../extended-json.ts'
import { PythonObject } from '../python-object.ts'
import { TimeDelta } from '../time-delta.ts'

type Args = readonly unknown[]

/** `(bytes of year, month, day, hour, minute, second, microseconds[, tzinfo])`. Undefined for any other arguments. */
export function datetimeOf([packed, zone]: Args): unknown {
  const bytes = packedBytes(packed, 10)
  if (bytes === null) return undefined
  const local = `${dayOf(bytes)}T${clockOf(bytes.subarray(4))}`
  const offset = offsetOf(zone, local)
  // In a zone that is not known here the instant is not known either.
  if (offset === null) return new PythonObject('datetime.datetime', [local, zone])
  return dateOfIso(local + offset)
}

export function dateOf([packed]: Args): PlainDate | undefined {
  const bytes = packedBytes(packed, 4)
  return bytes === null ? undefined : new PlainDate(dayOf(bytes))
}

export function timeOf([packed, zone]: Args): unknown {
  const bytes = packedBytes(packed, 6)
  if (bytes === null) return undefined
  const offset = offsetOf(zone, `1970-01-01T${clockOf(bytes)}`)
  if (offset === null) return new PythonObject('datetime.time', [clockOf(bytes), zone])
  return new PlainTime(clockOf(bytes) + offset)
}

export function timeDeltaOf([days = 0, seconds = 0, microseconds = 0]: Args): TimeDelta | undefined {
  return [days, seconds, microseconds].every((part) => Number.isSafeInteger(part))
    ? new TimeDelta(Number(days), Number(seconds), Number(microseconds))
    : undefined
}

/** Python 2 and protocols before 3 write the bytes as text. */
function packedBytes(packed: unknown, length: number): Uint8Array | null {
  const bytes = typeof packed === 'string' ? bytesOfLatin1(packed) : packed
  return bytes instanceof Uint8Array && bytes.length === length ? bytes : null
}

/** The top bit of the month marks the second of two equal hours in autumn. */
function dayOf([high = 0, low = 0, month = 0, day = 0]: Uint8Array): string {
  return `${String(high * 256 + low).padStart(4, '0')}-${two(month & 0x7f)}-${two(day)}`
}

function clockOf([hour = 0, minute = 0, second = 0, high = 0, middle = 0, low = 0]: Uint8Array): string {
  const micros = high * 65_536 + middle * 256 + low
  return `${two(hour & 0x7f)}:${two(minute)}:${two(second)}${micros === 0 ? '' : `.${String(micros).padStart(6, '0')}`}`
}

/** `+05:30`; '' for no zone, null for one that is not known here. */
function offsetOf(zone: unknown, local: string): string | null {
  if (zone === undefined || zone === null) return ''
  if (!(zone instanceof PythonObject) || zone.args === null) return null
  const [first, second] = zone.args
  switch (zone.name) {
    case 'datetime.timezone':
      return first instanceof TimeDelta ? offsetText(first.ms / 1000) : null
    case 'pytz._UTC':
    case 'pytz.utc':
    case 'dateutil.tz.tz.tzutc':
      return '+00:00'
    case 'pytz._FixedOffset':
    case 'pytz.FixedOffset':
      return typeof first === 'number' ? offsetText(first * 60) : null
    case 'pytz._p':
      return typeof second === 'number' ? offsetText(second) : zoneOffset(first, local)
    case 'dateutil.tz.tz.tzoffset':
      return second instanceof TimeDelta ? offsetText(second.ms / 1000) : null
    case 'zoneinfo.ZoneInfo':
    case 'zoneinfo.ZoneInfo._unpickle':
      return zoneOffset(first, local)
  }
  return null
}

function offsetText(seconds: number): string | null {
  if (!Number.isFinite(seconds) || Math.abs(seconds) >= 86_400) return null
  const size = Math.abs(seconds)
  const text = `${seconds < 0 ? '-' : '+'}${two(Math.floor(size / 3600))}:${two(Math.floor(size / 60) % 60)}`
  return size % 60 === 0 ? text : `${text}:${two(Math.floor(size % 60))}`
}

/** What the zone was ahead of UTC at a local time, by the JavaScript engine's own time zones. */
function zoneOffset(name: unknown, local: string): string | null {
  const wall = dateOfIso(local)
  if (typeof name !== 'string' || wall === undefined) return null
  try {
    const format = new Intl.DateTimeFormat('en-US', { timeZone: name, timeZoneName: 'longOffset' })
    const first = offsetAt(format, wall.getTime())
    return offsetText(offsetAt(format, wall.getTime() - first * 1000))
  } catch {
    return null // no such zone
  }
}

function offsetAt(format: Intl.DateTimeFormat, ms: number): number {
  const name = format.formatToParts(ms).find((part) => part.type === 'timeZoneName')?.value ?? ''
  const [, sign = '+', hours = '0', minutes = '0', seconds = '0'] = /([+-])(\d+):(\d+)(?::(\d+))?/.exec(name) ?? []
  return Number(`${sign}1`) * ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds))
}

function two(value: number): string {
  return String(value).padStart(2, '0')
}
