/**
 * What is told of kinds of tasks ("classes": all tasks of one name). Counted anew every few seconds, while somebody looks,
 * from the tasks that Umbel keeps; so a number and the list behind it agree.
 */
import type { ChartView, CommandView, FailureGroupView, MarkView } from './views.ts'

/** Most classes of one view. */
export const CLASSES_MOST = 200

export type BusyClassView = {
  readonly task: string
  /** How long its runs held a slot within the range, those that go on now too. */
  readonly slotMs: number
  /** Of the slot time of all classes, 0..1. */
  readonly share: number
  /** Runs that held a slot within the range. */
  readonly runs: number
  /** Of these, tasks that run now. */
  readonly running: number
  /** Failed of those that ended within the range, 0..1; null when none did. */
  readonly failedShare: number | null
  readonly runP95Ms: number | null
}

export type ClassesView = {
  /** The one that holds slots for longest first; null until they were counted. */
  readonly classes: readonly BusyClassView[] | null
  /** Classes beyond those shown. */
  readonly more: number
  /** When the oldest task was first seen that was counted; null when there is none. */
  readonly sinceMs: number | null
}

/** Where the time of tasks goes, from sent to their end. */
export const TIME_PARTS = ['broker', 'eta', 'prefetch', 'run', 'back-off'] as const
export type TimePart = (typeof TIME_PARTS)[number]

/** A share of the tasks of a class: those of a queue, those that somebody sent. */
export type ClassShareView = {
  /** Null: not told by any event. */
  readonly name: string | null
  /** `task`: it was sent by a task of this name. `client`: by a program on this machine. */
  readonly kind: 'queue' | 'task' | 'client'
  readonly count: number
}

/** How many runs took at least `fromMs` and less than `toMs`. */
export type RunBinView = { readonly fromMs: number; readonly toMs: number; readonly count: number }

/** Of the tasks of a class that were first seen within the range, as a list of them has them. */
export type ClassNumbersView = {
  readonly tasks: number
  readonly succeeded: number
  readonly failed: number
  readonly running: number
  readonly retries: number
  readonly sinceMs: number | null
  readonly endedPerMinute: number | null
  readonly failedShare: number | null
  readonly slotMs: number
  readonly share: number | null
  readonly runP50Ms: number | null
  readonly runP95Ms: number | null
  readonly runP99Ms: number | null
  readonly waitP95Ms: number | null
  /** `p50`, `p95`, `p99` in ms, at the time when runs ended. */
  readonly runs: ChartView
  /** `succeeded`, `failed`, at the time when they ended, a bucket. */
  readonly ended: ChartView
  /** The mean of a task that ended; null where no event tells it. */
  readonly timeMs: { readonly [part in TimePart]: number | null }
  /** How many tasks these means are of. */
  readonly timed: number
  readonly bins: readonly RunBinView[]
  readonly failures: readonly FailureGroupView[]
  readonly queues: readonly ClassShareView[]
  readonly callers: readonly ClassShareView[]
  /**
   * How large the arguments of 95 of 100 are at most, as the text of the events has them, about; `atLeast`: so many were
   * cut that it may be more. `known`: of so many tasks. Null: no event told any.
   */
  readonly arguments: { readonly p95Bytes: number; readonly atLeast: boolean; readonly known: number } | null
}

export type ClassWorkerView = {
  readonly name: string
  readonly online: boolean
  /** It told that it can run this task; null when it told of none. */
  readonly registered: boolean | null
  /** As it told it, `10/m`; null = none, or not told. */
  readonly rateLimit: string | null
  readonly runs: number
  readonly failedShare: number | null
  readonly runP95Ms: number | null
}

export type ClassView = {
  /** Null until they were counted. */
  readonly numbers: ClassNumbersView | null
  /** Those that know it or ran it. */
  readonly workers: readonly ClassWorkerView[]
  /** Within the range, oldest first. */
  readonly marks: readonly MarkView[]
  /** Limits that were asked for, newest first. */
  readonly commands: readonly CommandView[]
  /** Some worker or event told of a task of this name. */
  readonly known: boolean
}
