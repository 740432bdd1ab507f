import { expect, test } from 'vitest'
import type { ScheduleCalendar } from '../../lib/live/schedule-views.ts'
import { calendarLoad, calendarMoments, calendarRows, everyText } from './calendar.model.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR

function calendar(...rows: readonly Partial<ScheduleCalendar['rows'][number]>[]): ScheduleCalendar {
  const whole = rows.map((row, i) => ({ id: `app/${i}`, name: `job ${i}`, atMs: [], more: 0, usualMs: null, ...row }))
  return { fromMs: 0, toMs: DAY, rows: whole }
}
const every = (ms: number, count: number) => Array.from({ length: count }, (_, i) => (i + 1) * ms)

test('a run that comes before the one before it has ended is marked', () => {
  const [row] = calendarRows(calendar({ atMs: [HOUR, 2 * HOUR, 6 * HOUR], usualMs: 2 * HOUR }))

  expect(row?.bars.map(({ overlaps }) => overlaps)).toEqual([false, true, false])
  expect(row?.overlaps).toBe(1)
  expect(row?.bars[0]).toMatchObject({ from: 1 / 24, to: 3 / 24 })
})

test('what runs every few seconds is one band, to the end of the day where runs were left out', () => {
  const [row] = calendarRows(calendar({ atMs: every(10_000, 500), more: 8_140 }))

  expect(row).toMatchObject({ bars: [], band: { to: 1, everyMs: 10_000 }, count: 500, more: 8_140 })
})

test('what runs every five minutes is bars', () => {
  const [row] = calendarRows(calendar({ atMs: every(300_000, 288) }))

  expect(row?.band).toBeNull()
  expect(row?.bars).toHaveLength(288)
})

test('entries are in the order in which they run; those that do not run are left out', () => {
  const rows = calendarRows(
    calendar({ name: 'b', atMs: [2] }, { name: 'never' }, { name: 'c', atMs: [1] }, { name: 'a', atMs: [2] }),
  )

  expect(rows.map(({ name }) => name)).toEqual(['c', 'a', 'b'])
})

test('the load counts every run, those left out at the pace of the others', () => {
  const load = calendarLoad(calendar({ atMs: [HOUR / 2] }, { atMs: every(HOUR, 12), more: 12 }), 24)

  expect(load).toHaveLength(24)
  expect(load[0]).toEqual({ fromMs: 0, runs: 1 })
  expect(load[5]?.runs).toBe(1)
  expect(load[20]?.runs).toBe(1)
  expect(load.reduce((sum, { runs }) => sum + runs, 0)).toBe(25)
})

test('how often is said as a person would', () => {
  expect([30_000, 60_000, 300_000, 3_600_000, 90_000, 2_500, 400].map(everyText)).toEqual([
    'every 30 s',
    'every minute',
    'every 5 m',
    'every hour',
    'every 1 m 30 s',
    'every 2.50 s',
    'every 400 ms',
  ])
})

test('the list is in order of time and bounded', () => {
  const rows = calendarRows(calendar({ atMs: [3 * HOUR, 5 * HOUR] }, { atMs: [4 * HOUR], usualMs: 7 }))

  expect(calendarMoments(rows, 2).map(({ atMs, name }) => [atMs / HOUR, name])).toEqual([
    [3, 'job 0'],
    [4, 'job 1'],
  ])
})
