/**
 * Which entries are to run now, and when to look again. Pure but for its own books: it neither sleeps nor sends.
 *
 *  An interval is counted from when it was due, so that it does not drift; runs that were missed make one.
 *  A run that could not be sent is still due; one that was sent, or was sent by another beat, is not.
 *  The work of a look is that of the entries that are due, however many there are.
 */
import type { LoadedSchedule, StoredEntry } from '../../lib/schedule-store/schedule-store.ts'
import {
  countedFrom,
  createPlan,
  type DueRun,
  isTooLate,
  latestSlotMs,
  nextSlotMs,
  type Plan,
  type PlanTerms,
} from './plan.ts'
import { createPlanHeap } from './plan-heap.ts'
import { spreadFirstRuns } from './spread.ts'

export interface SchedulerOptions extends PlanTerms {
  readonly maxIntervalMs: number
  /** The next run of this entry cannot be worked out; it is tried again after `maxIntervalMs`. */
  readonly onTrouble: (name: string, error: unknown) => void
}

/** `refused`: it can never be sent as it is; the run is lost, the next one is tried. */
export type RunEnd = 'sent' | 'taken' | 'failed' | 'refused'

export interface Scheduler {
  readonly size: number
  /** What the store holds now. `isFirst`: nothing that was known before counts. */
  replace(loaded: LoadedSchedule, nowMs: number, options?: { readonly isFirst?: boolean }): void
  clear(): void
  /** Runs that are due, the longest due first, at most so many; they are in the caller's hands until `settle`. */
  takeAll(nowMs: number, most: number): readonly DueRun[]
  settle(due: DueRun, end: RunEnd, nowMs: number): void
  /** Wall clock at which it is worth looking again; null = not before something changes. */
  lookMs(): number | null
  /** The wall clock jumped by so much; `nowMs` is the new time. Intervals go on in their own time. */
  jump(byMs: number, nowMs: number): void
}

export function createScheduler({ maxIntervalMs, onTrouble, ...terms }: SchedulerOptions): Scheduler {
  const { zone } = terms
  const plans = new Map<string, Plan>()
  const heap = createPlanHeap<Plan>()
  let jumpedMs = 0

  /** Gives it its place again, when anything of it has changed. */
  function arrange(plan: Plan, nowMs: number): void {
    if (plan.isSending) return
    heap.remove(plan)
    try {
      plan.atMs = lookAtMs(plan, nowMs)
    } catch (error) {
      onTrouble(plan.entry.name, error)
      plan.atMs = nowMs + maxIntervalMs
    }
    if (plan.atMs < Number.POSITIVE_INFINITY) heap.put(plan)
  }
  function lookAtMs(plan: Plan, nowMs: number): number {
    plan.nextMs = nextSlotMs(plan.entry, plan.lastMs, zone)
    if (plan.runNowMs !== null) return plan.runNowMs
    if (!plan.entry.enabled || plan.nextMs === null) return Number.POSITIVE_INFINITY
    return plan.heldUntilMs !== null && plan.heldUntilMs > nowMs ? plan.heldUntilMs : plan.nextMs
  }

  /** The run that is due, or null and it counts from later. */
  function dueOf(plan: Plan, nowMs: number): DueRun | null {
    const { entry, runNowMs, nextMs, heldUntilMs } = plan
    const { name, schedule, expiresMs, oneOff } = entry
    const totalRunCount = plan.totalRunCount + 1
    if (runNowMs !== null) {
      return { plan, jumpedMs, run: { name, slotMs: runNowMs, nowMs, totalRunCount, nextMs, why: 'hand' } }
    }
    if (heldUntilMs !== null) {
      // What fell due meanwhile was not wanted.
      passOver(plan, heldUntilMs)
      plan.heldUntilMs = null
      return null
    }
    if (nextMs === null || nextMs > nowMs) return null
    const slotMs = latestSlotMs(schedule, nextMs, nowMs, zone)
    const isSkipped = plan.skippedMs !== null && slotMs <= plan.skippedMs
    const isOver = expiresMs !== null && nowMs > expiresMs
    if (isSkipped || isOver || isTooLate(plan, slotMs, nowMs, terms)) {
      plan.lastMs = slotMs
      return null
    }
    const followingMs = oneOff ? null : nextSlotMs(entry, slotMs, zone)
    return { plan, jumpedMs, run: { name, slotMs, nowMs, totalRunCount, nextMs: followingMs, why: 'due' } }
  }
  /** Null: it is not due after all, and has its place again. */
  function taken(plan: Plan, nowMs: number): DueRun | null {
    try {
      const due = dueOf(plan, nowMs)
      if (due !== null) return due
      plan.atMs = lookAtMs(plan, nowMs)
    } catch (error) {
      onTrouble(plan.entry.name, error)
      plan.atMs = nowMs + maxIntervalMs
    }
    if (plan.atMs < Number.POSITIVE_INFINITY) heap.put(plan)
    return null
  }
  /** Runs due until then are not made up for. */
  function passOver(plan: Plan, untilMs: number): void {
    plan.lastMs = latestSlotMs(plan.entry.schedule, plan.lastMs, untilMs, zone)
  }

  function renew(plan: Plan, { entry, state }: StoredEntry, nowMs: number): void {
    const before = { entry: plan.entry, heldUntilMs: plan.heldUntilMs }
    plan.entry = entry
    plan.skippedMs = state.skippedMs
    plan.heldUntilMs = state.heldUntilMs
    plan.runNowMs = state.runNowMs
    plan.totalRunCount = Math.max(plan.totalRunCount, state.totalRunCount)
    const storedMs = countedFrom(entry.schedule, state.lastRunMs ?? plan.lastMs, state.skippedMs, nowMs)
    if (storedMs > plan.lastMs) plan.lastMs = storedMs // somebody else ran it
    const isResumed =
      entry.enabled && (!before.entry.enabled || (before.heldUntilMs !== null && plan.heldUntilMs === null))
    if (isResumed && nowMs > plan.lastMs) passOver(plan, nowMs)
  }

  return {
    get size() {
      return plans.size
    },
    replace({ entries }, nowMs, { isFirst = false } = {}) {
      if (isFirst) this.clear()
      const gone = new Set(plans.keys())
      const fresh: Plan[] = []
      for (const stored of entries) {
        const { name } = stored.entry
        gone.delete(name)
        const known = plans.get(name)
        if (known !== undefined) renew(known, stored, nowMs)
        else {
          const plan = createPlan(stored, nowMs)
          plans.set(name, plan)
          fresh.push(plan)
        }
      }
      for (const name of gone) {
        const plan = plans.get(name)
        if (plan !== undefined) heap.remove(plan)
        plans.delete(name)
      }
      spreadFirstRuns(fresh)
      for (const plan of plans.values()) arrange(plan, nowMs)
    },
    clear() {
      plans.clear()
      heap.clear()
    },
    takeAll(nowMs, most) {
      const dues: DueRun[] = []
      for (let plan = heap.top(); plan !== undefined && plan.atMs <= nowMs; plan = heap.top()) {
        if (dues.length >= most) break
        heap.remove(plan)
        const due = taken(plan, nowMs)
        if (due === null) continue
        plan.isSending = true
        dues.push(due)
      }
      return dues
    },
    settle({ plan, run, jumpedMs: jumpedThen }, end, nowMs) {
      plan.isSending = false
      if (end !== 'failed') {
        if (end === 'sent') plan.totalRunCount++
        if (run.why === 'hand') plan.runNowMs = plan.runNowMs === run.slotMs ? null : plan.runNowMs
        else plan.lastMs = run.slotMs + (isFree(plan) ? jumpedMs - jumpedThen : 0)
        if (end === 'sent' && plan.entry.oneOff) plan.entry = { ...plan.entry, enabled: false }
      }
      if (plans.get(run.name) === plan) arrange(plan, nowMs)
    },
    lookMs: () => heap.top()?.atMs ?? null,
    jump(byMs, nowMs) {
      jumpedMs += byMs
      for (const plan of plans.values()) {
        if (isFree(plan)) plan.lastMs += byMs
        else plan.lastMs = countedFrom(plan.entry.schedule, plan.lastMs, plan.skippedMs, nowMs)
        arrange(plan, nowMs)
      }
    },
  }
}

/** Counted in time that passes, whatever the wall clock shows. */
function isFree({ entry: { schedule } }: Plan): boolean {
  return schedule.type === 'interval' && !schedule.relative
}
