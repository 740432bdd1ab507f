import fc from 'fast-check'
import { expect, it } from 'vitest'
import { formatIsoTime, parseIsoTime, parseIsoTimeUp } from './iso-time.ts'

it.each([
  ['2026-11-21T01:40:41.145473+00:00', '2026-11-21T01:40:41.145Z'],
  ['2026-11-21T01:40:41', '2026-11-21T01:40:41.000Z'],
  ['2026-11-21 01:40:41Z', '2026-11-21T01:40:41.000Z'],
  ['2026-11-21T01:40:41.5+05:30', '2026-11-20T20:10:41.500Z'],
  ['2026-11-21T01:40:41-0800', '2026-11-21T09:40:41.000Z'],
  ['2026-11-21', '2026-11-21T00:00:00.000Z'],
  ['0001-01-01T00:00:00', '0001-01-01T00:00:00.000Z'],
  ['9999-12-31T23:59:59.999999', '9999-12-31T23:59:59.999Z'],
])('reads %s', (text, expected) => {
  expect(new Date(parseIsoTime(text) ?? Number.NaN).toISOString()).toBe(expected)
})

it.each([
  ['2026-11-21T01:40:41.145473+00:00', '2026-11-21T01:40:41.146Z'],
  ['2026-11-21T01:40:41.145000+00:00', '2026-11-21T01:40:41.145Z'],
  ['2026-11-21T01:40:41.9999999Z', '2026-11-21T01:40:42.000Z'],
  ['2026-11-21T01:40:41.5', '2026-11-21T01:40:41.500Z'],
])('is not before %s', (text, expected) => {
  expect(new Date(parseIsoTimeUp(text) ?? Number.NaN).toISOString()).toBe(expected)
})

it.each([
  'tomorrow',
  '',
  '10000-01-01',
  '2026-02-30',
  '2026-13-01',
  '2026-01-01T24:00:00',
  '2026-01-01T00:60',
  '1795225237',
])('says that %j is no time', (text) => expect(parseIsoTime(text)).toBeNull())

it('reads back what it writes', () => {
  const range = { min: new Date('0001-01-01T00:00:00Z'), max: new Date('9999-12-31T23:59:59Z'), noInvalidDate: true }
  fc.assert(fc.property(fc.date(range), (date) => parseIsoTime(formatIsoTime(date.getTime())) === date.getTime()))
  expect(() => formatIsoTime(8e15)).toThrow(RangeError)
})
