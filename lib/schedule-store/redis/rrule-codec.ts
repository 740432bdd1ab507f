/** Recurrence rules as RedBeat's JSON has them: fields of dateutil's rrule, times as seconds with an offset beside. */
import { isRecord } from '../../protocol/record.ts'
import {
  RRULE_FREQUENCIES,
  RRULE_PARTS,
  type RRule,
  type RRuleFrequency,
  type RRulePart,
  rrule,
} from '../../schedules/rrule.ts'
import { plainNumber } from './python-values.ts'

export function encodeRRule(rule: RRule): Record<string, unknown> {
  const { freq, every, weekStart, count, startMs, untilMs, offsetMinutes, parts } = rule
  const lists = RRULE_PARTS.map((part) => [part, part === 'byweekday' ? weekdays(parts[part]) : (parts[part] ?? null)])
  return {
    ...{ __type__: 'rrule', freq: RRULE_FREQUENCIES.indexOf(freq), interval: every, wkst: weekStart, count },
    ...Object.fromEntries(lists),
    ...{ dtstart: Math.floor(startMs / 1000), dtstart_tz: offsetMinutes },
    ...(untilMs !== null && { until: Math.floor(untilMs / 1000), until_tz: offsetMinutes }),
  }
}

/** RedBeat's own form of a day, so that what it reads is what it wrote. */
function weekdays(days: readonly number[] | undefined): unknown {
  return days?.map((wkday) => ({ __type__: 'weekday', wkday })) ?? null
}

/** Throws an Error that names the field. */
export function decodeRRule(value: Readonly<Record<string, unknown>>): RRule {
  const start = plainNumber(value['dtstart'])
  if (start === null) throw new Error(`schedule.dtstart: expected seconds, got ${JSON.stringify(value['dtstart'])}`)
  const until = plainNumber(value['until'])
  const parts: Partial<Record<RRulePart, readonly number[]>> = {}
  for (const part of RRULE_PARTS) {
    const list = listOf(part, value[part])
    if (list !== null) parts[part] = list
  }
  return rrule({
    freq: frequency(value['freq']),
    startMs: start * 1000,
    offsetMinutes: plainNumber(value['dtstart_tz']) ?? 0,
    every: plainNumber(value['interval']) ?? 1,
    weekStart: weekday(value['wkst']),
    count: plainNumber(value['count']),
    untilMs: until === null ? null : until * 1000,
    parts,
  })
}

/** A number as dateutil counts them, or its name. */
function frequency(value: unknown): RRuleFrequency {
  const number = plainNumber(value)
  const found = RRULE_FREQUENCIES.find((name, index) =>
    typeof value === 'string' ? name === value.toUpperCase() : index === number,
  )
  if (found === undefined) throw new Error(`schedule.freq: expected 0 to 6, got ${JSON.stringify(value)}`)
  return found
}

function weekday(value: unknown): number | null {
  return isRecord(value) && value['__type__'] === 'weekday' ? plainNumber(value['wkday']) : plainNumber(value)
}

function listOf(part: RRulePart, value: unknown): readonly number[] | null {
  if (value === null || value === undefined) return null
  const items: readonly unknown[] = Array.isArray(value) ? value : [value]
  const numbers = items.map(weekday).filter((number) => number !== null)
  if (numbers.length !== items.length) {
    throw new Error(`schedule.${part}: expected numbers, got ${JSON.stringify(value)}`)
  }
  return numbers
}
