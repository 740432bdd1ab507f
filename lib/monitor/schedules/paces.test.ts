import { expect, it } from 'vitest'
import type { TaskRecord } from '../records.ts'
import { createTaskRecord } from '../task-reducer.ts'
import { createPaces } from './paces.ts'

const T0 = Date.parse('2026-01-05T10:00:00Z')

function seen(name: string, ...times: readonly number[]) {
  const paces = createPaces()
  const see = (ms: number, fields: Partial<TaskRecord> = {}) =>
    paces.see({ ...createTaskRecord(`${name} ${ms}`), name, received: (T0 + ms) / 1_000, ...fields }, T0 + ms + 200)
  for (const ms of times) see(ms)
  return { paces, see }
}

it('foretells the next one of a steady pace, once', () => {
  const { paces } = seen('a', 0, 3_005, 6_020)
  expect(paces.next(T0 + 8_000, 200)).toBeNull()
  expect((paces.next(T0 + 8_900, 200) ?? 0) - T0).toBe(9_035)
  expect(paces.next(T0 + 8_950, 200)).toBeNull()
})

it('foretells nothing of what comes at any time, too often, or from another task', () => {
  expect(seen('a', 0, 1_000, 9_000).paces.next(T0 + 16_900, 200)).toBeNull()
  expect(seen('a', 0, 10, 20).paces.next(T0 + 20, 200)).toBeNull()
  const { paces, see } = seen('a', 0, 3_000)
  see(6_000, { parentId: 'p' })
  expect(paces.next(T0 + 8_900, 200)).toBeNull()
})

it('grows tired of what has no mark', () => {
  const { paces, see } = seen('a', 0, 3_000, 6_000)
  let tries = 0
  for (let i = 3; i < 103; i++) {
    if (paces.next(T0 + i * 3_000 - 100, 200) !== null) tries += 1
    see(i * 3_000)
  }
  expect(tries).toBeGreaterThan(12)
  expect(tries).toBeLessThan(30)
})
