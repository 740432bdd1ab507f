/** When an entry will run, as beat reckons: for those who look. */

import type { StoredEntry } from '../../lib/schedule-store/schedule-store.ts'
import { nextFireMs } from '../../lib/schedules/schedule.ts'
import { createPlan, latestSlotMs, nextSlotMs } from './plan.ts'

export interface NextRunsOptions {
  readonly nowMs: number
  /** conf.timezone. */
  readonly zone: string
  readonly count: number
}

/**
 * Wall clocks, soonest first; one in the past is overdue, and is the one run that is made up for. None while it is
 * disabled or held for good.
 */
export function nextRuns(stored: StoredEntry, { nowMs, zone, count }: NextRunsOptions): readonly number[] {
  const { entry, state } = stored
  const { heldUntilMs, skippedMs } = state
  const plan = createPlan(stored, nowMs)
  if (!entry.enabled || heldUntilMs === Number.POSITIVE_INFINITY) return []
  const from = [heldUntilMs, skippedMs].filter((ms) => ms !== null && ms > plan.lastMs)
  const passedMs = Math.max(plan.lastMs, ...from.map(Number))
  if (passedMs > plan.lastMs) plan.lastMs = latestSlotMs(entry.schedule, plan.lastMs, passedMs, zone)
  const runs: number[] = []
  let next = nextSlotMs(entry, plan.lastMs, zone)
  while (next !== null && runs.length < count && (entry.expiresMs === null || next <= entry.expiresMs)) {
    runs.push(next)
    if (entry.oneOff) break
    next = nextFireMs(entry.schedule, next < nowMs ? latestSlotMs(entry.schedule, next, nowMs, zone) : next, zone)
  }
  return runs
}
