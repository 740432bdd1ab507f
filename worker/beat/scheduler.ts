/**
 * Which entries are to run now, and when to look again. Holds the last runs; neither sleeps nor sends.
 * An entry runs at most once per look, and its run is noted before it is sent: a clock that jumps, or a crash while
 * sending, never makes two (worker-beat.md 5.3).
 */
import { type BeatEntry, readSchedule } from '../../lib/client/beat-schedule.ts'
import { isDue, type Schedule } from '../../lib/schedules/schedule.ts'
import type { EntryState, ScheduleState } from './stores/store.ts'

export interface SchedulerOptions {
  readonly entries: Readonly<Record<string, BeatEntry>>
  readonly state: ScheduleState
  readonly zone: string
  readonly cronDeadlineSeconds: number | null
  /** Wall clock of the start: entries that never ran count from here. */
  readonly nowMs: number
}

export interface DueEntry {
  readonly name: string
  readonly entry: BeatEntry
}

export interface Scheduler {
  /** Entries that are due, noted as run. `nextMs`: the wall clock at which it is worth looking again, or null. */
  look(nowMs: number): { readonly due: readonly DueEntry[]; readonly nextMs: number | null }
  state(): ScheduleState
}

interface Planned {
  readonly name: string
  readonly entry: BeatEntry
  readonly schedule: Schedule
  lastRunMs: number
  totalRunCount: number
  /** Wall clock at which to ask the schedule again; null = never again. */
  askMs: number | null
}

/** A clock set back by less than this runs no crontab time twice: cron's own rule. */
const STEP_BACK_MS = 3 * 3_600_000

/** Throws option/invalid for an entry whose schedule cannot be read. */
export function createScheduler({ entries, state, zone, cronDeadlineSeconds, nowMs }: SchedulerOptions): Scheduler {
  const plans = Object.entries(entries).map(([name, entry]): Planned => {
    const known = Object.hasOwn(state, name) ? state[name] : undefined
    const { lastRunMs, totalRunCount }: EntryState = known ?? { lastRunMs: nowMs, totalRunCount: 0 }
    return { name, entry, schedule: readSchedule(name, entry), lastRunMs, totalRunCount, askMs: nowMs }
  })
  let lookedMs = nowMs

  /** A wall clock that was set back: what was planned by the old time is asked anew. */
  function noteJump(atMs: number): void {
    if (atMs < lookedMs) for (const plan of plans) plan.askMs = plan.askMs === null ? null : atMs
    lookedMs = atMs
  }

  function ask(plan: Planned, atMs: number): boolean {
    // A last run that is yet to come would keep an entry waiting until the clock is there again.
    const mayStay = plan.schedule.type === 'crontab' ? STEP_BACK_MS : 0
    if (plan.lastRunMs > atMs + mayStay) plan.lastRunMs = atMs
    const options = { lastMs: plan.lastRunMs, nowMs: atMs, zone, deadlineSeconds: cronDeadlineSeconds }
    const { due, nextMs } = isDue(plan.schedule, options)
    plan.askMs = nextMs === null ? null : atMs + nextMs
    if (!due) return false
    plan.lastRunMs = atMs
    plan.totalRunCount++
    return true
  }

  return {
    look(atMs) {
      noteJump(atMs)
      const due = plans.filter((plan) => plan.askMs !== null && plan.askMs <= atMs && ask(plan, atMs))
      const times = plans.map(({ askMs }) => askMs).filter((askMs) => askMs !== null)
      return {
        due: due.map(({ name, entry }) => ({ name, entry })),
        nextMs: times.length === 0 ? null : times.reduce((least, time) => Math.min(least, time)),
      }
    },
    state: () =>
      Object.fromEntries(plans.map(({ name, lastRunMs, totalRunCount }) => [name, { lastRunMs, totalRunCount }])),
  }
}
