import { type BusyClassView, CLASSES_MOST, type ClassesView } from '../../live/class-views.ts'
import { momentsOf, type TimeSpan } from '../../live/time-span.ts'
import type { Topic } from '../../live/topic.ts'
import type { TaskColumns } from '../task-columns.ts'
import { endSeconds, holdsSlot, slotTimeMs } from '../task-runs.ts'
import { createDurationWindow, type DurationWindow } from '../windows.ts'
import type { FeedDeps } from './deps.ts'
import { quantileMs } from './quantile-ms.ts'
import { type Count, repeatedSurvey, type SurveyWindow } from './repeated-survey.ts'
import type { Source, Touch } from './source.ts'

/** More different names than these are counted, not told apart: names come from messages. */
const MOST_NAMES = 5_000

/** Topic `classes`: what the slots of all workers were busy with, by name of task. */
export function classesSource(deps: FeedDeps, topic: Extract<Topic, { name: 'classes' }>, touch: Touch): Source {
  // All that is kept: a task that came before the range may have run in it.
  const survey = repeatedSurvey(deps, { q: '', range: null }, touch, (window) => countClasses(topic.range, window))
  return {
    ...survey,
    everyMs: 500,
    view: (): ClassesView => survey.latest() ?? { classes: null, more: 0, sinceMs: null },
  }
}

interface Tally {
  slotMs: number
  runs: number
  running: number
  ended: number
  failed: number
  durations: DurationWindow | null
}

/** Exported for its test. */
export function countClasses(range: TimeSpan, { nowMs }: Pick<SurveyWindow, 'nowMs'>): Count<ClassesView> {
  const within = { ...momentsOf(range, nowMs), nowMs }
  const isOfNow = within.toMs >= nowMs
  const tallies = new Map<string, Tally>()
  let left = 0
  let total = 0
  let since = Number.POSITIVE_INFINITY

  function tallyOf(name: string): Tally | null {
    const known = tallies.get(name)
    if (known !== undefined) return known
    if (tallies.size >= MOST_NAMES) {
      left++
      return null
    }
    const made: Tally = { slotMs: 0, runs: 0, running: 0, ended: 0, failed: 0, durations: null }
    tallies.set(name, made)
    return made
  }

  return {
    visit(slot, state, columns: TaskColumns) {
      const task = columns.rows[slot]
      if (task === undefined) return
      since = Math.min(since, columns.firstSeen[slot] ?? since)
      const slotMs = slotTimeMs(task, state, within)
      const isRunning = isOfNow && holdsSlot(task, state)
      const endMs = (endSeconds(task) ?? Number.NaN) * 1_000
      const endsInside = endMs >= within.fromMs && endMs < within.toMs
      if (slotMs === 0 && !isRunning && !endsInside) return
      const tally = tallyOf(columns.names.text(columns.name[slot] ?? 0) ?? '')
      if (tally === null) return
      total += slotMs
      tally.slotMs += slotMs
      tally.runs++
      if (isRunning) tally.running++
      if (!endsInside || (state !== 'SUCCESS' && state !== 'FAILURE')) return
      tally.ended++
      if (state === 'FAILURE') tally.failed++
      const runtime = columns.runtime[slot] ?? Number.NaN
      if (Number.isNaN(runtime)) return
      tally.durations ??= createDurationWindow(1, 1)
      tally.durations.add(0, runtime * 1_000)
    },
    done() {
      const busiest = [...tallies].sort(([a, one], [b, other]) => other.slotMs - one.slotMs || (a < b ? -1 : 1))
      const shown = busiest.slice(0, CLASSES_MOST)
      return {
        classes: shown.map(([name, tally]) => viewOf(name, tally, total)),
        more: busiest.length - shown.length + left,
        sinceMs: Number.isFinite(since) ? Math.round(since * 1_000) : null,
      }
    },
  }
}

function viewOf(
  task: string,
  { slotMs, runs, running, ended, failed, durations }: Tally,
  total: number,
): BusyClassView {
  return {
    task,
    slotMs: Math.round(slotMs),
    share: total === 0 ? 0 : shareOf(slotMs, total),
    runs,
    running,
    failedShare: ended === 0 ? null : shareOf(failed, ended),
    runP95Ms: quantileMs(durations, 0.95),
  }
}

/** To a hundredth of a percent. */
export function shareOf(part: number, whole: number): number {
  return Math.round((part / whole) * 10_000) / 10_000
}
