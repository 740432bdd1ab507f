import { expect, test } from 'vitest'
import type { ScheduleRowView } from '../../lib/live/schedule-views.ts'
import { rightsOf } from './schedule-rights.ts'

const row: ScheduleRowView = {
  ...{ id: 'app/a', name: 'a', source: 'app', task: 't', when: '', expression: '', zone: 'UTC', enabled: true },
  ...{ heldUntilMs: null, heldForGood: false, heldBy: null, nextMs: 1, lastRun: null, totalRunCount: 0 },
  ...{ overdueSinceMs: null, neverRan: false, recent: [], warnings: [], broken: false, inferred: false },
  ...{ editable: true, editLasts: null },
}
const NONE = { run: null, skip: null, hold: null, resume: null, edit: null }

test('an operator can do everything to a sound entry', () => {
  expect(rightsOf(row, null)).toEqual(NONE)
})

test('who may not act is told why, at every action', () => {
  const reason = 'Needs the operator role'

  expect(Object.values(rightsOf(row, reason))).toEqual([reason, reason, reason, reason, reason])
})

test('nothing can be done to an entry that was only seen', () => {
  expect(Object.values(rightsOf({ ...row, inferred: true }, null)).every((reason) => reason !== null)).toBe(true)
})

test('an entry that is off can be run, edited and switched on, but not held or skipped', () => {
  expect(rightsOf({ ...row, enabled: false }, null)).toMatchObject({
    ...{ run: null, edit: null, resume: null },
    ...{ hold: 'It is switched off', skip: 'It is switched off' },
  })
})

test('an entry without a next run has none to skip', () => {
  expect(rightsOf({ ...row, nextMs: null }, null)).toEqual({ ...NONE, skip: 'It has no next run' })
})
