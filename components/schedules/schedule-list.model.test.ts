import { expect, test } from 'vitest'
import type { ScheduleRowView, ScheduleRunView } from '../../lib/live/schedule-views.ts'
import {
  countFilters,
  createNameRanks,
  matchesFilter,
  matchesText,
  sortSchedules,
  wordsOf,
} from './schedule-list.model.ts'
import { stateOf } from './schedule-state.ts'

function row(name: string, fields: Partial<ScheduleRowView> = {}): ScheduleRowView {
  return {
    id: `app/${name}`,
    name,
    source: 'app',
    task: 'shop.tick',
    when: 'Every 30 seconds',
    expression: 'every 30 s',
    zone: 'UTC',
    enabled: true,
    heldUntilMs: null,
    heldForGood: false,
    heldBy: null,
    nextMs: 1_000,
    lastRun: null,
    totalRunCount: 0,
    overdueSinceMs: null,
    neverRan: false,
    recent: [],
    warnings: [],
    broken: false,
    inferred: false,
    editable: true,
    editLasts: null,
    ...fields,
  }
}

function run(fields: Partial<ScheduleRunView> = {}): ScheduleRunView {
  return {
    slotMs: 1_000,
    sentMs: 1_001,
    lateMs: 1,
    outcome: 'succeeded',
    state: 'SUCCESS',
    taskId: 'a',
    runtimeMs: 20,
    byHand: false,
    doubled: false,
    overlaps: false,
    ...fields,
  }
}

const names = (rows: readonly ScheduleRowView[]) => rows.map(({ name }) => name)

test('an entry is what is worst about it', () => {
  expect(stateOf(row('a'))).toBe('on')
  expect(stateOf(row('a', { overdueSinceMs: 1 }))).toBe('overdue')
  expect(stateOf(row('a', { overdueSinceMs: 1, heldForGood: true }))).toBe('held')
  expect(stateOf(row('a', { heldUntilMs: 5, enabled: false }))).toBe('off')
  expect(stateOf(row('a', { enabled: false, broken: true }))).toBe('broken')
  expect(stateOf(row('a', { inferred: true }))).toBe('seen')
})

test('what is not known comes last, whichever way it is sorted', () => {
  const rows = [row('b', { nextMs: null }), row('c', { nextMs: 5 }), row('a', { nextMs: 9 })]

  expect(names(sortSchedules(rows, 'next'))).toEqual(['c', 'a', 'b'])
  expect(names(sortSchedules(rows, '-next'))).toEqual(['a', 'c', 'b'])
})

test('numbers in names count as numbers, and the same name of two sources keeps one order', () => {
  const rows = [row('job-10'), row('job-9', { id: 'redis/job-9' }), row('job-9')]

  expect(sortSchedules(rows, 'name').map(({ id }) => id)).toEqual(['app/job-9', 'redis/job-9', 'app/job-10'])
})

test('trouble comes first: broken, overdue, failed, then the others by name', () => {
  const rows = [
    row('b'),
    row('failed', { lastRun: run({ outcome: 'failed' }) }),
    row('a', { heldForGood: true }),
    row('late', { overdueSinceMs: 1 }),
    row('broken', { broken: true }),
  ]

  expect(names(sortSchedules(rows, 'state'))).toEqual(['broken', 'late', 'failed', 'a', 'b'])
})

test('words are looked for in name, task, words and expression, in any order', () => {
  const one = row('nightly-report', { when: 'Weekdays at 02:30', expression: '30 2 * * mon-fri' })

  expect(matchesText(one, wordsOf('tick NIGHTLY'))).toBe(true)
  expect(matchesText(one, wordsOf('mon-fri'))).toBe(true)
  expect(matchesText(one, wordsOf('nightly sundays'))).toBe(false)
})

test('the counts are those of the filters', () => {
  const rows = [
    row('a', { lastRun: run({ outcome: 'failed' }), warnings: ['x'] }),
    row('b', { heldForGood: true }),
    row('c', { enabled: false }),
    row('d', { overdueSinceMs: 1 }),
  ]

  const counts = countFilters(rows)
  expect(counts).toEqual({ overdue: 1, failed: 1, held: 1, off: 1, broken: 0, warned: 1 })
  expect(rows.filter((one) => matchesFilter(one, 'failed'))).toHaveLength(counts.failed)
})

test('names are compared once, as long as the same entries come', () => {
  const ranksOf = createNameRanks()
  const rows = [row('b'), row('a')]
  const ranks = ranksOf(rows)

  expect(ranksOf(rows.map((one) => ({ ...one, totalRunCount: 9 })))).toBe(ranks)
  expect([...ranksOf([...rows, row('c')])]).toEqual([
    ['app/a', 0],
    ['app/b', 1],
    ['app/c', 2],
  ])
})

test('10,000 entries are sorted while a frame is drawn', () => {
  const rows = Array.from({ length: 10_000 }, (_, i) => row(`entry ${(i * 7919) % 10_000}`, { nextMs: (i * 31) % 977 }))
  const startedMs = performance.now()

  expect(names(sortSchedules(rows, 'name')).slice(0, 3)).toEqual(['entry 0', 'entry 1', 'entry 2'])
  sortSchedules(rows, 'next')
  // A slow machine with other tests beside it; a comparison with localeCompare takes seconds.
  expect(performance.now() - startedMs).toBeLessThan(10_000)
})
