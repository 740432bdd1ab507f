import { describe, expect, it } from 'vitest'
import {
  formatAgo,
  formatBytes,
  formatCount,
  formatDistance,
  formatDuration,
  formatMoment,
  formatPercent,
  formatRate,
  formatSeconds,
  formatShortCount,
  formatTime,
  plural,
  shortWorker,
  splitName,
} from './format.ts'

describe('durations', () => {
  it.each([
    [0, '0 ms'],
    [0.04, '0.1 ms'],
    [0.4, '0.4 ms'],
    [9.94, '9.9 ms'],
    [9.96, '10 ms'],
    [132, '132 ms'],
    [999.4, '999 ms'],
    [999.6, '1.00 s'],
    [4_214, '4.21 s'],
    [9_996, '10.0 s'],
    [59_940, '59.9 s'],
    [59_960, '1 m 00 s'],
    [187_000, '3 m 07 s'],
    [3_599_900, '1 h 00 m'],
    [8_040_000, '2 h 14 m'],
    [86_400_000, '1 d 0 h'],
    [273_600_000, '3 d 4 h'],
    [-132, '-132 ms'],
  ])('%d ms is %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text)
  })

  it('is a dash when it is not known', () => {
    expect([formatDuration(null), formatDuration(undefined), formatDuration(Number.NaN)]).toEqual(['–', '–', '–'])
  })

  it('ticks in whole seconds', () => {
    expect([formatSeconds(999), formatSeconds(12_900), formatSeconds(72_000)]).toEqual(['0 s', '12 s', '1 m 12 s'])
  })
})

describe('moments', () => {
  const now = new Date(2026, 10, 21, 14, 3, 22).getTime()
  it.each([
    [new Date(2026, 10, 21, 14, 3, 21, 500).getTime(), 'now'],
    [new Date(2026, 10, 21, 14, 3, 10).getTime(), '12 s ago'],
    [new Date(2026, 10, 21, 13, 59, 0).getTime(), '4 m ago'],
    [new Date(2026, 10, 21, 13, 2, 0).getTime(), '13:02'],
    [new Date(2026, 10, 20, 23, 52, 0).getTime(), 'yesterday 23:52'],
    [new Date(2026, 9, 21, 13, 52, 0).getTime(), '21 Oct 13:52'],
    [new Date(2025, 9, 21, 13, 52, 0).getTime(), '21 Oct 2025 13:52'],
    [new Date(2026, 10, 21, 14, 3, 34).getTime(), 'in 12 s'],
    [new Date(2026, 10, 22, 1, 0, 0).getTime(), 'tomorrow 01:00'],
  ])('%d is %s', (ms, text) => {
    expect(formatAgo(ms, now)).toBe(text)
  })

  it('are written whole with their zone', () => {
    expect(formatMoment(Date.UTC(2026, 10, 21, 13, 3, 22, 481), 'utc')).toBe('2026-11-21 13:03:22.481 (UTC)')
    expect(formatMoment(now)).toMatch(/^2026-11-21 14:03:22\.000 \(UTC.*\)$/)
    expect(formatTime(Date.UTC(2026, 10, 21, 13, 3, 22), 'utc')).toBe('13:03:22')
  })
})

describe('distances', () => {
  const now = 1_700_000_000_000
  it.each([
    [now - 30_000, '30 s ago'],
    [now - 3 * 3_600_000, '3 h ago'],
    [now - 50 * 3_600_000, '2 d ago'],
    [now + 5 * 3_600_000, 'in 5 h'],
    [null, '–'],
  ])('%s', (ms, text) => expect(formatDistance(ms, now)).toBe(text))
})

describe('amounts', () => {
  it('group digits, and shorten only in figures', () => {
    expect([formatCount(99_999), formatCount(1_234_567), formatCount(null)]).toEqual(['99,999', '1,234,567', '–'])
    expect([99_999, 412_300, 999_600, 1_280_000, 99_960_000].map(formatShortCount)).toEqual([
      '99,999',
      '412 k',
      '1 M',
      '1.28 M',
      '100 M',
    ])
  })

  it('tell rates by the second, the minute or the hour', () => {
    expect([182, 17.94, 2.5, 0.5, 0.002, 0.00001, 0].map(formatRate)).toEqual([
      '182/s',
      '17.9/s',
      '2.5/s',
      '30.0/min',
      '7.2/h',
      '< 0.1/h',
      '0/s',
    ])
  })

  it('never say 0 % for some or 100 % for not all', () => {
    expect([0, 0.0004, 0.014, 0.42, 0.9996, 0.995, 1].map(formatPercent)).toEqual([
      '0 %',
      '< 0.1 %',
      '1.4 %',
      '42 %',
      '> 99.9 %',
      '99.5 %',
      '100 %',
    ])
  })

  it('count bytes in thousands', () => {
    expect([412, 1_240, 3_400_000, 999_600, 212_000_000].map(formatBytes)).toEqual([
      '412 B',
      '1.2 kB',
      '3.4 MB',
      '1.0 MB',
      '212 MB',
    ])
  })

  it('agree with their noun', () => {
    expect([plural(1, 'task'), plural(12, 'task'), plural(2, 'entry', 'entries')]).toEqual([
      '1 task',
      '12 tasks',
      '2 entries',
    ])
  })
})

describe('names', () => {
  it('keep the function whole', () => {
    expect(splitName('emails.send_receipt')).toEqual({ module: 'emails.', base: 'send_receipt' })
    expect(splitName('add')).toEqual({ module: '', base: 'add' })
  })

  it('lose what all workers share', () => {
    expect([shortWorker('celery@w3'), shortWorker('w1@web-2'), shortWorker('celery@')]).toEqual([
      'w3',
      'w1@web-2',
      'celery@',
    ])
  })
})
