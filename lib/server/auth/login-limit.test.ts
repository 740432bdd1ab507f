import { expect, it } from 'vitest'
import { createHandClock } from '../../testing/hand-clock.ts'
import { createLoginLimit } from './login-limit.ts'

function start() {
  const clock = createHandClock()
  const limit = createLoginLimit(clock.monotonicMs)
  const fail = (count: number, address: (i: number) => string, name: (i: number) => string) => {
    let looked = 0
    for (let i = 0; i < count; i++) {
      if (limit.waitSeconds(address(i), name(i)) > 0) continue
      looked += 1
      limit.failed(address(i), name(i))
    }
    return looked
  }
  return { clock, limit, fail }
}

it.each([
  ['one address, one name', () => '10.0.0.1', () => 'ann', 10],
  ['one name, many addresses', (i: number) => `10.0.${i >> 8}.${i & 255}`, () => 'ann', 20],
  ['many names, one address', () => '10.0.0.1', (i: number) => `user${i}`, 30],
])('of 1,000 tries at once, %s, few are looked at', (_what, address, name, most) => {
  expect(start().fail(1_000, address, name)).toBe(most)
})

it('lets a wrong password be mended after seconds', async () => {
  const { clock, limit, fail } = start()
  fail(
    10,
    () => '10.0.0.1',
    () => 'ann',
  )
  const wait = limit.waitSeconds('10.0.0.1', 'ann')
  expect(wait).toBeGreaterThan(0)
  expect(wait).toBeLessThanOrEqual(6)
  await clock.advance(wait * 1_000)
  expect(limit.waitSeconds('10.0.0.1', 'ann')).toBe(0)
})

it('does not lock out others behind the same proxy, nor the owner where she is known', () => {
  const { limit, fail } = start()
  expect(limit.succeeded('10.0.0.1', 'bob')).toBe(true)
  expect(limit.succeeded('10.0.0.1', 'bob')).toBe(false)
  limit.succeeded('10.0.0.2', 'ann')
  fail(
    1_000,
    () => '10.0.0.1',
    (i) => (i % 2 === 0 ? 'ann' : `user${i}`),
  )

  expect(limit.waitSeconds('10.0.0.1', 'bob')).toBe(0)
  expect(limit.waitSeconds('10.0.0.2', 'ann')).toBe(0)
  expect(limit.waitSeconds('10.0.0.1', 'ann')).toBeGreaterThan(0)
  expect(limit.waitSeconds('10.0.0.1', 'carl')).toBeGreaterThan(0)
})

it('lets nobody guess for long at the address where the owner gets in all the time', () => {
  const { limit, fail } = start()
  let looked = 0
  for (let i = 0; i < 100; i++) {
    if (limit.waitSeconds('10.0.0.1', 'ann') === 0) limit.succeeded('10.0.0.1', 'ann')
    looked += fail(
      5,
      () => '10.0.0.1',
      () => 'ann',
    )
  }
  expect(looked).toBe(60)
})

it('lets somebody new behind that proxy in after seconds', async () => {
  const { clock, limit, fail } = start()
  fail(
    1_000,
    () => '10.0.0.1',
    (i) => `user${i}`,
  )
  await clock.advance(3_000)
  expect(limit.waitSeconds('10.0.0.1', 'carl')).toBe(0)
})

it('forgets the longest untouched of too many', () => {
  const { limit, fail } = start()
  fail(
    15_000,
    (i) => `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`,
    (i) => `user${i}`,
  )
  expect(limit.waitSeconds('10.0.0.0', 'user0')).toBe(0)
})
