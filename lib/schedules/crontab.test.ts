import { describe, expect, test } from 'vitest'
import { crontab, crontabFromString, isCrontabDue } from './crontab.ts'
import { nextRunMs } from './crontab-next.ts'

const at = (text: string) => Date.parse(text)
const iso = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString())

describe('what a user writes', () => {
  test('fields by our names and by Celery’s are the same', () => {
    const ours = crontab({ minute: '*/5', dayOfWeek: 'mon-fri', dayOfMonth: 1, monthOfYear: [1, 7] })
    const theirs = crontab({ minute: '*/5', day_of_week: 'mon-fri', day_of_month: 1, month_of_year: [1, 7] })

    expect(ours).toEqual(theirs)
    expect(ours.values.day_of_week).toEqual([1, 2, 3, 4, 5])
    expect(ours.spec).toMatchObject({ day_of_week: 'mon-fri', day_of_month: '1', month_of_year: '1,7', hour: '*' })
  })

  test('numbers, lists, sets and lists of names', () => {
    expect(crontab({ minute: new Set([30, 0]) }).values.minute).toEqual([0, 30])
    expect(crontab({ minute: [15, 0, 15] }).values.minute).toEqual([0, 15])
    expect(crontab({ dayOfWeek: ['mon', 'fri'] }).spec.day_of_week).toBe('mon,fri')
  })

  test.each([
    [
      { minute: 60 },
      "Invalid crontab pattern.  Valid range is 0-59. '60' was found. (minute: got 60, expected 0 to 59)",
    ],
    [{ minute: [0, 61] }, "'61' was found. (minute: got [0, 61], expected 0 to 59)"],
    [{ hour: 1.5 }, "Valid range is 0-23. '1.5' was found."],
    [{ hour: '25' }, "Invalid end range: 25 > 23. (hour: got '25', expected 0 to 23)"],
    [{ dayOfWeek: 'someday' }, 'expected 0 to 6 (0 is Sunday) or sun to sat'],
    [{ minute: [] }, 'empty part (minute: got [], expected 0 to 59)'],
  ])('%j is refused with field, value and range', (spec, message) => {
    expect(() => crontab(spec)).toThrow(message)
  })

  test('a field that is none is refused, with the names that are', () => {
    expect(() => crontab(JSON.parse('{"minutes": 5}'))).toThrow('A crontab has no field minutes.')
    expect(() => crontab(JSON.parse('{"minute": {}}'))).toThrow('minute')
  })

  test('31 February is refused with Celery’s reason', () => {
    expect(() => crontab({ dayOfMonth: 31, monthOfYear: 2 })).toThrow(
      'Invalid crontab: day_of_month 31 never occurs in month_of_year 2.',
    )
    expect(crontab({ dayOfMonth: 29, monthOfYear: 2 }).values.day_of_month).toEqual([29])
  })

  test('Sunday is 0, and 7 as a number or in a line of cron; Celery’s texts know no 7', () => {
    expect(crontab({ dayOfWeek: 7 })).toEqual(crontab({ dayOfWeek: 0 }))
    expect(crontab({ dayOfWeek: [6, 7] }).values.day_of_week).toEqual([0, 6])
    expect(crontab.fromString('0 4 * * 7').spec.day_of_week).toBe('0')
    expect(crontab.fromString('0 4 * * 5-7').values.day_of_week).toEqual([0, 5, 6])
    expect(crontab.fromString('0 4 * * 0-7').values.day_of_week).toEqual([0, 1, 2, 3, 4, 5, 6])
    expect(crontab.fromString('0 4 * * 1-5/7').spec.day_of_week).toBe('1-5/7')
    expect(() => crontab({ dayOfWeek: '7' })).toThrow('Invalid end range: 7 > 6.')
    expect(() => crontab.fromString('0 4 * * 8')).toThrow('Invalid end range: 8 > 6.')
  })

  test('a line is in the order of cron', () => {
    const { spec } = crontabFromString('15 4 1 jan mon')

    expect(spec).toEqual({ minute: '15', hour: '4', day_of_month: '1', month_of_year: 'jan', day_of_week: 'mon' })
    expect(() => crontabFromString('15 4 *')).toThrow('Expected 5 fields')
    expect(() => crontabFromString('15  4 * * *')).toThrow('Expected 5 fields')
  })

  test('a zone of its own goes before that of the application', () => {
    const berlin = crontab({ minute: 30, hour: 2 }, { timezone: 'Europe/Berlin' })

    expect(berlin.next(new Date('2026-07-01T00:00:00Z'), 'Asia/Tokyo')).toEqual(new Date('2026-07-01T00:30:00Z'))
    expect(crontab({ minute: 30, hour: 2 }).next(new Date('2026-07-01T00:00:00Z'), 'Europe/Berlin')).toEqual(
      new Date('2026-07-01T00:30:00Z'),
    )
    expect(crontab({ minute: 30, hour: 2 }).next(new Date('2026-07-01T00:00:00Z'))).toEqual(
      new Date('2026-07-01T02:30:00Z'),
    )
    expect(() => crontab({}, { timezone: 'Mars/Olympus' })).toThrow('Unknown time zone. (timezone: got "Mars/Olympus"')
  })

  test('it is plain data: stored and compared without its method', () => {
    const made = crontab({ minute: 5 }, { timezone: 'Europe/Berlin' })

    expect(JSON.parse(JSON.stringify(made))).toEqual({ ...made })
    expect(structuredClone(made)).toEqual(made)
    expect(Object.keys(made)).toEqual(['type', 'spec', 'values', 'timezone'])
  })
})

describe('where the clock is set', () => {
  const fires = (spec: Parameters<typeof crontab>[0], zone: string, from: string, to: string) => {
    const found: string[] = []
    for (let ms = nextRunMs(crontab(spec), at(from) - 1, zone); ms !== null && ms < at(to); ) {
      found.push(new Date(ms).toISOString().slice(11, 16))
      ms = nextRunMs(crontab(spec), ms, zone)
    }
    return found
  }

  test('a crontab for every hour has 25 hours on the long day and 23 on the short one', () => {
    expect(fires({ minute: 0 }, 'Europe/Berlin', '2026-10-25T00:00+02:00', '2026-10-26T00:00+01:00')).toHaveLength(25)
    expect(fires({ minute: 0 }, 'Europe/Berlin', '2026-03-29T00:00+01:00', '2026-03-30T00:00+02:00')).toHaveLength(23)
  })

  test('a chosen time runs once: in the first of two hours, or as far behind the skipped one', () => {
    const nightly = { minute: '0,30', hour: 2 }

    expect(fires(nightly, 'Europe/Berlin', '2026-10-25T00:00+02:00', '2026-10-26T00:00+01:00')).toEqual([
      '00:00',
      '00:30',
    ])
    expect(fires(nightly, 'Europe/Berlin', '2026-03-29T00:00+01:00', '2026-03-30T00:00+02:00')).toEqual([
      '01:00',
      '01:30',
    ])
  })

  test('a zone that skips half an hour keeps the order of runs', () => {
    const spec = { minute: '20,40', hour: '1,2' }
    const day = ['2026-10-04T00:00+10:30', '2026-10-05T00:00+11:00'] as const

    expect(fires(spec, 'Australia/Lord_Howe', ...day)).toEqual(['14:50', '15:10', '15:40', '15:50'])
  })

  test('the next run always lies after the last one, also in the repeated hour, by both rules', () => {
    const every30 = crontab({ minute: '*/30' }, { timezone: 'America/New_York' })
    for (let ms = at('2026-11-01T03:00:00Z'); ms < at('2026-11-01T09:00:00Z'); ms += 7 * 60_000) {
      expect(nextRunMs(every30, ms, 'UTC')).toBeGreaterThan(ms)
      expect(every30.next(new Date(ms)).getTime()).toBeGreaterThan(ms)
    }
  })

  test('beat does not run in a loop when it starts within the repeated hour', () => {
    const every30 = crontab({ minute: '*/30' })
    let [last, sent] = [at('2026-11-01T01:00:00-05:00'), 0]
    for (let now = last; now < at('2026-11-01T01:59:00-05:00'); now += 5000) {
      if (!isCrontabDue(every30, last, now, 'America/New_York').due) continue
      last = now
      sent++
    }
    expect(sent).toBe(1)
  })
})

test('29 February is found over a century without a leap day', () => {
  const leapDay = crontab({ minute: 0, hour: 0, day_of_month: 29, month_of_year: 2 })

  expect(iso(nextRunMs(leapDay, at('2096-03-01T00:00:00Z'), 'UTC'))).toBe('2104-02-29T00:00:00.000Z')
})

test('a line in the place of fields is told how it is read', () => {
  const line: unknown = '0 4 * * *'
  expect(() => crontab(line as object)).toThrow('a line is read by crontab.fromString')
})
