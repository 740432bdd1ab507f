import { expect, test } from 'vitest'
import { createRuntime } from '../lib/runtime/runtime.ts'
import { createHandClock } from '../lib/testing/hand-clock.ts'
import { createAutoscaler, keepaliveMsOf } from './autoscale.ts'
import type { Pool } from './pools/pool.ts'

function open(max: number, min: number) {
  const clock = createHandClock()
  const state = { size: min, quantity: 0 }
  const pool = {
    get size() {
      return state.size
    },
    grow: (slots: number) => {
      state.size += slots
    },
    shrink: (slots: number) => {
      state.size -= slots
    },
  } satisfies Partial<Pool>
  const scaler = createAutoscaler({
    // What it does not touch is left out.
    pool: pool as unknown as Pool,
    runtime: createRuntime({ clock }),
    max,
    min,
    keepaliveMs: 30_000,
    quantity: () => state.quantity,
  })
  return { scaler, state, clock }
}

test('up at once, as far as the upper bound', () => {
  const { scaler, state } = open(4, 1)

  state.quantity = 3
  scaler.onTask()
  expect(state.size).toBe(3)
  state.quantity = 50
  scaler.onTask()

  expect(state.size).toBe(4)
  expect(scaler.stats()).toEqual({ max: 4, min: 1, current: 4, qty: 50 })
})

test('down when nothing has come and nothing has grown for as long as keepalive', async () => {
  const { scaler, state, clock } = open(4, 2)
  await scaler.start(new AbortController().signal)
  state.quantity = 4
  scaler.onTask()
  state.quantity = 0

  await clock.advance(29_000)
  expect(state.size).toBe(4)
  await clock.advance(3_000)

  expect(state.size).toBe(2)
  await scaler.stop()
})

test('new bounds hold at once, in either order, and never take the last slot', () => {
  const { scaler, state } = open(4, 1)

  expect(scaler.update(null, 3)).toEqual({ max: 4, min: 3 })
  expect(state.size).toBe(3)
  expect(scaler.update(2, null)).toEqual({ max: 3, min: 2 })
  expect(scaler.update(0, 0)).toEqual({ max: 0, min: 0 })
  expect(state.size).toBe(1)
})

test('AUTOSCALE_KEEPALIVE is in seconds', () => {
  expect(keepaliveMsOf({ AUTOSCALE_KEEPALIVE: '0.5' })).toBe(500)
  expect(keepaliveMsOf({ AUTOSCALE_KEEPALIVE: 'soon' })).toBe(30_000)
  expect(keepaliveMsOf({})).toBe(30_000)
})
