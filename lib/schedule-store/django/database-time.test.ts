import { expect, test } from 'vitest'
import { readTime, writeTime } from './database-time.ts'

const utc = { zone: 'UTC', aware: false }
const berlin = { zone: 'Europe/Berlin', aware: false }
const micros = (text: string, fraction = 0) => Date.parse(text) * 1000 + fraction

test.each([
  ['2026-11-21 14:00:00', utc, micros('2026-11-21T14:00:00Z')],
  ['2026-11-21 14:00:00.5', utc, micros('2026-11-21T14:00:00.500Z')],
  ['2026-11-21 14:00:00.123456', utc, micros('2026-11-21T14:00:00.123Z', 456)],
  ['2026-11-21T14:00:00.123456+00:00', berlin, micros('2026-11-21T14:00:00.123Z', 456)],
  ['2026-11-21 14:00:00+05:30', utc, micros('2026-11-21T08:30:00Z')],
  ['2026-11-21 14:00:00-03', utc, micros('2026-11-21T17:00:00Z')],
  ['1900-01-01 00:00:00+00:53:28', utc, micros('1899-12-31T23:06:32Z')],
  ['2026-07-21 14:00:00', berlin, micros('2026-07-21T12:00:00Z')],
  ['2999-12-31 00:00:00+00', utc, micros('2999-12-31T00:00:00Z')],
])('%s is read', (text, format, expected) => {
  expect(readTime(text, format)).toBe(expected)
})

test.each([null, '', 'today', '2026-11-21', 5])('%s is no time', (value) => {
  expect(readTime(value, utc)).toBeNull()
})

test('written as Django writes it, without a fraction that is zero', () => {
  const at = micros('2026-07-21T12:00:00Z')
  expect(writeTime(at, utc)).toBe('2026-07-21 12:00:00')
  expect(writeTime(at + 7, utc)).toBe('2026-07-21 12:00:00.000007')
  expect(writeTime(at, berlin)).toBe('2026-07-21 14:00:00')
  expect(writeTime(at + 120_000, { zone: 'Europe/Berlin', aware: true })).toBe('2026-07-21 12:00:00.120000+00:00')
  for (const format of [utc, berlin, { ...berlin, aware: true }]) {
    expect(readTime(writeTime(at + 123_456, format), format)).toBe(at + 123_456)
  }
})
