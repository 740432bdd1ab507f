/** The last runs of an entry as bars. Pure. */
import type { ScheduleRunOutcome, ScheduleRunView } from '../../lib/live/schedule-views.ts'
import { logTicks, niceTicks } from '../charts/nice-ticks.ts'
import { formatDuration, formatTime } from '../ui/format.ts'
import { runsSummary } from './run-bars.model.ts'
import { runNotes } from './run-marks.tsx'
import { isLate, runMs } from './schedule-list.model.ts'
import { OUTCOME_LOOKS } from './schedule-state.ts'

export type ChartBar = {
  readonly run: ScheduleRunView
  /** From 0 at the ground to 1 at the top; null when there is no duration. */
  readonly share: number | null
  readonly late: boolean
}

export type RunChartModel = {
  /** Oldest first. */
  readonly bars: readonly ChartBar[]
  readonly ticks: readonly { readonly value: number; readonly share: number }[]
  readonly log: boolean
  /** What a run usually takes: the middle of those that ended well. Null below three of them. */
  readonly usual: { readonly ms: number; readonly share: number } | null
  readonly outcomes: readonly ScheduleRunOutcome[]
  /** The chart in a sentence. */
  readonly summary: string
}

/** A logarithmic axis where the longest is so many times the shortest (ux.md 7). */
const LOG_FROM = 20
const LEAST_USUAL = 3

/** `runs`: newest first, as the topic `schedule` has them. */
export function runChart(runs: readonly ScheduleRunView[]): RunChartModel {
  const shown = runs.toReversed()
  const known = shown.flatMap((run) => (run.runtimeMs === null ? [] : [run.runtimeMs]))
  const longest = Math.max(0, ...known)
  const shortest = Math.min(...known.filter((ms) => ms > 0))
  const log = known.length > 1 && longest > shortest * LOG_FROM
  const values = log ? logTicks(shortest, longest) : niceTicks(longest, 'duration')
  const low = values[0] ?? 0
  const high = values.at(-1) ?? 1
  const shareOf = (value: number) =>
    log ? Math.max(0, Math.log(Math.max(value, low) / low) / Math.log(high / low)) : (value - low) / (high - low)
  const usualMs = median(shown.flatMap((run) => (run.outcome === 'succeeded' ? (run.runtimeMs ?? []) : [])))
  return {
    bars: shown.map((run) => ({
      run,
      share: run.runtimeMs === null ? null : shareOf(run.runtimeMs),
      late: isLate(run),
    })),
    ticks: values.map((value) => ({ value, share: shareOf(value) })),
    log,
    usual: usualMs === null ? null : { ms: usualMs, share: shareOf(usualMs) },
    outcomes: [...new Set(shown.map((run) => run.outcome))],
    summary: usualMs === null ? `${runsSummary(runs)}.` : `${runsSummary(runs)}. Usually ${formatDuration(usualMs)}.`,
  }
}

/** A run as a sentence, for who hears it: "14:03:22: Succeeded, took 2.1 s, 6.2 s late". */
export function runText(run: ScheduleRunView): string {
  const took = run.runtimeMs === null ? [] : [`took ${formatDuration(run.runtimeMs)}`]
  return `${formatTime(runMs(run))}: ${[OUTCOME_LOOKS[run.outcome].word, ...took, ...runNotes(run)].join(', ')}`
}

function median(values: readonly number[]): number | null {
  if (values.length < LEAST_USUAL) return null
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  const high = sorted[middle] ?? 0
  return sorted.length % 2 === 1 ? high : ((sorted[middle - 1] ?? high) + high) / 2
}
