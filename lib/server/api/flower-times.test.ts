import { describe, expect, it } from 'vitest'
import { readCount, readSeconds, readTime } from './flower-times.ts'

describe('numbers in bodies, as Python reads them', () => {
  it.each([
    [1.5, 1.5],
    ['10', 10],
    [' 1_000.5 ', 1000.5],
    ['.5', 0.5],
    ['5.', 5],
    ['-3e2', -300],
    [true, 1],
  ])('%j is %d', (value, expected) => {
    expect(readCount(value)).toBe(expected)
  })

  it.each(['', 'soon', '1__0', '1_', '_1', '0x10', '1,5', '. 5', null, undefined, [], {}, ['1']])(
    '%j is none',
    (value) => {
      expect(readCount(value)).toBeNaN()
      expect(readSeconds(value)).toBeNull()
    },
  )

  it('takes no infinite time', () => {
    expect(readSeconds(Number.POSITIVE_INFINITY)).toBeNull()
  })

  it('reads a long text at once', () => {
    const startMs = performance.now()
    readCount(`${'1_'.repeat(50_000)}x`)
    readCount(`${'1'.repeat(100_000)}x`)
    expect(performance.now() - startMs).toBeLessThan(5_000)
  })
})

describe('times in bodies', () => {
  it.each([
    ['2026-01-31 08:00:00.5', '2026-01-31T08:00:00.500000+00:00'],
    ['2026-1-2 3:4:5.000001', '2026-01-02T03:04:05.000001+00:00'],
    ['2024-02-29 23:59:59.999999', '2024-02-29T23:59:59.999999+00:00'],
  ])('%s is %s', (text, expected) => {
    expect(readTime(text)).toBe(expected)
  })

  it.each([
    '2026-02-29 08:00:00.0',
    '2026-13-01 08:00:00.0',
    '2026-01-01 24:00:00.0',
    '2026-01-01 08:60:00.0',
    '2026-01-01 08:00:00',
    '2026-01-01T08:00:00.0',
    '2026-01-01 08:00:00.0Z',
    'tomorrow',
    '',
    5,
    null,
  ])('%j is none', (value) => {
    expect(readTime(value)).toBeNull()
  })
})
