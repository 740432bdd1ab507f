import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createEvictionQueue } from './eviction-queue.ts'

it('gives the oldest that still counts, whatever left in between and however many', () => {
  fc.assert(
    fc.property(fc.array(fc.record({ leaves: fc.nat(20_000), takes: fc.boolean() }), { maxLength: 40 }), (steps) => {
      const live = new Set<number>()
      const queue = createEvictionQueue<number>((item) => live.has(item))
      let next = 0
      for (const { leaves, takes } of steps) {
        for (let i = 0; i < 600; i++) {
          live.add(next)
          queue.push(next++)
        }
        for (let i = 0; i < leaves % 700; i++) live.delete((leaves + i * 7) % next)
        const [oldest] = live
        if (!takes) continue
        expect(queue.take()).toBe(oldest)
        if (oldest !== undefined) live.delete(oldest)
      }
    }),
    { numRuns: 30 },
  )
})
