/**
 * What the real Celery answers (tests/vectors/record_crontab.py). Any other file of the same form can be tried:
 * UMBEL_CRONTAB_VECTORS=/path/to/crontab-vectors.json vitest run lib/schedules/vectors.test.ts
 */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { type CrontabSpec, crontab, isCrontabDue } from './crontab.ts'
import { CrontabError, type CrontabField, parseField } from './crontab-field.ts'
import { nextRunMs } from './crontab-next.ts'
import { interval, isIntervalDue } from './interval.ts'
import { changesBetween, DAY_MS } from './zone.ts'

type DueRow = [CrontabSpec, string, string, number | null, boolean, number]
type IntervalRow = [number, boolean, string, string, boolean, number]

interface Vectors {
  expand: [CrontabField, string, number[]][]
  invalid: [CrontabField, string, string, string][]
  next: [CrontabSpec, string, string][]
  next_zoned: [string, CrontabSpec, string, string][]
  is_due: DueRow[]
  interval: IntervalRow[]
  dst: [string, CrontabSpec, string, string, string][]
  impossible?: [CrontabSpec, string][]
  is_due_zoned?: [string, ...DueRow][]
  interval_zoned?: [string, ...IntervalRow][]
}

const path = process.env.UMBEL_CRONTAB_VECTORS ?? new URL('../../tests/vectors/crontab.json', import.meta.url)
const vectors: Vectors = JSON.parse(readFileSync(path, 'utf8'))
const ms = (text: string) => Date.parse(/[+Z]|-\d\d:\d\d$/.test(text.slice(10)) ? text : `${text}Z`)
const iso = (atMs: number | null) => (atMs === null ? null : new Date(atMs).toISOString())

/** The rows for which it does not hold, so that one failure shows them all. */
function wrong<T>(rows: readonly T[], holds: (row: T) => boolean): readonly string[] {
  return rows.filter((row) => !holds(row)).map((row) => JSON.stringify(row))
}

function refusal(read: () => unknown): unknown {
  try {
    return read()
  } catch (error) {
    return error
  }
}

/** What Celery answers for a last run within a repeated hour: the run before. It is the one thing we do not follow. */
function liesInThePast(last: string, next: string): boolean {
  return ms(next) <= ms(last)
}

describe('recorded from Celery', () => {
  test('the values of fields', () => {
    expect(
      wrong(vectors.expand, ([field, text, values]) => String(parseField(field, text)) === String(values)),
    ).toEqual([])
  })

  test('fields that are refused, with Celery’s words, the field, the value and the range', () => {
    for (const [field, text, kind, message] of vectors.invalid) {
      const error = refusal(() => crontab({ [field]: text }))
      expect(error, `${field} ${text}`).toBeInstanceOf(CrontabError)
      expect(error).toMatchObject({ kind, code: 'schedule/invalid', facts: { reason: message, field } })
      expect(String(error)).toContain(message)
      expect(String(error)).toMatch(new RegExp(`${field}: got .+, expected \\d+ to \\d+`, 's'))
    }
  })

  test('dates that never occur are refused at construction', () => {
    for (const [spec, message] of vectors.impossible ?? []) expect(() => crontab(spec)).toThrow(message)
  })

  test('next runs in UTC', () => {
    const agrees = ([spec, last, next]: Vectors['next'][number]) => {
      return [
        iso(
          crontab(spec)
            .next(new Date(ms(last)))
            .getTime(),
        ),
        iso(nextRunMs(crontab(spec), ms(last), 'UTC')),
      ].every((found) => found === iso(ms(next)))
    }
    expect(wrong(vectors.next, agrees)).toEqual([])
  })

  test('next runs in many zones, also where the clock is set', () => {
    const agrees = ([timezone, spec, last, next]: Vectors['next_zoned'][number]) => {
      if (!next.includes('T')) return String(refusal(() => crontab(spec))).includes('never occurs')
      const found = crontab(spec, { timezone })
        .next(new Date(ms(last)))
        .getTime()
      return liesInThePast(last, next) ? found > ms(last) : found === ms(next)
    }
    expect(wrong(vectors.next_zoned, agrees)).toEqual([])
  })

  test('next runs where the clock is set, as Celery has them unless they lie in the past', () => {
    const agrees = ([timezone, spec, last, next]: Vectors['dst'][number]) => {
      const found = crontab(spec, { timezone })
        .next(new Date(ms(last)))
        .getTime()
      return liesInThePast(last, next) ? found > ms(last) : found === ms(next)
    }
    expect(wrong(vectors.dst, agrees)).toEqual([])
  })

  test('beat fires then too, but for what Celery leaves out where the clock is set', () => {
    const agrees = ([zone, spec, last, next]: Vectors['dst'][number] | Vectors['next_zoned'][number]) => {
      if (!next.includes('T')) return true
      const found = nextRunMs(crontab(spec), ms(last), zone) ?? 0
      // Only ever earlier than Celery (a run it leaves out), and only within a few hours of a change of the clock.
      if (liesInThePast(last, next)) return found > ms(last)
      if (found === ms(next)) return true
      const change = changesBetween(found - DAY_MS / 4, found + DAY_MS / 4, zone)
      return found > ms(last) && found < ms(next) && change.length > 0
    }
    expect(wrong([...vectors.dst, ...vectors.next_zoned], agrees)).toEqual([])
  })

  test('due or not, with and without a deadline', () => {
    const agrees = ([zone, spec, last, now, deadline, due, seconds]: [string, ...DueRow]) => {
      const answer = isCrontabDue(crontab(spec), ms(last), ms(now), zone, deadline)
      return answer.due === due && Math.abs((answer.nextMs ?? 0) / 1000 - seconds) < 0.002
    }
    const rows = vectors.is_due.map((row): [string, ...DueRow] => ['UTC', ...row])
    expect(wrong([...rows, ...(vectors.is_due_zoned ?? [])], agrees)).toEqual([])
  })

  test('intervals, also at whole minutes, hours and days of a clock that is set', () => {
    const agrees = ([zone, every, relative, last, now, due, seconds]: [string, ...IntervalRow]) => {
      const answer = isIntervalDue(interval(every, { relative }), ms(last), ms(now), zone)
      return answer.due === due && Math.abs((answer.nextMs ?? 0) / 1000 - seconds) < 0.002
    }
    const rows = vectors.interval.map((row): [string, ...IntervalRow] => ['UTC', ...row])
    expect(wrong([...rows, ...(vectors.interval_zoned ?? [])], agrees)).toEqual([])
  })
})
