import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createOldestMessages } from './oldest-message.ts'

it('is the moment when the first message came that has not been taken yet', () => {
  const oldest = createOldestMessages()
  oldest.note('q', { atMs: 0, waiting: 0, taken: 50 })
  oldest.note('q', { atMs: 2_000, waiting: 3, taken: 50 }) // 3 came
  oldest.note('q', { atMs: 4_000, waiting: 5, taken: 51 }) // 3 more, 1 was taken
  expect(oldest.of('q')).toEqual({ sinceMs: 2_000, atLeast: false })
  oldest.note('q', { atMs: 6_000, waiting: 3, taken: 53 }) // those of the first reading are all gone
  expect(oldest.of('q')).toEqual({ sinceMs: 4_000, atLeast: false })
  oldest.note('q', { atMs: 8_000, waiting: 0, taken: 56 })
  expect(oldest.of('q')).toBeNull()
})

it('says "at least" of what was there before anybody looked', () => {
  const oldest = createOldestMessages()
  oldest.note('q', { atMs: 0, waiting: 10, taken: 0 })
  oldest.note('q', { atMs: 2_000, waiting: 12, taken: 0 })
  expect(oldest.of('q')).toEqual({ sinceMs: 0, atLeast: true })
  oldest.note('q', { atMs: 4_000, waiting: 2, taken: 10 })
  expect(oldest.of('q')).toEqual({ sinceMs: 2_000, atLeast: false })
})

it('counts once what the length told before the events did', () => {
  const oldest = createOldestMessages()
  oldest.note('q', { atMs: 0, waiting: 0, taken: 0 })
  oldest.note('q', { atMs: 2_000, waiting: 10, taken: 0 })
  oldest.note('q', { atMs: 4_000, waiting: 15, taken: 0 })
  oldest.note('q', { atMs: 6_000, waiting: 9, taken: 0 }) // 6 were taken; their events come later
  oldest.note('q', { atMs: 8_000, waiting: 9, taken: 6 })
  expect(oldest.of('q')?.sinceMs).toBe(2_000)
  oldest.note('q', { atMs: 10_000, waiting: 0, taken: 15 })
  oldest.note('q', { atMs: 12_000, waiting: 4, taken: 15 })
  oldest.note('q', { atMs: 14_000, waiting: 4, taken: 17 }) // 2 were taken, 2 came
  expect(oldest.of('q')?.sinceMs).toBe(12_000)
})

it('counts what has gone from the queue also when no event told of it, and knows nothing without any count', () => {
  const oldest = createOldestMessages()
  oldest.note('q', { atMs: 0, waiting: 0, taken: 0 })
  oldest.note('q', { atMs: 2_000, waiting: 4, taken: 0 })
  oldest.note('q', { atMs: 4_000, waiting: 6, taken: 0 })
  oldest.note('q', { atMs: 6_000, waiting: 2, taken: 0 })
  expect(oldest.of('q')?.sinceMs).toBe(4_000)
  oldest.note('q', { atMs: 8_000, waiting: 2, taken: null })
  expect(oldest.of('q')).toBeNull()
})

it('agrees with a queue whose messages are known one by one', () => {
  const steps = fc.array(fc.record({ come: fc.nat(5), go: fc.nat(5) }), { maxLength: 80 })
  fc.assert(
    fc.property(steps, (moves) => {
      const oldest = createOldestMessages()
      const queue: number[] = []
      let taken = 0
      oldest.note('q', { atMs: 0, waiting: 0, taken })
      moves.forEach(({ come, go }, at) => {
        const atMs = (at + 1) * 2_000
        const gone = queue.splice(0, go).length
        taken += gone
        for (let i = 0; i < come; i++) queue.push(atMs)
        oldest.note('q', { atMs, waiting: queue.length, taken })
        expect(oldest.of('q')?.sinceMs ?? null).toBe(queue[0] ?? null)
      })
    }),
  )
})

it('keeps a bounded past of a queue that is never emptied', () => {
  const oldest = createOldestMessages()
  for (let at = 0; at < 5_000; at++) oldest.note('q', { atMs: at, waiting: at + 1, taken: 0 })
  expect(oldest.of('q')).toEqual({ sinceMs: 0, atLeast: true })
  oldest.note('q', { atMs: 5_000, waiting: 1_000, taken: 4_001 })
  expect(Math.abs((oldest.of('q')?.sinceMs ?? 0) - 4_001)).toBeLessThanOrEqual(20)
})
