import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { isSolarDue, SOLAR_EVENTS, type SolarEvent, solar } from './solar.ts'

const path = new URL('../../tests/vectors/solar.json', import.meta.url)
const vectors: { next: [SolarEvent, number, number, string, string][] } = JSON.parse(readFileSync(path, 'utf8'))

test('recorded from Celery: within a minute for all nine events, also where the sun does not set for months', () => {
  const far = vectors.next.filter(([event, latitude, longitude, at, next]) => {
    return Math.abs(solar(event, latitude, longitude).next(new Date(at)).getTime() - Date.parse(next)) > 60_000
  })

  expect(far).toEqual([])
  expect(new Set(vectors.next.map(([event]) => event))).toEqual(new Set(SOLAR_EVENTS))
})

test('each event is found once a day, one after the other', () => {
  for (const event of SOLAR_EVENTS) {
    const schedule = solar(event, 48.1, 11.6)
    let last = new Date('2026-03-01T00:00:00Z')
    for (let day = 0; day < 5; day++) {
      const next = schedule.next(last)
      const hours = (next.getTime() - last.getTime()) / 3_600_000
      if (day > 0) expect(hours, event).toBeGreaterThan(23.9)
      expect(hours, event).toBeLessThan(24.1)
      last = next
    }
  }
})

test('due from the event on', () => {
  const schedule = solar('sunset', 0, 0)
  const last = Date.parse('2026-03-20T12:00:00Z')
  const event = schedule.next(new Date(last)).getTime()

  expect(isSolarDue(schedule, last, event - 1)).toEqual({ due: false, nextMs: 1 })
  expect(isSolarDue(schedule, last, event)).toMatchObject({ due: true })
})

describe('refused in Celery’s words', () => {
  test.each([
    ['teatime', 0, 0, 'Argument event "teatime" is invalid, must be one of dawn_astronomical, dawn_civil,'],
    ['sunset', 90.1, 0, 'Argument latitude 90.1 is invalid, must be between -90 and 90.'],
    ['sunset', 0, -181, 'Argument longitude -181 is invalid, must be between -180 and 180.'],
    ['sunset', Number.NaN, 0, 'Argument latitude NaN'],
  ])('%s at %d, %d', (event, latitude, longitude, message) => {
    expect(() => solar(event as SolarEvent, latitude, longitude)).toThrow(message) // not one of them on purpose
  })
})
