import type { DurationWindow } from '../windows.ts'

/** A percentile of durations that were all put into the step 0; their buckets are 10 % wide: more digits say nothing. */
export function quantileMs(durations: DurationWindow | null | undefined, q: number): number | null {
  const ms = durations?.quantile(0, q) ?? null
  return ms === null ? null : Number(ms.toPrecision(3))
}
