import { expect, it } from 'vitest'
import { poolSlots } from './pool-slots.ts'

it.each([
  [{ pool: { implementation: 'celery.concurrency.prefork:TaskPool', 'max-concurrency': 2, processes: [1, 2, 3] } }, 3],
  [{ pool: { implementation: 'celery.concurrency.thread:TaskPool', 'max-concurrency': 10, threads: 4 } }, 10],
  [{ pool: { implementation: 'celery.concurrency.solo:TaskPool', 'max-concurrency': 1, processes: [7] } }, 1],
  [{ pool: { implementation: 'umbel.worker.pools.async:AsyncPool', 'max-concurrency': 8, processes: [7] } }, 8],
  [{ pool: { 'max-concurrency': 'many' } }, null],
  [{}, null],
  [null, null],
])('%j has %s slots', (stats, slots) => {
  expect(poolSlots(stats)).toBe(slots)
})
