/** What settings say of chords, in the units of a backend. */
export interface ChordOptions {
  /** `result_backend_transport_options.result_chord_ordered`: all processes must agree on it. */
  readonly chordOrdered?: boolean
  /** `result_chord_expires`, which stands for `result_expires`; null = keep. */
  readonly chordExpiresMs?: number | null
  /** `result_expires`; null = keep. */
  readonly resultExpiresMs?: number | null
  /** `result_chord_join_timeout` */
  readonly chordJoinTimeoutMs?: number
}

export const RESULT_EXPIRES_MS = 86_400_000
const JOIN_TIMEOUT_MS = 3_000
const LEAST_CLAIM_SECONDS = 5
const LEAST_MARK_SECONDS = 300

export interface ChordTimes {
  /** How long a first claim holds; whoever dies with it delays the chord by this. */
  readonly claimSeconds: number
  /** How long a part that comes again finds that all is done. */
  readonly markSeconds: number
  readonly joinTimeoutMs: number
}

/** wire.md E4: claim = max(5, 2 × result_chord_join_timeout), mark = max(2 × claim, 300). */
export function chordTimes({ chordJoinTimeoutMs }: ChordOptions): ChordTimes {
  const joinTimeoutMs = chordJoinTimeoutMs ?? JOIN_TIMEOUT_MS
  const claimSeconds = Math.max(LEAST_CLAIM_SECONDS, Math.trunc((joinTimeoutMs || 5_000) / 500))
  return { claimSeconds, markSeconds: Math.max(2 * claimSeconds, LEAST_MARK_SECONDS), joinTimeoutMs }
}
