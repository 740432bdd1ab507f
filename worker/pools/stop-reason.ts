/** Why a task is asked to stop: `signal.reason` in its body, and what it fails with. */
import { SoftTimeLimitExceeded } from '../../lib/protocol/exceptions.ts'

export const STOP_REASONS = ['hard-limit', 'terminated', 'cancelled'] as const

export class StopReason extends Error {
  override readonly name = 'StopReason'
  readonly why: (typeof STOP_REASONS)[number]

  /** `fact`: the limit in seconds, or the number of the signal. */
  constructor(why: (typeof STOP_REASONS)[number], fact: number) {
    super(why === 'hard-limit' ? `hard-limit of ${fact} s exceeded` : `${why}${fact === 0 ? '' : ` (${fact})`}`)
    this.why = why
  }
}

/** The soft limit has passed: what Python raises inside the body. */
export function softLimitReason(): SoftTimeLimitExceeded {
  return new SoftTimeLimitExceeded()
}
