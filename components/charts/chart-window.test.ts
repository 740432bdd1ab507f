import { describe, expect, it } from 'vitest'
import { chartWindow } from './chart-window.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const to = 1_000 * HOUR

describe('chartWindow', () => {
  it('is the range when it is filled', () => {
    expect(chartWindow(HOUR, to - 59 * MINUTE, to)).toEqual({ fromMs: to - HOUR, toMs: to, recordedSinceMs: null })
    expect(chartWindow(HOUR, to - 2 * HOUR, to)).toEqual({ fromMs: to - HOUR, toMs: to, recordedSinceMs: null })
  })

  it('is the smallest fixed window that holds what was recorded', () => {
    expect(chartWindow(HOUR, to - 3 * MINUTE, to)).toMatchObject({
      fromMs: to - 5 * MINUTE,
      recordedSinceMs: to - 3 * MINUTE,
    })
    expect(chartWindow(24 * HOUR, to - 20 * MINUTE, to)).toMatchObject({ fromMs: to - HOUR })
  })

  it('is never longer than the range', () => {
    expect(chartWindow(15 * MINUTE, to - 7 * MINUTE, to)).toMatchObject({ fromMs: to - 15 * MINUTE })
  })

  it('is the range when nothing was recorded', () => {
    expect(chartWindow(HOUR, null, to)).toEqual({ fromMs: to - HOUR, toMs: to, recordedSinceMs: null })
  })
})
