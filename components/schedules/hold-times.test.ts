import { expect, test } from 'vitest'
import { fromLocalInput, HOLD_CHOICES, toLocalInput, tomorrowMorning } from './hold-times.ts'

test('tomorrow 08:00 is of the viewer, also on the last day of a month', () => {
  const lastOfMonth = new Date(2026, 10, 30, 23, 59).getTime()

  expect(tomorrowMorning(lastOfMonth)).toBe(new Date(2026, 11, 1, 8).getTime())
  expect(tomorrowMorning(new Date(2026, 10, 30, 7).getTime())).toBe(new Date(2026, 11, 1, 8).getTime())
})

test('a hold ends after now, or never', () => {
  expect(HOLD_CHOICES.map(({ until }) => until(1_000))).toEqual([901_000, 3_601_000, tomorrowMorning(1_000), null])
})

test('a moment goes into the field and comes back out of it', () => {
  const at = new Date(2026, 2, 4, 5, 6).getTime()

  expect(toLocalInput(at)).toBe('2026-03-04T05:06')
  expect(fromLocalInput(toLocalInput(at))).toBe(at)
  expect(fromLocalInput('')).toBeNull()
  expect(fromLocalInput('tomorrow')).toBeNull()
})
