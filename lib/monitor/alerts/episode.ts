/**
 * One subject under one rule, from the first sign of trouble to its end. Pure: time and readings come in, the next
 * state and what to tell come out.
 *
 *   ok ──over──▶ pending ──over for long enough──▶ firing ──well──▶ resolved
 *                   └──well──▶ ok                    └──no reading──▶ firing (nothing is resolved unseen)
 */
export interface Episode {
  /** rule + subject, the same after a restart. */
  readonly id: string
  readonly rule: string
  readonly subject: string
  readonly state: 'pending' | 'firing' | 'resolved'
  /** Wall clock of the first reading over the limit. */
  readonly sinceMs: number
  /** Monotonic time of the same: `for` must not be fooled by a clock that jumps. 0 after a restart. */
  readonly sinceMonotonicMs: number
  /** Monotonic time since which it cannot be judged; that time does not count. */
  readonly unjudgedSinceMs?: number | undefined
  readonly resolvedMs: number | null
  readonly value: number | null
  readonly limit: number | null
  readonly text: string
  /** That it fires was told; not while its rule is silenced. */
  readonly told: boolean
}

/** What is known of a subject now. `null` value = could not be read. */
export interface Reading {
  readonly rule: string
  readonly subject: string
  readonly value: number | null
  readonly limit: number | null
  /** Over the level at which an alert starts; null = cannot be judged. */
  readonly over: boolean | null
  /** At or under the level at which it ends; null = cannot be judged. */
  readonly well: boolean | null
  readonly text: string
  readonly forMs: number
}

export interface Now {
  readonly wallMs: number
  readonly monotonicMs: number
}

export function episodeId(rule: string, subject: string): string {
  return JSON.stringify([rule, subject])
}

/** The next state, or null when there is nothing to remember. */
export function nextEpisode(before: Episode | null, reading: Reading, now: Now): Episode | null {
  const { rule, subject, value, limit, text } = reading
  if (before === null || before.state === 'resolved') {
    if (reading.over !== true) return null
    const started: Episode = {
      id: episodeId(rule, subject),
      rule,
      subject,
      state: 'pending',
      sinceMs: now.wallMs,
      sinceMonotonicMs: now.monotonicMs,
      resolvedMs: null,
      value,
      limit,
      text,
      told: false,
    }
    return reading.forMs === 0 ? { ...started, state: 'firing' } : started
  }
  if (before.state === 'pending') {
    const { unjudgedSinceMs, ...seen } = before
    if (reading.over === null) {
      return unjudgedSinceMs === undefined ? { ...seen, unjudgedSinceMs: now.monotonicMs } : before
    }
    if (!reading.over) return null
    const unjudgedMs = unjudgedSinceMs === undefined ? 0 : now.monotonicMs - unjudgedSinceMs
    const sinceMonotonicMs = before.sinceMonotonicMs + unjudgedMs
    const lasted = now.monotonicMs - sinceMonotonicMs >= reading.forMs
    return { ...seen, sinceMonotonicMs, state: lasted ? 'firing' : 'pending', value, limit, text }
  }
  if (reading.well === true) return { ...before, state: 'resolved', resolvedMs: now.wallMs, value, limit, text }
  return reading.value === null ? before : { ...before, value, limit, text }
}
