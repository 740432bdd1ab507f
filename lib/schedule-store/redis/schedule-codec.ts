/**
 * Schedules as RedBeat's JSON has them (celery-redbeat 2.4, worker-beat.md 5.4). What RedBeat has no word for gets a
 * `__type__`, or a field, of ours; such entries are kept out of its sight, for a RedBeat that meets one ends.
 */
import { isRecord } from '../../protocol/record.ts'
import { clocked } from '../../schedules/clocked.ts'
import { type CrontabSpec, crontab } from '../../schedules/crontab.ts'
import { interval } from '../../schedules/interval.ts'
import type { Schedule } from '../../schedules/schedule.ts'
import { SOLAR_EVENTS, solar } from '../../schedules/solar.ts'
import { decodeDatetime, encodeDatetime, plainNumber } from './python-values.ts'
import { decodeRRule, encodeRRule } from './rrule-codec.ts'

/** Whether RedBeat can read it. */
export function isRedBeatSchedule(schedule: Schedule): boolean {
  switch (schedule.type) {
    case 'interval':
    case 'rrule':
      return true
    case 'crontab':
      return schedule.timezone === null
    case 'solar':
    case 'clocked':
      return false
  }
}

export function encodeSchedule(schedule: Schedule): Record<string, unknown> {
  switch (schedule.type) {
    case 'interval':
      return { __type__: 'interval', every: schedule.everySeconds, relative: schedule.relative }
    case 'crontab': {
      const { minute, hour, day_of_week, day_of_month, month_of_year } = schedule.spec
      const fields = { __type__: 'crontab', minute, hour, day_of_week, day_of_month, month_of_year }
      return schedule.timezone === null ? fields : { ...fields, timezone: schedule.timezone }
    }
    case 'rrule':
      return encodeRRule(schedule)
    case 'solar': {
      const { event, latitude, longitude } = schedule
      return { __type__: 'solar', event, lat: latitude, lon: longitude }
    }
    case 'clocked':
      return { __type__: 'clocked', clocked_time: encodeDatetime(schedule.atMs) }
  }
}

/** Throws an Error that says which field is wrong and what was expected. */
export function decodeSchedule(value: unknown): Schedule {
  const every = plainNumber(value)
  if (every !== null) return interval(every)
  if (!isRecord(value)) throw new Error(`schedule: expected an object with __type__, got ${JSON.stringify(value)}`)
  switch (value['__type__']) {
    case 'interval':
      return interval(numberOf(value, 'every'), { relative: value['relative'] === true })
    case 'crontab': {
      const { timezone } = value
      return crontab(crontabSpec(value), { timezone: typeof timezone === 'string' ? timezone : null })
    }
    case 'rrule':
      return decodeRRule(value)
    case 'solar': {
      const event = SOLAR_EVENTS.find((name) => name === value['event'])
      if (event === undefined) throw new Error(`schedule.event: ${JSON.stringify(value['event'])} is no solar event`)
      return solar(event, numberOf(value, 'lat'), numberOf(value, 'lon'))
    }
    case 'clocked':
      return clocked(decodeDatetime(value['clocked_time']) ?? Number.NaN)
  }
  throw new Error(`schedule.__type__: ${JSON.stringify(value['__type__'])} is not known here`)
}

function numberOf(value: Readonly<Record<string, unknown>>, field: string): number {
  const number = plainNumber(value[field])
  if (number === null) throw new Error(`schedule.${field}: expected a number, got ${JSON.stringify(value[field])}`)
  return number
}

const CRONTAB_PARTS = ['minute', 'hour', 'day_of_week', 'day_of_month', 'month_of_year'] as const

function crontabSpec(value: Readonly<Record<string, unknown>>): CrontabSpec {
  const given = CRONTAB_PARTS.filter((part) => value[part] !== undefined)
  return Object.fromEntries(given.map((part) => [part, fieldOf(part, value[part])]))
}

function fieldOf(part: string, field: unknown): string | number | readonly number[] {
  if (typeof field === 'string') return field
  const number = plainNumber(field)
  if (number !== null) return number
  if (Array.isArray(field)) {
    const numbers = field.map(plainNumber).filter((item) => item !== null)
    if (numbers.length === field.length) return numbers
  }
  throw new Error(`schedule.${part}: expected a number or a text, got ${JSON.stringify(field)}`)
}
