import { expect, test } from 'vitest'
import { DEMO_TIMES, INCIDENTS, incidentAt } from './incidents.ts'
import { rateAt } from './producer.ts'
import { beginIncidents, isBroken, seededRandom } from './world.ts'

test('the first incident begins after 60 to 90 seconds and heals; the others follow in turn', () => {
  const seen: string[] = []
  let before: string | null = null
  for (let ms = 0; ms < 15 * 60_000; ms += 1_000) {
    const name = incidentAt(ms)?.incident.name ?? null
    if (name !== null && name !== before) seen.push(name)
    before = name
  }

  expect(incidentAt(59_000)).toBeNull()
  expect(incidentAt(90_000)?.index).toBe(0)
  expect(incidentAt(DEMO_TIMES.firstAfterMs + (INCIDENTS[0]?.lastsMs ?? 0))).toBeNull()
  expect(seen.slice(0, 3)).toEqual([INCIDENTS[0]?.name, INCIDENTS[1]?.name, INCIDENTS[0]?.name])
})

test('each incident breaks its part while it lasts, and nothing before, between and after', () => {
  const times = { firstAfterMs: 1_000, pauseMs: 10_000 }
  const end = beginIncidents(5_000_000, times)
  const broken = (sinceMs: number) => [
    isBroken('search', 5_000_000 + sinceMs),
    isBroken('payments', 5_000_000 + sinceMs),
  ]
  try {
    expect(broken(999)).toEqual([false, false])
    expect(broken(1_000)).toEqual([true, false])
    expect(broken(61_000)).toEqual([false, false])
    expect(broken(71_000)).toEqual([false, true])
    expect(broken(131_000)).toEqual([false, false])
  } finally {
    end()
  }

  expect(broken(1_000)).toEqual([false, false])
})

test('the load comes in waves and never stops', () => {
  const rates = Array.from({ length: 1_200 }, (_, second) => rateAt(second * 100))

  expect(Math.min(...rates)).toBeGreaterThan(3)
  expect(Math.max(...rates)).toBeLessThan(20)
})

test('the same seed gives the same demo', () => {
  const [a, b, c] = [seededRandom(1), seededRandom(1), seededRandom(2)]
  const take = (random: () => number) => Array.from({ length: 5 }, random)

  expect(take(a)).toEqual(take(b))
  expect(take(seededRandom(1))).not.toEqual(take(c))
  expect(Array.from({ length: 1_000 }, seededRandom(3)).every((value) => value >= 0 && value < 1)).toBe(true)
})
