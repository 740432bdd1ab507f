/**
 * Recurrence rules (RFC 5545) as RedBeat keeps them (worker-beat.md 5.4): the fields of dateutil's rrule, on a clock
 * with a fixed offset to UTC, since RedBeat keeps that offset and not the zone.
 */
import type * as Library from 'rrule'
import { UmbelError } from '../errors.ts'
import type { Due } from './due.ts'
import { type Fires, firing } from './fires.ts'
import { keptLibrary } from './kept-library.ts'
import { DAY_MS, MINUTE_MS } from './zone.ts'

export const rruleLibrary = keptLibrary<Pick<typeof Library, 'RRule'>>('rrule', async () => {
  // Node gives a CommonJS library as the default of its module, a page's bundle by its names.
  const module: Partial<typeof Library> & { readonly default?: typeof Library } = await import('rrule')
  return { RRule: module.RRule ?? (module.default ?? raise()).RRule }
})

function raise(): never {
  throw new TypeError('The library rrule exports no RRule.')
}

export const RRULE_FREQUENCIES = ['YEARLY', 'MONTHLY', 'WEEKLY', 'DAILY', 'HOURLY', 'MINUTELY', 'SECONDLY'] as const
export type RRuleFrequency = (typeof RRULE_FREQUENCIES)[number]

/** dateutil's lists; week days count from Monday = 0. */
export const RRULE_PARTS = [
  'bysetpos',
  'bymonth',
  'bymonthday',
  'byyearday',
  'byeaster',
  'byweekno',
  'byweekday',
  'byhour',
  'byminute',
  'bysecond',
] as const
export type RRulePart = (typeof RRULE_PARTS)[number]

export interface RRule {
  readonly type: 'rrule'
  readonly freq: RRuleFrequency
  readonly startMs: number
  /** How far the rule's clock is ahead of UTC. */
  readonly offsetMinutes: number
  readonly every: number
  /** First day of the week, Monday = 0; null = Monday. */
  readonly weekStart: number | null
  /** Ends after so many runs, counted from `startMs`. */
  readonly count: number | null
  readonly untilMs: number | null
  readonly parts: Readonly<Partial<Record<RRulePart, readonly number[]>>>
}

export type RRuleSpec = Omit<RRule, 'type'>

const RANGES: Readonly<Record<RRulePart, readonly [low: number, high: number]>> = {
  bysetpos: [-366, 366],
  bymonth: [1, 12],
  bymonthday: [-31, 31],
  byyearday: [-366, 366],
  byeaster: [-366, 366],
  byweekno: [-53, 53],
  byweekday: [0, 6],
  byhour: [0, 23],
  byminute: [0, 59],
  bysecond: [0, 59],
}

/** Units of one length: the rule looks the same from any of its own steps. */
const UNIT_MS: Readonly<Partial<Record<RRuleFrequency, number>>> = {
  WEEKLY: 7 * DAY_MS,
  DAILY: DAY_MS,
  HOURLY: 60 * MINUTE_MS,
  MINUTELY: MINUTE_MS,
  SECONDLY: 1000,
}
/** The time of day that a frequency finer than a day steps through, which it may step over for ever. */
const STEPPED: Readonly<Partial<Record<RRuleFrequency, readonly RRulePart[]>>> = {
  HOURLY: ['byhour'],
  MINUTELY: ['byhour', 'byminute'],
  SECONDLY: ['byhour', 'byminute', 'bysecond'],
}
const HORIZON_MS = 41 * 366 * DAY_MS
/**
 * The library looks for a rule's next run up to the year 9999, which takes half a minute where there is none. The
 * calendar is the same every 400 years: 7600 years later the search has an end. (Easter does not repeat so.)
 */
const LATER_MS = 19 * 146_097 * DAY_MS
const DATE_PARTS: readonly RRulePart[] = ['bymonth', 'bymonthday', 'byyearday', 'byeaster', 'byweekno', 'byweekday']
const TIME_PARTS: readonly RRulePart[] = ['byhour', 'byminute', 'bysecond']
/** Days that match and have no time that does, before the search is given up. */
const MAX_DAYS = 400
/** How many days one period has to choose from by `bysetpos`. */
const PERIOD_DAYS: Readonly<Partial<Record<RRuleFrequency, number>>> = { YEARLY: 366, MONTHLY: 31, WEEKLY: 7 }

/** Throws schedule/invalid for values that are out of range and for a rule that never runs. */
export function rrule(spec: RRuleSpec): RRule & Fires {
  const made: RRule = { type: 'rrule', ...spec }
  if (!RRULE_FREQUENCIES.includes(spec.freq)) refuse('freq', spec.freq, RRULE_FREQUENCIES.join(', '))
  if (!Number.isInteger(spec.every) || spec.every < 1) refuse('interval', spec.every, 'a whole number above 0')
  if (!Number.isFinite(spec.startMs)) refuse('dtstart', spec.startMs, 'a time')
  if (spec.weekStart !== null && !isWithin(spec.weekStart, 0, 6)) refuse('wkst', spec.weekStart, '0 to 6')
  if (spec.count !== null && !isWithin(spec.count, 1, 1e6)) refuse('count', spec.count, '1 to 1,000,000')
  for (const part of RRULE_PARTS) {
    const [low, high] = RANGES[part]
    const odd = spec.parts[part]?.find((value) => !isWithin(value, low, high))
    if (odd !== undefined) refuse(part, odd, `${low} to ${high}`)
  }
  refuseSteppedOver(made)
  refuseNever(made)
  return firing(made, (afterMs) => nextRRuleMs(made, afterMs))
}

/** The first run after `lastMs`; null when the rule has ended or has none within 41 years. */
export function nextRRuleMs(rule: RRule, lastMs: number): number | null {
  return isByDay(rule) ? nextByDay(rule, lastMs) : nextByLibrary(rule, lastMs)
}

/** Rules finer than an hour with chosen dates or times: there the library (2.8.1) loses its step, or never ends. */
function isByDay({ freq, parts, count }: RRule): boolean {
  const isFine = freq === 'MINUTELY' || freq === 'SECONDLY'
  const hasTimes = TIME_PARTS.some((part) => parts[part])
  return isFine && (hasTimes || (count === null && DATE_PARTS.some((part) => parts[part])))
}

/** First the days that match, then the times within them. */
function nextByDay(rule: RRule, lastMs: number): number | null {
  const shift = rule.offsetMinutes * MINUTE_MS
  const midnight = (ms: number) => Math.floor((ms + shift) / DAY_MS) * DAY_MS - shift
  const dates = Object.fromEntries(
    Object.entries(rule.parts).filter(([part]) => DATE_PARTS.some((name) => name === part)),
  )
  const startMs = midnight(rule.startMs) - DAY_MS
  const days: RRule = { ...rule, freq: 'DAILY', every: 1, startMs, untilMs: null, parts: dates }
  let fromMs = Math.max(lastMs, rule.startMs - 1)
  for (let tries = 0; tries < MAX_DAYS; tries++) {
    const day = nextByLibrary(days, midnight(fromMs + 1) - 1)
    if (day === null || day > (rule.untilMs ?? day)) return null
    const next = firstTime(rule, day, fromMs)
    if (next !== null) return next > (rule.untilMs ?? next) ? null : next
    fromMs = day + DAY_MS - 1
  }
  return null
}

/** The rule's first time within a day, later than `afterMs`. */
function firstTime(rule: RRule, day: number, afterMs: number): number | null {
  const { byhour, byminute, bysecond } = rule.parts
  const unit = UNIT_MS[rule.freq] ?? 1000
  const step = unit * rule.every
  const anchor = Math.floor(rule.startMs / unit) * unit
  const inMinute = unit === MINUTE_MS ? (bysecond ?? [Math.floor((rule.startMs - anchor) / 1000)]) : [0]
  const begin = Math.max(day, afterMs - unit)
  for (let at = anchor + Math.ceil((begin - anchor) / step) * step; at < day + DAY_MS; at += step) {
    const seconds = (at - day) / 1000
    if (byhour?.includes(Math.floor(seconds / 3600)) === false) continue
    if (byminute?.includes(Math.floor(seconds / 60) % 60) === false) continue
    if (unit === 1000 && bysecond?.includes(seconds % 60) === false) continue
    const found = inMinute.map((second) => at + second * 1000).find((ms) => ms > afterMs)
    if (found !== undefined) return found
  }
  return null
}

function nextByLibrary(rule: RRule, lastMs: number): number | null {
  const shift = rule.offsetMinutes * MINUTE_MS + (rule.parts.byeaster === undefined ? LATER_MS : 0)
  const { RRule: Rule } = rruleLibrary.get()
  const startMs = nearStart(rule, lastMs)
  const end = Math.max(lastMs, startMs) + HORIZON_MS
  const found = new Rule({
    freq: RRULE_FREQUENCIES.indexOf(rule.freq),
    dtstart: new Date(startMs + shift),
    interval: rule.every,
    wkst: rule.weekStart,
    count: rule.count,
    until: new Date(Math.min(rule.untilMs ?? end, end) + shift),
    ...lists(rule),
  }).after(new Date(lastMs + shift), false)
  return found === null ? null : found.getTime() - shift
}

export function isRRuleDue(rule: RRule, lastMs: number, nowMs: number): Due {
  const next = nextRRuleMs(rule, lastMs)
  if (next === null) return { due: false, nextMs: null }
  if (next > nowMs) return { due: false, nextMs: next - nowMs }
  const following = nextRRuleMs(rule, nowMs)
  return { due: true, nextMs: following === null ? null : following - nowMs }
}

/** `FREQ=DAILY;INTERVAL=2;BYHOUR=4 from 2026-01-01T00:00:00.000Z`. */
export function rruleText(rule: RRule): string {
  const parts = RRULE_PARTS.flatMap((part) => {
    const values = rule.parts[part]
    return values === undefined ? [] : [`${part.toUpperCase()}=${values.join(',')}`]
  })
  const all = [`FREQ=${rule.freq}`, `INTERVAL=${rule.every}`, ...parts]
  if (rule.count !== null) all.push(`COUNT=${rule.count}`)
  if (rule.untilMs !== null) all.push(`UNTIL=${new Date(rule.untilMs).toISOString()}`)
  return `${all.join(';')} from ${new Date(rule.startMs).toISOString()}`
}

/** The library walks from the start: for a rule of years ago that is moved on by whole steps, unless runs are counted. */
function nearStart({ startMs, freq, every, count }: RRule, lastMs: number): number {
  const unit = UNIT_MS[freq]
  if (unit === undefined || count !== null || lastMs <= startMs) return startMs
  const step = unit * every
  // One step back: a week's or a day's later times may still be to come.
  return startMs + Math.max(0, Math.floor((lastMs - startMs) / step) - 1) * step
}

function lists({ parts }: RRule): Partial<Library.Options> {
  const given: Record<string, unknown> = {}
  for (const part of RRULE_PARTS) {
    const values = parts[part]
    if (values !== undefined) given[part] = part === 'byeaster' ? values[0] : [...values]
  }
  return given
}

/** `every` 60 minutes from 12:00 with `byminute` 30 never comes to a minute 30: the search would not end. */
function refuseSteppedOver(rule: RRule): void {
  const unit = UNIT_MS[rule.freq]
  const stepped = STEPPED[rule.freq]
  if (unit === undefined || stepped === undefined) return
  const offset = rule.startMs + rule.offsetMinutes * MINUTE_MS
  const first = ((Math.floor(offset / unit) % (DAY_MS / unit)) + DAY_MS / unit) % (DAY_MS / unit)
  const stride = greatestCommonDivisor(rule.every, DAY_MS / unit)
  const allowed = stepped.map((part) => rule.parts[part])
  for (let step = first % stride; step < DAY_MS / unit; step += stride) {
    const ms = step * unit
    const time = [Math.floor(ms / 3_600_000), Math.floor(ms / 60_000) % 60, Math.floor(ms / 1000) % 60]
    if (allowed.every((values, index) => values === undefined || values.includes(time[index] ?? 0))) return
  }
  refuse('interval', rule.every, `steps that come to ${stepped.join(', ')}`)
}

/** Dates that no year has, week days that the steps never meet, a position that no period reaches. */
function refuseNever(rule: RRule): void {
  const { freq, parts, every, count } = rule
  if (count !== null && isByDay(rule)) refuse('count', count, 'none together with dates and times')
  const dates = Object.fromEntries(
    DATE_PARTS.flatMap((part) => (parts[part] === undefined ? [] : [[part, parts[part]]])),
  )
  // Months alone always have days; a yearly rule would want the one of dtstart.
  if (Object.keys(dates).some((part) => part !== 'bymonth')) {
    const yearly: RRule = { ...rule, freq: 'YEARLY', every: 1, count: null, untilMs: null, parts: dates }
    if (nextRRuleMs(yearly, rule.startMs) === null) refuse('dates', dates, 'dates that some year has')
  }
  const step = (UNIT_MS[freq] ?? 1) * every
  const weekday = (new Date(rule.startMs + rule.offsetMinutes * MINUTE_MS).getUTCDay() + 6) % 7
  if (freq !== 'WEEKLY' && step % (7 * DAY_MS) === 0 && parts.byweekday?.includes(weekday) === false) {
    refuse('byweekday', parts.byweekday, 'the week day of dtstart, for steps of whole weeks')
  }
  const times = [parts.byhour, parts.byminute, parts.bysecond].map((values) => values?.length ?? 1)
  const most = isByDay(rule) ? 0 : (PERIOD_DAYS[freq] ?? 1) * times.reduce((product, count) => product * count, 1)
  const far = parts.bysetpos?.find((position) => position === 0 || Math.abs(position) > most)
  if (far !== undefined) refuse('bysetpos', far, most === 0 ? 'none for such a rule' : `1 to ${most} or -1 to -${most}`)
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b)
}

function isWithin(value: number, low: number, high: number): boolean {
  return Number.isInteger(value) && value >= low && value <= high
}

function refuse(field: string, value: unknown, expected: string): never {
  const text = JSON.stringify(value) ?? String(value)
  throw new UmbelError('schedule/invalid', {
    field,
    value: text,
    reason: 'This recurrence rule cannot be run.',
    expected,
  })
}
