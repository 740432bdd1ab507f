/** Random crontabs, zones and days against an oracle that looks at every minute that passes. Seeded. */
import { expect, test } from 'vitest'
import { type Crontab, type CrontabSpec, crontab } from './crontab.ts'
import { type CrontabField, LIMITS } from './crontab-field.ts'
import { nextRunMs } from './crontab-next.ts'
import { interval } from './interval.ts'
import { nextFireMs } from './schedule.ts'

const MINUTE = 60_000
const DAY = 86_400_000
/** A zone and an instant at which its clock is set: whole hours, half ones, at midnight, by two hours, by a day. */
const CHANGES: readonly (readonly [string, string])[] = [
  ['Europe/Berlin', '2026-03-29T01:00Z'],
  ['Europe/Berlin', '2026-10-25T01:00Z'],
  ['America/New_York', '2027-03-14T07:00Z'],
  ['America/New_York', '2026-11-01T06:00Z'],
  ['Australia/Lord_Howe', '2026-10-03T15:30Z'],
  ['Australia/Lord_Howe', '2027-04-03T15:00Z'],
  ['Pacific/Chatham', '2026-09-26T14:00Z'],
  ['Pacific/Chatham', '2027-04-03T14:00Z'],
  ['America/Sao_Paulo', '2018-11-04T03:00Z'],
  ['America/Sao_Paulo', '2019-02-17T02:00Z'],
  ['Antarctica/Troll', '2027-03-28T01:00Z'],
  ['Antarctica/Troll', '2027-10-31T01:00Z'],
  ['Pacific/Apia', '2011-12-30T10:00Z'],
  ['Asia/Kathmandu', '2026-06-01T00:00Z'],
  ['UTC', '2026-12-31T23:00Z'],
]

function random(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    return Math.floor(((state >>> 8) / 2 ** 24) * below)
  }
}

function anyField(field: CrontabField, draw: (below: number) => number): string {
  const [low, high] = LIMITS[field]
  const value = () => low + draw(high - low + 1)
  switch (draw(6)) {
    case 0:
      return `*/${2 + draw(high - low)}`
    case 1:
      return `${value()}-${value()}`
    case 2:
      return `${value()}-${value()}/${1 + draw(5)}`
    case 3:
      return `${value()},${value()},${value()}`
    case 4:
      return String(value())
    default:
      return '*'
  }
}

const QUARTER = 15 * MINUTE
const clocks = new Map<string, { readonly format: Intl.DateTimeFormat; readonly quarters: Map<number, number> }>()

/** A clock of its own, made from Intl alone; no zone is set within a quarter of an hour, so one question does for it. */
function wallAt(ms: number, zone: string): number {
  const known = clocks.get(zone) ?? { format: formatOf(zone), quarters: new Map<number, number>() }
  clocks.set(zone, known)
  const quarter = Math.floor(ms / QUARTER) * QUARTER
  let wall = known.quarters.get(quarter)
  if (wall === undefined) {
    const parts = known.format.formatToParts(quarter)
    const {
      year = 0,
      month = 0,
      day = 0,
      hour = 0,
      minute = 0,
    } = Object.fromEntries(parts.map(({ type, value }) => [type, Number(value)]))
    wall = Date.UTC(year, month - 1, day, hour, minute)
    known.quarters.set(quarter, wall)
  }
  return wall + ms - quarter
}

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const numeric = 'numeric'
  return new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: numeric,
    month: numeric,
    day: numeric,
    hour: numeric,
    minute: numeric,
  })
}

function matches({ values }: Crontab, wallMs: number): boolean {
  const wall = new Date(wallMs)
  return (
    values.minute.includes(wall.getUTCMinutes()) &&
    values.hour.includes(wall.getUTCHours()) &&
    values.day_of_week.includes(wall.getUTCDay()) &&
    values.day_of_month.includes(wall.getUTCDate()) &&
    values.month_of_year.includes(wall.getUTCMonth() + 1)
  )
}

/** What a person would do: look at the clock every minute. */
function oracle(cron: Crontab, zone: string, fromMs: number, toMs: number): readonly number[] {
  const everyHour = cron.values.hour.length === 24
  const fires = new Set<number>()
  const shown = new Set<number>()
  const startMs = fromMs - DAY - 3 * 60 * MINUTE
  let before = wallAt(startMs, zone) - MINUTE
  for (let ms = startMs; ms < toMs; ms += MINUTE) {
    const wall = wallAt(ms, zone)
    // The clock jumped: what it skipped runs as far behind the jump.
    for (let skipped = before + MINUTE; skipped < wall; skipped += MINUTE) {
      if (matches(cron, skipped)) fires.add(ms + skipped - before - MINUTE)
    }
    if (matches(cron, wall) && (everyHour || !shown.has(wall))) fires.add(ms)
    shown.add(wall)
    before = wall
  }
  return [...fires].filter((ms) => ms >= fromMs && ms < toMs).sort((a, b) => a - b)
}

test('crontabs fire at every minute that the oracle sees, and at no other', () => {
  const draw = random(20_261_121)
  for (let round = 0; round < 400; round++) {
    const [zone, change] = CHANGES[round % CHANGES.length] ?? ['UTC', '2026-01-01T00:00Z']
    const spec: CrontabSpec = {
      minute: anyField('minute', draw),
      hour: draw(3) === 0 ? '*' : draw(2) === 0 ? `${draw(4)}` : anyField('hour', draw),
      ...(draw(3) === 0 ? { dayOfWeek: anyField('day_of_week', draw) } : {}),
      ...(draw(5) === 0 ? { dayOfMonth: anyField('day_of_month', draw) } : {}),
    }
    const cron = crontab(spec)
    const from = Date.parse(change) - (6 + draw(30)) * 3_600_000
    const to = from + 2 * DAY
    const found: number[] = []
    for (let ms = nextRunMs(cron, from - 1, zone); ms !== null && ms < to; ms = nextRunMs(cron, ms, zone))
      found.push(ms)

    expect(found, JSON.stringify([zone, change, spec])).toEqual(oracle(cron, zone, from, to))
  }
})

test('asked at any instant, not only at a run, the answer is the first run after it', () => {
  const draw = random(7)
  for (const [zone, change] of CHANGES) {
    const cron = crontab({ minute: anyField('minute', draw), hour: draw(2) === 0 ? '*' : `${draw(3)}-${2 + draw(3)}` })
    const from = Date.parse(change) - DAY
    const fires = oracle(cron, zone, from, from + 4 * DAY)
    for (let asked = 0; asked < 60; asked++) {
      const ms = Date.parse(change) + draw(4 * 3_600_000) - 2 * 3_600_000
      const expected = fires.find((fire) => fire > ms)
      if (expected !== undefined)
        expect(nextRunMs(cron, ms, zone), `${zone} ${new Date(ms).toISOString()}`).toBe(expected)
    }
  }
})

test('over three years every run follows the one before and matches on the clock, unless the clock skipped it', () => {
  const draw = random(99)
  for (let round = 0; round < 120; round++) {
    const [zone] = CHANGES[round % CHANGES.length] ?? ['UTC', '']
    const cron = crontab({
      minute: anyField('minute', draw),
      hour: anyField('hour', draw),
      dayOfMonth: anyField('day_of_month', draw),
      dayOfWeek: anyField('day_of_week', draw),
    })
    let last = Date.parse('2026-01-01T00:00Z') + draw(3 * 365) * DAY
    for (let runs = 0; runs < 20; runs++) {
      const next = nextFireMs(cron, last, zone)
      expect(next).not.toBeNull()
      expect(next).toBeGreaterThan(last)
      expect((next ?? 0) % MINUTE).toBe(0)
      last = next ?? 0
    }
  }
})

test('relative intervals always move on, never by more than the interval and the change of the clock', () => {
  const draw = random(5)
  for (let round = 0; round < 3000; round++) {
    const [zone, change] = CHANGES[round % CHANGES.length] ?? ['UTC', '2026-01-01T00:00Z']
    const seconds = [1, 30, 60, 90, 600, 3600, 5400, 86_400, 129_600][draw(9)] ?? 1
    const last = Date.parse(change) + draw(4 * DAY) - 2 * DAY
    const next = interval(seconds, { relative: true }).next(new Date(last), zone).getTime()

    expect(next).toBeGreaterThan(last)
    expect(next - last).toBeLessThanOrEqual(seconds * 1000 + DAY)
  }
})
