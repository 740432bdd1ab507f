import { expect, test } from 'vitest'
import { changeNear, changesBetween, firstInstantOf, instantsOf, isZone, offsetMs } from './zone.ts'

const HOUR = 3_600_000
const at = (text: string) => Date.parse(text)

test('offsets to the second of a change, asked in any order', () => {
  const change = at('2026-03-29T01:00:00Z')

  expect(offsetMs(change, 'Europe/Berlin')).toBe(2 * HOUR)
  expect(offsetMs(change - 1, 'Europe/Berlin')).toBe(HOUR)
  expect(offsetMs(at('2026-01-01T00:00:00Z'), 'Asia/Kathmandu')).toBe(5.75 * HOUR)
  expect(offsetMs(at('2026-01-01T00:00:00Z'), '+02:00')).toBe(2 * HOUR)
})

test('they agree with Intl over years, hour by hour', () => {
  const format = new Intl.DateTimeFormat('sv-SE', {
    timeZone: 'Australia/Lord_Howe',
    dateStyle: 'short',
    timeStyle: 'medium',
  })
  for (let ms = at('2026-01-01T00:30:00Z'); ms < at('2027-06-01T00:00:00Z'); ms += 7 * HOUR) {
    expect(at(`${format.format(ms).replace(' ', 'T')}Z`) - ms).toBe(offsetMs(ms, 'Australia/Lord_Howe'))
  }
})

test('the dates of year 1 and of year 275,760 have the offset of the first and last one that is known', () => {
  expect(offsetMs(at('0001-01-01T00:00:00Z'), 'Europe/Berlin')).toBe(HOUR)
  expect(Number.isFinite(offsetMs(8.64e15, 'America/New_York'))).toBe(true)
})

test('a reading has one instant, two, or the one behind a gap', () => {
  const wall = (text: string) => at(`${text}Z`)

  expect(instantsOf(wall('2026-07-01T12:00'), 'Europe/Berlin')).toEqual([at('2026-07-01T10:00Z')])
  expect(instantsOf(wall('2026-10-25T02:30'), 'Europe/Berlin')).toEqual([
    at('2026-10-25T00:30Z'),
    at('2026-10-25T01:30Z'),
  ])
  expect(instantsOf(wall('2026-03-29T02:30'), 'Europe/Berlin')).toEqual([at('2026-03-29T01:30Z')])
  expect(firstInstantOf(wall('2026-10-25T02:30'), 'Europe/Berlin')).toBe(at('2026-10-25T00:30Z'))
  expect(instantsOf(wall('2011-12-30T12:00'), 'Pacific/Apia')).toEqual([at('2011-12-30T22:00Z')])
})

test('changes of the clock', () => {
  const year = changesBetween(at('2026-01-01T00:00Z'), at('2027-01-01T00:00Z'), 'Australia/Lord_Howe')

  expect(year.map(({ atMs, shiftMs }) => [new Date(atMs).toISOString(), shiftMs / HOUR])).toEqual([
    ['2026-04-04T15:00:00.000Z', -0.5],
    ['2026-10-03T15:30:00.000Z', 0.5],
  ])
  expect(changesBetween(0, 86_400_000, 'UTC')).toEqual([])
  expect(changeNear(at('2026-10-25T01:59Z'), 'Europe/Berlin')).toMatchObject({ shiftMs: -HOUR })
  expect(changeNear(at('2026-10-25T03:00Z'), 'Europe/Berlin')).toBeNull()
})

test('names of zones', () => {
  expect(['Europe/Berlin', 'UTC', 'Mars/Olympus', ''].map(isZone)).toEqual([true, true, false, false])
})
