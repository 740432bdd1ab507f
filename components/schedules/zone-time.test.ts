import { expect, test } from 'vitest'
import { formatInZone, isSameClock } from './zone-time.ts'

const at = Date.UTC(2026, 10, 23, 23, 30, 5)

test('a moment is written as the clocks of its zone show it', () => {
  expect(formatInZone(at, 'UTC', at)).toBe('Mon 23 Nov 23:30:05')
  expect(formatInZone(at, 'Europe/Berlin', at)).toBe('Tue 24 Nov 00:30:05')
  expect(formatInZone(at, 'America/New_York', at)).toBe('Mon 23 Nov 18:30:05')
})

test('another year is said', () => {
  expect(formatInZone(Date.UTC(2027, 0, 1, 0, 0), 'UTC', at)).toBe('Fri 1 Jan 2027 00:00:00')
})

test('a zone that nobody knows is read as UTC', () => {
  expect(formatInZone(at, 'Mars/Olympus', at)).toBe('Mon 23 Nov 23:30:05')
})

test('two names of the same time are the same clock', () => {
  expect(isSameClock('UTC', 'Etc/UTC', at)).toBe(true)
  expect(isSameClock('Europe/Berlin', 'Europe/Paris', at)).toBe(true)
  expect(isSameClock('Europe/Berlin', 'Europe/Lisbon', at)).toBe(false)
})
