export interface BackoffOptions {
  readonly firstMs: number
  readonly maxMs: number
  /** Share of each wait that is left to chance, so that many clients do not return at one instant. */
  readonly jitter: number
}

/** The wait before try number `attempt` (0 = first retry): doubling from `firstMs` up to `maxMs`, less the jitter. */
export function backoffMs(attempt: number, options: BackoffOptions, random: () => number): number {
  const full = Math.min(options.maxMs, options.firstMs * 2 ** Math.min(attempt, 30))
  return full * (1 - options.jitter * random())
}
