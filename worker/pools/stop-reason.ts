/** Why the AbortSignal of a task was aborted: `signal.reason` in its body. */
export const STOP_REASONS = ['soft-limit', 'hard-limit', 'terminated', 'cancelled'] as const

export class StopReason extends Error {
  override readonly name = 'StopReason'
  readonly why: (typeof STOP_REASONS)[number]

  /** `fact`: the limit in seconds, or the number of the signal. */
  constructor(why: (typeof STOP_REASONS)[number], fact: number) {
    super(why.endsWith('limit') ? `${why} of ${fact} s exceeded` : `${why}${fact === 0 ? '' : ` (${fact})`}`)
    this.why = why
  }
}
