import { describe, expect, it } from 'vitest'
import { bucketMsOf, momentsOf, parseMoments, spanParams } from './time-span.ts'
import { formatTopic, parseTopic } from './topic.ts'

const NOW = Date.UTC(2026, 10, 21, 14, 0, 0)
const MINUTE = 60_000

describe('a span of time', () => {
  it('is read from an address and written as it was', () => {
    const span = parseMoments('2026-11-21T13:00:00.000Z', '2026-11-21T13:05:00.000Z')
    expect(span).toEqual({ fromMs: NOW - 60 * MINUTE, toMs: NOW - 55 * MINUTE })
    expect(spanParams(span)).toEqual({ from: '2026-11-21T13:00:00.000Z', to: '2026-11-21T13:05:00.000Z' })
    expect(spanParams('6h')).toEqual({ range: '6h' })
  })

  it.each([
    ['2026-11-21T13:00:00Z', null],
    ['yesterday', '2026-11-21T13:05:00Z'],
    ['2026-11-21T13:05:00Z', '2026-11-21T13:00:00Z'],
    ['2026-11-21T13:00:00Z', '2026-11-21T13:00:00.500Z'],
    ['-200000-01-01T00:00:00Z', '2026-11-21T13:00:00Z'],
  ])('is none from %s to %s', (from, to) => {
    expect(parseMoments(from, to)).toBeNull()
  })

  it('has points as fine as its beginning is still kept', () => {
    const minutes = (ago: number, long: number) => ({
      fromMs: NOW - ago * MINUTE,
      toMs: NOW - (ago - long) * MINUTE,
    })
    expect(bucketMsOf(minutes(10, 5), NOW)).toBe(5_000)
    expect(bucketMsOf(minutes(50, 5), NOW)).toBe(10_000)
    expect(bucketMsOf(minutes(200, 5), NOW)).toBe(60_000)
    expect(bucketMsOf(minutes(100_000, 5), NOW)).toBe(300_000)
    expect(bucketMsOf('1h', NOW)).toBe(10_000)
    expect(momentsOf('15m', NOW)).toEqual({ fromMs: NOW - 15 * MINUTE, toMs: NOW })
  })

  it('is part of a topic', () => {
    const range = { fromMs: NOW - 5 * MINUTE, toMs: NOW }
    for (const topic of [
      { name: 'overview', range } as const,
      { name: 'classes', range } as const,
      { name: 'class', task: 'a.b & c', range } as const,
      { name: 'queue', queue: 'celery', range } as const,
      { name: 'tasks', q: '', range, sort: '-received', limit: 100 } as const,
    ]) {
      expect(parseTopic(formatTopic(topic))).toEqual(topic)
    }
    expect(() => parseTopic('overview?from=1&to=0')).toThrow()
  })
})
