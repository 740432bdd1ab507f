import { describe, expect, it } from 'vitest'
import { type Episode, nextEpisode, type Reading } from './episode.ts'

const reading = (value: number | null, forMs = 0): Reading => ({
  rule: 'long',
  subject: 'high',
  value,
  limit: 100,
  over: value === null ? null : value > 100,
  well: value === null ? null : value <= 80,
  text: `${value}`,
  forMs,
})
const at = (ms: number) => ({ wallMs: 1_000_000 + ms, monotonicMs: ms })

/** Feeds one value a second; gives back the state after each. */
function states(values: readonly (number | null)[], forMs = 0): string[] {
  let episode: Episode | null = null
  return values.map((value, i) => {
    episode = nextEpisode(episode, reading(value, forMs), at(i * 1_000))
    return episode?.state ?? 'ok'
  })
}

describe('an alert', () => {
  it('fires above its limit, and not at it', () => {
    expect(states([99, 100, 101])).toEqual(['ok', 'ok', 'firing'])
  })

  it('waits until the trouble has lasted', () => {
    expect(states([101, 101, 101, 101], 3_000)).toEqual(['pending', 'pending', 'pending', 'firing'])
  })

  it('forgets trouble that did not last', () => {
    expect(states([101, 90, 101, 101], 2_000)).toEqual(['pending', 'ok', 'pending', 'pending'])
  })

  it('ends only at the lower level: a value that trembles around the limit fires once', () => {
    expect(states([101, 99, 101, 99, 81, 80, 99])).toEqual([
      'firing',
      'firing',
      'firing',
      'firing',
      'firing',
      'resolved',
      'ok',
    ])
  })

  it('neither fires nor resolves while nothing can be read', () => {
    expect(states([null, 101, null, null, 50])).toEqual(['ok', 'firing', 'firing', 'firing', 'resolved'])
  })

  it('does not count the time in which nothing could be read', () => {
    expect(states([101, null, null, null, 101, 101, 101], 3_000)).toEqual([
      ...['pending', 'pending', 'pending', 'pending', 'pending', 'pending'],
      'firing',
    ])
  })

  it('measures its duration by a clock that cannot jump', () => {
    const pending = nextEpisode(null, reading(101, 60_000), at(0))
    const jumped = nextEpisode(pending, reading(101, 60_000), { wallMs: 1_000_000 + 3_600_000, monotonicMs: 1_000 })

    expect(jumped?.state).toBe('pending')
  })
})
