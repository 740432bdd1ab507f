/**
 * Thousands of intervals that begin at the same instant would fall due at the same instants for ever. Where there are so
 * many, each begins a part of its interval earlier, told by its name, so that another beat reckons the same.
 */
import type { Plan } from './plan.ts'

/** Fewer than this begin together, as they do in Celery. */
const MANY = 500

export function spreadFirstRuns(plans: readonly Plan[]): void {
  const together = new Map<number, Plan[]>()
  for (const plan of plans) {
    const { schedule, startMs } = plan.entry
    if (plan.totalRunCount > 0 || schedule.type !== 'interval' || schedule.relative || startMs !== null) continue
    const others = together.get(plan.lastMs)
    if (others === undefined) together.set(plan.lastMs, [plan])
    else others.push(plan)
  }
  for (const group of together.values()) {
    if (group.length < MANY) continue
    for (const plan of group) {
      const { schedule, name } = plan.entry
      if (schedule.type === 'interval') plan.lastMs -= Math.floor(schedule.everySeconds * 1000 * shareOf(name))
    }
  }
}

/** In [0, 1), evenly spread over names: FNV-1a with a last mixing, since names differ at their ends. */
function shareOf(name: string): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < name.length; at++) hash = Math.imul(hash ^ name.charCodeAt(at), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32
}
