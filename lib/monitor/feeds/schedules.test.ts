import { expect, it } from 'vitest'
import type { SchedulesView } from '../../live/schedule-views.ts'
import { brokenRow } from '../schedules/schedule-row.ts'
import type { FeedDeps } from './deps.ts'
import { schedulesSource } from './schedules.ts'

const viewOf = (count: number, reason: string, from = 0): SchedulesView => ({
  sources: [],
  rows: Array.from({ length: count }, (_, i) => brokenRow('app', { name: `e${from + i}`, reason })),
})

it('shows what thousands of rows became in several steps, and rows that come or go at once', () => {
  let present = viewOf(1_200, 'one')
  let touched = 0
  const schedules = { view: () => present, watch: () => () => {} }
  const source = schedulesSource({ schedules } as unknown as FeedDeps, () => {
    // of the monitor it asks nothing else
    touched += 1
  })
  expect(source.view()).toBe(present)
  present = { ...present, rows: viewOf(1_200, 'two').rows }
  const changed = () => (source.view() as SchedulesView).rows.filter(({ warnings }) => warnings[0] === 'two').length
  expect([changed(), touched]).toEqual([500, 1])
  const slow = source.everyMs
  expect([changed(), touched]).toEqual([1_000, 2])
  expect(source.view()).toBe(present)
  expect(touched).toBe(2)
  expect(source.everyMs).toBeGreaterThan(slow)
  present = viewOf(1_200, 'three', 1)
  expect(source.view()).toBe(present)
})
