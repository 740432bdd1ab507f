import { describe, expect, test } from 'vitest'
import { clockChangeWarnings } from './clock-changes.ts'
import { clocked } from './clocked.ts'
import { crontab } from './crontab.ts'
import { CRONTAB_FIELDS, LIMITS } from './crontab-field.ts'
import { interval } from './interval.ts'
import { rrule } from './rrule.ts'
import { solar } from './solar.ts'
import { scheduleWords } from './words.ts'

describe('crontabs', () => {
  test.each([
    ['* * * * *', 'Every minute'],
    ['*/5 * * * *', 'Every 5 minutes'],
    ['*/7 * * * *', 'At minutes 0, 7, 14, 21, 28, 35, 42, 49 and 56 of every hour'],
    ['0 * * * *', 'Every hour'],
    ['15 * * * *', 'Every hour at minute 15'],
    ['0,15,30-45 * * * *', 'At minutes 0, 15 and 30 to 45 of every hour'],
    ['0 */2 * * *', 'Every 2 hours'],
    ['30 */6 * * *', 'Every day at 00:30, 06:30, 12:30 and 18:30'],
    ['30 */2 * * *', 'Every 2 hours at minute 30'],
    ['30 2 * * *', 'Every day at 02:30'],
    ['30 2 * * mon-fri', 'Weekdays at 02:30'],
    ['0 10 * * sat,sun', 'Weekends at 10:00'],
    ['0,30 9,17 * * 1', 'Mondays at 09:00, 09:30, 17:00 and 17:30'],
    ['*/5 9-17 * * mon-fri', 'Every 5 minutes from 09:00 to 17:59 on weekdays'],
    ['* 22-2 * * *', 'Every minute from 22:00 to 02:59'],
    ['15 9-17 * * mon-thu', 'Every hour from 09:15 to 17:15 on Mondays to Thursdays'],
    ['5,10,50 9-17 * * *', 'At minutes 5, 10 and 50 of every hour from 09:00 to 17:59'],
    ['*/10 1,5,13-17 * * *', 'Every 10 minutes of the hours 01, 05 and 13 to 17'],
    ['0 0 1 * *', 'On the 1st of every month at 00:00'],
    ['0 0 1 1 *', 'On the 1st of January at 00:00'],
    ['0 4 1-7,22,31 jan,jul *', 'On the 1st to 7th, 22nd and 31st of January and July at 04:00'],
    ['0 12 13 * fri', 'On the 13th of every month, only Fridays, at 12:00'],
    ['*/5 * 13 * fri', 'Every 5 minutes on the 13th of every month, only Fridays'],
    ['30 2 * 6-8 *', 'Every day in June to August at 02:30'],
    ['*/5 * * 6 *', 'Every 5 minutes in June'],
    ['30 2 * 1 mon-fri', 'Weekdays in January at 02:30'],
    ['*/5 * * 1 mon-fri', 'Every 5 minutes on weekdays in January'],
  ])('%s: %s', (line, words) => {
    expect(scheduleWords(crontab.fromString(line))).toBe(words)
  })

  test('with the zone when it has its own', () => {
    expect(scheduleWords(crontab({ minute: 30, hour: 2 }, { timezone: 'Europe/Berlin' }))).toBe(
      'Every day at 02:30 (Europe/Berlin)',
    )
  })

  test('different values never give the same words', () => {
    let state = 12
    const draw = (below: number) => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
      return Math.floor(((state >>> 8) / 2 ** 24) * below)
    }
    const anyValues = (low: number, high: number): string => {
      const size = high - low + 1
      const value = () => low + draw(size)
      const forms = ['*', `${value()}`, `${value()},${value()}`, `*/${1 + draw(size)}`, `${value()}-${value()}`]
      forms.push(`${value()}-${value()}/${1 + draw(4)}`, `${value()},${value()}-${value()}`)
      return forms[draw(forms.length)] ?? '*'
    }
    const seen = new Map<string, string>()
    for (let round = 0; round < 20_000; round++) {
      // Mostly one or two fields at a time: there different values lie closest to each other.
      const spec = Object.fromEntries(
        CRONTAB_FIELDS.map((field) => [field, draw(3) === 0 ? '*' : anyValues(...LIMITS[field])]),
      )
      if (round % 2 === 0) Object.assign(spec, { day_of_month: '*', month_of_year: '*' })
      try {
        const cron = crontab(spec)
        const words = scheduleWords(cron)
        const values = JSON.stringify(cron.values)
        expect(seen.get(words) ?? values, words).toBe(values)
        seen.set(words, values)
      } catch (error) {
        if (!String(error).includes('never occurs')) throw error
      }
    }
    expect(seen.size).toBeGreaterThan(5000)
  })

  test('all sets of hours at one minute, all pairs of minutes: told apart', () => {
    const words = new Set<string>()
    for (let bits = 1; bits < 2 ** 14; bits++) {
      const hour = Array.from({ length: 14 }, (_, index) => index + 5).filter((_, index) => (bits >> index) % 2 === 1)
      words.add(scheduleWords(crontab({ minute: 10, hour })))
    }
    expect(words.size).toBe(2 ** 14 - 1)
  })
})

describe('the other kinds', () => {
  test.each([
    [interval(30), 'Every 30 seconds'],
    [interval(1), 'Every second'],
    [interval(0.25), 'Every 0.25 seconds'],
    [interval(90), 'Every 90 seconds'],
    [interval({ minutes: 90 }), 'Every 90 minutes'],
    [interval({ days: 2 }), 'Every 2 days'],
    [interval({ hours: 1 }, { relative: true }), 'Every hour, on the hour'],
    [interval({ days: 1 }, { relative: true }), 'Every day, at midnight'],
    [solar('dawn_civil', 52.52, 13.4), 'At civil dawn at 52.52° N, 13.4° E'],
    [solar('sunset', -33.87, -70.6), 'At sunset at 33.87° S, 70.6° W'],
    [clocked(new Date('2027-03-29T01:30:00Z')), 'Once, on 29 March 2027 at 03:30 (Europe/Berlin)'],
    [clocked(new Date('2027-03-29T01:30:05.5Z')), 'Once, on 29 March 2027 at 03:30:05.500 (Europe/Berlin)'],
    [
      rrule({
        freq: 'DAILY',
        startMs: 0,
        offsetMinutes: 0,
        every: 2,
        weekStart: null,
        count: 3,
        untilMs: null,
        parts: { byhour: [4] },
      }),
      'By the recurrence rule FREQ=DAILY;INTERVAL=2;BYHOUR=4;COUNT=3 from 1970-01-01T00:00:00.000Z',
    ],
  ])('%j: %s', (schedule, words) => {
    expect(scheduleWords(schedule, 'Europe/Berlin')).toBe(words)
  })
})

describe('when the clock is set', () => {
  const warnings = (line: string, zone: string, from: string, days = 365) => {
    return clockChangeWarnings(crontab.fromString(line), zone, Date.parse(from), days)
  }

  test('a time that does not exist, and one that comes twice', () => {
    expect(warnings('30 2 * * *', 'Europe/Berlin', '2027-01-01T00:00Z')).toEqual([
      '02:30 does not exist on 28 March 2027 in Europe/Berlin; runs at 03:30',
      '02:30 comes twice on 31 October 2027 in Europe/Berlin; runs the first time only',
    ])
  })

  test('several, and many', () => {
    expect(warnings('0,30 2 * * *', 'Europe/Berlin', '2027-03-01T00:00Z', 30)).toEqual([
      '02:00 and 02:30 do not exist on 28 March 2027 in Europe/Berlin; they run at 03:00 and 03:30',
    ])
    expect(warnings('* 2 * * *', 'Europe/Berlin', '2027-03-01T00:00Z', 30)).toEqual([
      '60 times from 02:00 to 02:59 do not exist on 28 March 2027 in Europe/Berlin; they run from 03:00 to 03:59',
    ])
  })

  test('what runs every hour loses nothing in spring and runs in both hours in autumn', () => {
    expect(warnings('*/30 * * * *', 'Europe/Berlin', '2027-01-01T00:00Z')).toEqual([
      '02:00 and 02:30 come twice on 31 October 2027 in Europe/Berlin; runs both times',
    ])
  })

  test('nothing where nothing happens', () => {
    expect(warnings('30 5 * * *', 'Europe/Berlin', '2027-01-01T00:00Z')).toEqual([])
    expect(warnings('30 2 * * *', 'UTC', '2027-01-01T00:00Z')).toEqual([])
    expect(warnings('30 2 * * mon', 'Europe/Berlin', '2027-01-01T00:00Z')).toEqual([])
    expect(clockChangeWarnings(interval(30), 'Europe/Berlin', 0, 365)).toEqual([])
  })
})
