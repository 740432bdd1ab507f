import { UmbelError } from '../../../lib/errors.ts'
import { parseIsoTime } from '../../../lib/protocol/iso-time.ts'
import { instantsOf } from '../../../lib/schedules/zone.ts'

const LENGTH = /^(?:(\d{1,5})d)?(?:(\d{1,5})h)?(?:(\d{1,6})m)?(?:(\d{1,7})s)?$/
const WALL = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.\d+)?)?)?$/

/** `2h30m` from now, or ISO 8601: on the clock of `zone` unless it has an offset. Throws option/invalid, also for the past. */
export function readUntil(text: string, zone: string, nowMs: number): number {
  const length = LENGTH.exec(text)
  if (length !== null && text !== '') {
    const [days = 0, hours = 0, minutes = 0, seconds = 0] = length.slice(1).map((digits) => Number(digits ?? 0))
    return nowMs + (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000
  }
  const untilMs = wallMs(text, zone) ?? parseIsoTime(text)
  if (untilMs !== null && untilMs > nowMs) return untilMs
  const expected =
    untilMs === null ? 'ISO 8601 such as 2027-01-31T08:00, or a time from now such as 2h30m' : 'a time that is to come'
  throw new UmbelError('option/invalid', { option: '--until', value: text, expected })
}

/** Null: no reading of a clock without an offset. */
function wallMs(text: string, zone: string): number | null {
  const found = WALL.exec(text)
  if (found === null || parseIsoTime(text) === null) return null
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = found
    .slice(1)
    .map((digits) => Number(digits ?? 0))
  const [first] = instantsOf(Date.UTC(year, month - 1, day, hour, minute), zone)
  return first === undefined ? null : first + second * 1000
}
