import { expect, test } from 'vitest'
import { interval, nextIntervalMs } from './interval.ts'

test('seconds, or units that add up', () => {
  expect(interval(90)).toEqual({ type: 'interval', everySeconds: 90, relative: false })
  expect(interval({ minutes: 1, seconds: 30 }).everySeconds).toBe(90)
  expect(interval({ days: 1, hours: 2 }).everySeconds).toBe(93_600)
  expect(interval({ milliseconds: 250 }).everySeconds).toBe(0.25)
  expect(interval(30, { relative: true }).relative).toBe(true)
})

test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY, {}, { seconds: 0 }])(
  'an interval of %j is refused',
  (every) => {
    expect(() => interval(every)).toThrow('An interval has to be a number of seconds above 0.')
  },
)

test('the next run is counted from the last one, to the millisecond', () => {
  expect(interval(0.5).next(new Date(1_000))).toEqual(new Date(1_500))
})

test('relative runs are at whole hours of the clock, in its zone', () => {
  const hourly = interval({ hours: 1 }, { relative: true })
  const last = Date.parse('2026-01-01T00:40:10Z')

  expect(hourly.next(new Date(last))).toEqual(new Date('2026-01-01T01:00:00Z'))
  expect(hourly.next(new Date(last), 'Asia/Kathmandu')).toEqual(new Date('2026-01-01T01:15:00Z'))
})

test('an interval of days is midnight again on days of 23 and 25 hours', () => {
  const daily = interval({ days: 1 }, { relative: true })

  expect(nextIntervalMs(daily, Date.parse('2026-03-28T12:00:00+01:00'), 'Europe/Berlin')).toBe(
    Date.parse('2026-03-29T00:00:00+01:00'),
  )
  expect(nextIntervalMs(daily, Date.parse('2026-03-29T00:00:00+01:00'), 'Europe/Berlin')).toBe(
    Date.parse('2026-03-30T00:00:00+02:00'),
  )
})

test('part of a second leaves nothing to round to: it still moves on, where Celery stands', () => {
  expect(interval(0.5, { relative: true }).next(new Date(1_000)).getTime()).toBe(1_500)
})

test('what is no interval, and no time to count from, is refused in words', () => {
  for (const none of ['"30"', 'null']) expect(() => interval(JSON.parse(none))).toThrow('a number of seconds above 0')
  expect(() => interval(JSON.parse('{"fortnights": 1}'))).toThrow('An interval has no unit fortnights.')
  expect(() => interval(30).next(new Date('nonsense'))).toThrow('no point in time')
  expect(() => interval(30).next(new Date(0), 'Europe/Nowhere')).toThrow('Unknown time zone')
})
