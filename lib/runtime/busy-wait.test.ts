import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, test, vi } from 'vitest'
import { createBusyWait } from './busy-wait.ts'
import { systemClock } from './clock.ts'

/** Turns of the event loop that one wait of `ms` asked for. */
async function turnsFor(answerMs: number, { before = [] as number[], cores = 2 } = {}): Promise<number> {
  let nowMs = 0
  const busyWait = createBusyWait({ ...systemClock, monotonicMs: () => nowMs }, cores)
  for (const ms of before) {
    const answered = busyWait.begin()
    nowMs += ms
    answered()
    await nextTurn()
  }
  const turns = vi.spyOn(globalThis, 'setImmediate')
  const answered = busyWait.begin()
  for (const endMs = nowMs + answerMs; nowMs < endMs; nowMs += 0.05) await nextTurn()
  answered()
  await nextTurn()
  const count = turns.mock.calls.length
  turns.mockRestore()
  return count
}

test('turns the loop until the answer comes, and no longer than it is worth', async () => {
  expect(await turnsFor(0.1)).toBeGreaterThan(1)
  expect(await turnsFor(50)).toBeLessThan(12)
})

test('does not while answers take long, nor on a single core', async () => {
  expect(await turnsFor(0.1, { before: [100, 100] })).toBe(0)
  expect(await turnsFor(0.1, { cores: 1 })).toBe(0)
  expect(await turnsFor(0.1, { before: [100, ...Array.from({ length: 80 }, () => 0.05)] })).toBeGreaterThan(1)
})
