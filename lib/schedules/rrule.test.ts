import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { isRRuleDue, nextRRuleMs, type RRuleSpec, rrule } from './rrule.ts'

const path = new URL('../../tests/vectors/rrule.json', import.meta.url)
const vectors: { next: [RRuleSpec, string, string | null][] } = JSON.parse(readFileSync(path, 'utf8'))

const DAILY: RRuleSpec = {
  freq: 'DAILY',
  startMs: Date.parse('2026-01-01T04:30:00Z'),
  offsetMinutes: 0,
  every: 2,
  weekStart: null,
  count: null,
  untilMs: null,
  parts: {},
}

test('recorded from RedBeat: next runs, with counts, ends, offsets and parts', () => {
  const wrong = vectors.next.filter(([spec, last, next]) => {
    return nextRRuleMs(rrule(spec), Date.parse(last)) !== (next === null ? null : Date.parse(next))
  })

  expect(wrong).toEqual([])
  expect(vectors.next.some(([, , next]) => next === null)).toBe(true)
})

test('due from its time on, and never again after its end', () => {
  const rule = rrule({ ...DAILY, count: 2 })
  const second = Date.parse('2026-01-03T04:30:00Z')

  expect(isRRuleDue(rule, DAILY.startMs, second - 1)).toEqual({ due: false, nextMs: 1 })
  expect(isRRuleDue(rule, DAILY.startMs, second)).toEqual({ due: true, nextMs: null })
  expect(isRRuleDue(rule, second, second + 1)).toEqual({ due: false, nextMs: null })
  expect(() => rule.next(new Date(second))).toThrow('This schedule does not run any more.')
})

test('a rule that began years ago every second is answered at once', () => {
  const rule = rrule({ ...DAILY, freq: 'SECONDLY', every: 7, startMs: Date.parse('2001-01-01T00:00:00Z') })
  const next = rule.next(new Date('2026-06-01T00:00:00Z')).getTime()

  expect((next - Date.parse('2001-01-01T00:00:00Z')) % 7000).toBe(0)
  expect(next - Date.parse('2026-06-01T00:00:00Z')).toBeLessThanOrEqual(7000)
})

test.each<[Partial<RRuleSpec>, string]>([
  [{ every: 0 }, 'interval: got 0, expected a whole number above 0'],
  [{ startMs: Number.NaN }, 'dtstart'],
  [{ parts: { byhour: [24] } }, 'byhour: got 24, expected 0 to 23'],
  [{ weekStart: 7 }, 'wkst: got 7, expected 0 to 6'],
  [{ count: 0 }, 'count: got 0'],
  [{ parts: { bymonth: [2], bymonthday: [30] } }, 'expected dates that some year has'],
  [{ freq: 'SECONDLY', parts: { bymonth: [2], bymonthday: [30] } }, 'expected dates that some year has'],
  [{ every: 7, parts: { byweekday: [0] } }, 'expected the week day of dtstart'],
  [{ parts: { bysetpos: [2], byhour: [4] } }, 'bysetpos: got 2, expected 1 to 1'],
  [{ freq: 'HOURLY', every: 2, parts: { byhour: [3] } }, 'expected steps that come to byhour'],
])('%j is refused: %s', (change, message) => {
  expect(() => rrule({ ...DAILY, ...change })).toThrow(message)
})

test.each<[Partial<RRuleSpec>, string]>([
  [{ freq: 'MINUTELY', every: 1, parts: { bymonth: [3], byhour: [3] } }, '2026-03-01T03:00:00Z'],
  [{ freq: 'SECONDLY', every: 7, parts: { bymonthday: [28], byhour: [3], byminute: [1] } }, '2026-01-28T03:01:05Z'],
  [{ freq: 'DAILY', every: 1, parts: { bymonth: [2] }, startMs: Date.parse('2026-01-31T04:30Z') }, '2026-02-01T04:30Z'],
])('%j next runs at %s', (change, next) => {
  expect(rrule({ ...DAILY, ...change }).next(new Date(change.startMs ?? DAILY.startMs))).toEqual(new Date(next))
})
