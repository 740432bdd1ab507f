import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { type CrontabSpec, crontab, crontabFromString, isCrontabDue } from './crontab.ts'
import { CrontabError, type CrontabField, parseField } from './crontab-field.ts'
import { nextRunMs } from './crontab-next.ts'
import { interval, isIntervalDue } from './interval.ts'

type Spec = CrontabSpec

interface Vectors {
  expand: [CrontabField, string, number[]][]
  invalid: [CrontabField, string, string, string][]
  next: [Spec, string, string][]
  next_zoned: [string, Spec, string, string][]
  is_due: [Spec, string, string, number | null, boolean, number][]
  interval: [number, boolean, string, string, boolean, number][]
  dst: [string, Spec, string, string, string][]
}

const path = new URL('../../tests/vectors/crontab.json', import.meta.url)
const vectors: Vectors = JSON.parse(readFileSync(path, 'utf8'))
const utc = (text: string) => Date.parse(/[+Z]|-\d\d:\d\d$/.test(text.slice(10)) ? text : `${text}Z`)
const iso = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString())

describe('recorded from Celery 5.7', () => {
  test.each(vectors.expand)('%s %s', (field, text, values) => {
    expect(parseField(field, text)).toEqual(values)
  })

  test.each(vectors.invalid)('%s %j is refused with Celery’s words', (field, text, kind, message) => {
    const read = () => parseField(field, text)

    expect(read).toThrow(CrontabError)
    expect(read).toThrow(message)
    try {
      read()
    } catch (error) {
      expect(error).toMatchObject({ kind })
    }
  })

  test('next runs in UTC', () => {
    for (const [spec, last, next] of vectors.next) {
      expect(iso(nextRunMs(crontab(spec), utc(last), 'UTC')), JSON.stringify([spec, last])).toBe(iso(utc(next)))
    }
  })

  test('next runs in eight zones', () => {
    for (const [zone, spec, last, next] of vectors.next_zoned) {
      if (!next.includes('T')) expect(() => crontab(spec)).toThrow('never occurs')
      else
        expect(iso(nextRunMs(crontab(spec), utc(last), zone)), JSON.stringify([zone, spec, last])).toBe(iso(utc(next)))
    }
  })

  test('due or not, with and without a deadline', () => {
    for (const [spec, last, now, deadline, due, nextSeconds] of vectors.is_due) {
      const answer = isCrontabDue(crontab(spec), utc(last), utc(now), 'UTC', deadline)
      const what = JSON.stringify([spec, last, now, deadline])
      expect(answer.due, what).toBe(due)
      expect((answer.nextMs ?? 0) / 1000, what).toBeCloseTo(nextSeconds, 3)
    }
  })

  test.each(vectors.interval)('every %d s, relative %s: %s at %s', (every, relative, last, now, due, nextSeconds) => {
    const answer = isIntervalDue(interval(every, { relative }), utc(last), utc(now), 'UTC')

    expect(answer.due).toBe(due)
    expect((answer.nextMs ?? 0) / 1000).toBeCloseTo(nextSeconds, 3)
  })
})

describe('where the clock is changed', () => {
  /** Celery leaves out the second copy of an hour, and once goes back in time; see the head of crontab.ts. */
  const ours: Record<string, string> = {
    'Europe/Berlin 2026-10-25T02:00:00+02:00': '2026-10-25T02:00:00+01:00',
    'America/New_York 2026-11-01T01:30:00-04:00': '2026-11-01T01:00:00-05:00',
    'America/New_York 2026-11-01T01:00:00-05:00': '2026-11-01T01:30:00-05:00',
  }

  test.each(vectors.dst)('%s %j after %s', (zone, spec, last, _next56, next57) => {
    const next = nextRunMs(crontab(spec), utc(last), zone)

    expect(iso(next)).toBe(iso(utc(ours[`${zone} ${last}`] ?? next57)))
  })

  test('a crontab for every hour has 25 hours on the long day and 23 on the short one', () => {
    const hourly = crontab({ minute: 0 })
    const runs = (from: string, to: string) => {
      let count = 0
      for (let at = nextRunMs(hourly, utc(from) - 1, 'Europe/Berlin'); at !== null && at < utc(to); count++) {
        at = nextRunMs(hourly, at, 'Europe/Berlin')
      }
      return count
    }

    expect(runs('2026-10-25T00:00:00+02:00', '2026-10-26T00:00:00+01:00')).toBe(25)
    expect(runs('2026-03-29T00:00:00+01:00', '2026-03-30T00:00:00+02:00')).toBe(23)
  })

  test('the next run always lies after the last one', () => {
    const every30 = crontab({ minute: '*/30' })
    for (let at = utc('2026-11-01T03:00:00Z'); at < utc('2026-11-01T09:00:00Z'); at += 7 * 60_000) {
      expect(nextRunMs(every30, at, 'America/New_York')).toBeGreaterThan(at)
    }
  })
})

test('29 February is found over a century without a leap day', () => {
  const leapDay = crontab({ minute: 0, hour: 0, day_of_month: 29, month_of_year: 2 })

  expect(iso(nextRunMs(leapDay, utc('2096-03-01T00:00:00Z'), 'UTC'))).toBe('2104-02-29T00:00:00.000Z')
})

test('from a string, in the order of cron', () => {
  const { spec } = crontabFromString('15 4 1 jan mon')

  expect(spec).toEqual({ minute: '15', hour: '4', day_of_month: '1', month_of_year: 'jan', day_of_week: 'mon' })
  expect(() => crontabFromString('15 4 *')).toThrow('Expected 5 fields')
})

test('an interval of nothing is refused', () => {
  expect(() => interval(0)).toThrow('above 0')
  expect(() => interval(Number.NaN)).toThrow('above 0')
})
