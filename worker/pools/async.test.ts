import { describe, expect, test } from 'vitest'
import { systemClock } from '../../lib/runtime/clock.ts'
import type { Outcome } from '../outcome.ts'
import { createAsyncPool } from './async.ts'

const returned: Outcome = { type: 'returned', value: 1 }
const job = (id: string, run: (signal: AbortSignal) => Promise<Outcome>, limits = {}) => ({
  id,
  run,
  softLimitMs: null,
  hardLimitMs: null,
  ...limits,
})
const never = () => new Promise<Outcome>(() => {})

test('POL-2: slots are taken and come back', async () => {
  const pool = createAsyncPool(2, systemClock, 1)
  let freed = 0
  pool.onFree(() => freed++)
  const gate = Promise.withResolvers<Outcome>()

  const first = pool.run(job('a', () => gate.promise))
  const second = pool.run(job('b', async () => returned))
  expect(pool.free).toBe(0)
  expect(await second).toEqual(returned)
  expect([pool.free, pool.running, freed]).toEqual([1, 1, 1])
  gate.resolve(returned)
  await first

  expect([pool.free, pool.running, freed]).toEqual([2, 0, 2])
})

describe('POL-1, POL-3: one outcome, and a free slot at once', () => {
  test('terminate aborts the signal and settles', async () => {
    const pool = createAsyncPool(1, systemClock, 1)
    let reason: unknown
    const gate = Promise.withResolvers<Outcome>()
    const run = pool.run(
      job('a', (signal) => {
        signal.addEventListener('abort', () => {
          reason = signal.reason
        })
        return gate.promise
      }),
    )

    expect(pool.terminate('a', 15)).toBe(true)
    expect(await run).toEqual({ type: 'terminated', signum: 15 })
    expect(reason).toMatchObject({ name: 'StopReason', why: 'terminated' })
    expect(pool.free).toBe(1)
    gate.resolve(returned) // late news
    await gate.promise
    expect(pool.free).toBe(1)
    expect(pool.terminate('a', 15)).toBe(false)
  })

  test('the soft limit asks, the hard limit ends', async () => {
    const pool = createAsyncPool(1, systemClock, 1)
    const reasons: string[] = []

    const outcome = await pool.run(
      job(
        'a',
        (signal) => {
          signal.addEventListener('abort', () => reasons.push(signal.reason.why))
          return never()
        },
        { softLimitMs: 20, hardLimitMs: 40 },
      ),
    )

    expect(outcome).toEqual({ type: 'timed-out', limitSeconds: 0.04 })
    expect(reasons).toEqual(['soft-limit'])
  })

  test('cancelAll ends everything', async () => {
    const pool = createAsyncPool(3, systemClock, 1)
    const runs = ['a', 'b', 'c'].map((id) => pool.run(job(id, never)))

    pool.cancelAll()

    expect(await Promise.all(runs)).toEqual(Array(3).fill({ type: 'cancelled' }))
    expect(pool.running).toBe(0)
  })
})

test('POL-4: shrinking lets running jobs end, and leaves one slot', async () => {
  const pool = createAsyncPool(3, systemClock, 1)
  const gate = Promise.withResolvers<Outcome>()
  const runs = ['a', 'b', 'c'].map((id) => pool.run(job(id, () => gate.promise)))

  pool.shrink(10)
  expect([pool.size, pool.free, pool.running]).toEqual([1, 0, 3])
  pool.grow(1)
  gate.resolve(returned)
  await Promise.all(runs)

  expect([pool.size, pool.free]).toEqual([2, 2])
})
