/**
 * Values as RedBeat's JSON has them: a datetime is an object of its parts. Kombu, and so the rest of this program, writes
 * `{__type__: 'datetime', __value__: iso}` instead; arguments and options are turned from the one into the other.
 */
import { isRecord, setField } from '../../protocol/record.ts'
import { WholeFloat } from '../../protocol/whole-float.ts'
import { firstInstantOf } from '../../schedules/zone.ts'

const MAX_DEPTH = 100

/** A datetime in UTC, to the millisecond. */
export function encodeDatetime(ms: number): Record<string, unknown> {
  const date = new Date(Math.round(ms)) // the slot of an interval of 16.08 s is no whole number
  return {
    __type__: 'datetime',
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
    microsecond: date.getUTCMilliseconds() * 1000,
    timezone: 'UTC',
  }
}

/** The instant; its zone is a name, or seconds ahead of UTC. Null when it is no datetime. */
export function decodeDatetime(value: unknown): number | null {
  if (!isRecord(value) || value['__type__'] !== 'datetime') return null
  const part = (name: string, standard: number | null): number => {
    const number = plainNumber(value[name] ?? standard)
    return number ?? Number.NaN
  }
  const date = Date.UTC(part('year', null), part('month', null) - 1, part('day', null))
  const seconds = part('hour', 0) * 3600 + part('minute', 0) * 60 + part('second', 0)
  const wallMs = date + seconds * 1000 + Math.floor(part('microsecond', 0) / 1000)
  if (!Number.isFinite(wallMs)) return null
  const zone = value['timezone'] ?? 'UTC'
  const offsetSeconds = plainNumber(zone)
  if (offsetSeconds !== null) return wallMs - offsetSeconds * 1000
  if (typeof zone !== 'string') return null
  try {
    return zone === 'UTC' ? wallMs : firstInstantOf(wallMs, zone)
  } catch {
    return null // a zone that this machine does not know
  }
}

/** The number, also of a float that was kept apart from an integer. */
export function plainNumber(value: unknown): number | null {
  if (value instanceof WholeFloat) return value.value
  return typeof value === 'number' ? value : null
}

/** What RedBeat wrote, with kombu's dates. */
export function fromRedBeat(value: unknown, depth = 0): unknown {
  if (depth > MAX_DEPTH || typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map((item: unknown) => fromRedBeat(item, depth + 1))
  if (!isRecord(value)) return value
  const ms = decodeDatetime(value)
  if (ms !== null) return { __type__: 'datetime', __value__: new Date(ms).toISOString().replace('Z', '+00:00') }
  return mapFields(value, (item) => fromRedBeat(item, depth + 1))
}

/** The way back. */
export function toRedBeat(value: unknown, depth = 0): unknown {
  if (value instanceof Date) return encodeDatetime(value.getTime())
  if (depth > MAX_DEPTH || typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map((item: unknown) => toRedBeat(item, depth + 1))
  if (!isRecord(value)) return value
  if (value['__type__'] === 'datetime' && typeof value['__value__'] === 'string') {
    const ms = Date.parse(value['__value__'])
    if (Number.isFinite(ms)) return encodeDatetime(ms)
  }
  return mapFields(value, (item) => toRedBeat(item, depth + 1))
}

function mapFields(record: Readonly<Record<string, unknown>>, map: (value: unknown) => unknown): unknown {
  const mapped: Record<string, unknown> = {}
  for (const [name, item] of Object.entries(record)) setField(mapped, name, map(item))
  return mapped
}
