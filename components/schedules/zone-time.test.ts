import { expect, test } from 'vitest'
import { formatInZone, isSameClock, otherZone, viewerZone } from './zone-time.ts'

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

test('the zone of a time of day is said where it is not that of whoever looks', () => {
  expect(otherZone('Pacific/Kiritimati', '30 2 * * *', at)).toBe('Kiritimati')
  expect(otherZone('America/Argentina/Buenos_Aires', '30 2 * * *', at)).toMatch(/Buenos Aires/)
  expect(otherZone('Pacific/Kiritimati', 'every 30s', at)).toBeNull()
  expect(otherZone(viewerZone(), '30 2 * * *', at)).toBeNull()
})
