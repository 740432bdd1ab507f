import type { ScheduleRunOutcome, ScheduleRunView } from '../../lib/live/schedule-views.ts'
import { plural } from '../ui/format.ts'
import { isLate } from './schedule-list.model.ts'
import { OUTCOME_LOOKS } from './schedule-state.ts'

export type RunBar = {
  readonly x: number
  readonly height: number
  readonly outcome: ScheduleRunOutcome
  readonly late: boolean
}

export const BAR_STEP = 4
export const BARS_HEIGHT = 20
const LEAST = 3

/** A bar for each run, newest at the right end of `most` places; as high as it took, the longest fills the height. */
export function runBars(runs: readonly ScheduleRunView[], most: number, top = 4): readonly RunBar[] {
  const shown = runs.slice(-most)
  const longest = Math.max(1, ...shown.map((run) => run.runtimeMs ?? 0))
  const room = BARS_HEIGHT - top - LEAST
  return shown.map((run, i) => ({
    x: (most - shown.length + i) * BAR_STEP,
    height: LEAST + Math.round(((run.runtimeMs ?? 0) / longest) * room),
    outcome: run.outcome,
    late: isLate(run),
  }))
}

const ORDER: readonly ScheduleRunOutcome[] = ['failed', 'missed', 'succeeded', 'running', 'sent', 'skipped']

/** "Last 30 runs: 2 failed, 1 missed, 27 succeeded; 3 late". */
export function runsSummary(runs: readonly ScheduleRunView[]): string {
  if (runs.length === 0) return 'No run yet'
  const parts = ORDER.flatMap((outcome) => {
    const count = runs.filter((run) => run.outcome === outcome).length
    return count === 0 ? [] : [`${count} ${OUTCOME_LOOKS[outcome].word.toLowerCase()}`]
  })
  const marks = [
    [runs.filter(isLate).length, 'late'],
    [runs.filter((run) => run.doubled).length, 'sent twice'],
    [runs.filter((run) => run.overlaps).length, 'overlapping'],
  ] as const
  const told = marks.flatMap(([count, word]) => (count === 0 ? [] : [`${count} ${word}`]))
  const head = runs.length === 1 ? 'The last run' : `The last ${plural(runs.length, 'run')}`
  return `${head}: ${parts.join(', ')}${told.length === 0 ? '' : `; ${told.join(', ')}`}`
}
