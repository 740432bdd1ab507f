import {
  TASK_GROUPS_MOST,
  type TaskGrouping,
  type TaskGroupsView,
  type TaskGroupView,
} from '../../live/survey-views.ts'
import type { Topic } from '../../live/topic.ts'
import { errorClass } from '../error-class.ts'
import type { TaskColumns } from '../task-columns.ts'
import { createDurationWindow, type DurationWindow } from '../windows.ts'
import type { FeedDeps } from './deps.ts'
import { type Count, repeatedSurvey, type SurveyWindow } from './repeated-survey.ts'
import type { Source, Touch } from './source.ts'

const SPARK_BUCKETS = 24
/** More different names than these are counted, not told apart: texts come from messages. */
const MOST_KEYS = 5_000

/** Topic `task-groups`: what the tasks of a search have in common, and how each of these fares. */
export function taskGroupsSource(deps: FeedDeps, topic: Extract<Topic, { name: 'task-groups' }>, touch: Touch): Source {
  const survey = repeatedSurvey(deps, topic, touch, (window) => countGroups(topic.by, window))
  return { ...survey, everyMs: 500, view: (): TaskGroupsView => survey.latest() ?? { groups: null, more: 0 } }
}

interface Group {
  readonly name: string
  tasks: number
  succeeded: number
  failed: number
  last: number
  /** Made with the first run time: most groups of errors have none. */
  runs: DurationWindow | null
  readonly spark: Uint32Array
}

/** Exported for its test. */
export function countGroups(by: TaskGrouping, { fromMs, toMs }: SurveyWindow): Count<TaskGroupsView> {
  const groups = new Map<string, Group>()
  const keyOf = keyReader(by)
  const bucketMs = Math.max(1, (toMs - fromMs) / SPARK_BUCKETS)
  let left = 0

  function groupOf(name: string): Group | null {
    const known = groups.get(name)
    if (known !== undefined) return known
    if (groups.size >= MOST_KEYS) {
      left++
      return null
    }
    const made = { name, tasks: 0, succeeded: 0, failed: 0, last: 0, runs: null, spark: new Uint32Array(SPARK_BUCKETS) }
    groups.set(name, made)
    return made
  }

  return {
    visit(slot, state, columns) {
      const name = keyOf(slot, columns)
      const group = name === null ? null : groupOf(name)
      if (group === null) return
      group.tasks++
      if (state === 'SUCCESS') group.succeeded++
      else if (state === 'FAILURE') group.failed++
      const seenMs = (columns.firstSeen[slot] ?? 0) * 1_000
      group.last = Math.max(group.last, seenMs)
      const bucket = Math.min(SPARK_BUCKETS - 1, Math.max(0, Math.floor((seenMs - fromMs) / bucketMs)))
      group.spark[bucket] = (group.spark[bucket] ?? 0) + 1
      const runtime = columns.runtime[slot] ?? Number.NaN
      if (Number.isNaN(runtime)) return
      group.runs ??= createDurationWindow(1, 1)
      group.runs.add(0, runtime * 1_000)
    },
    done() {
      const largest = [...groups.values()].sort((a, b) => b.tasks - a.tasks || (a.name < b.name ? -1 : 1))
      const shown = largest.slice(0, TASK_GROUPS_MOST)
      return { groups: shown.map(viewOf), more: largest.length - shown.length + left }
    },
  }
}

function viewOf({ name, tasks, succeeded, failed, last, runs, spark }: Group): TaskGroupView {
  const ended = succeeded + failed
  return {
    name,
    tasks,
    failed,
    failedShare: ended === 0 ? null : Math.round((failed / ended) * 10_000) / 10_000,
    runP50Ms: rounded(runs?.quantile(0, 0.5) ?? null),
    runP95Ms: rounded(runs?.quantile(0, 0.95) ?? null),
    spark: [...spark],
    lastMs: last === 0 ? null : Math.round(last),
  }
}

/** Buckets of durations are 10 % wide: more digits say nothing. */
function rounded(ms: number | null): number | null {
  return ms === null ? null : Number(ms.toPrecision(3))
}

/** Null: the task belongs to no group. */
function keyReader(by: TaskGrouping): (slot: number, columns: TaskColumns) => string | null {
  switch (by) {
    case 'name':
      return (slot, { name, names }) => names.text(name[slot] ?? 0) ?? ''
    case 'queue':
      return (slot, { queue, queues }) => queues.text(queue[slot] ?? 0) ?? ''
    case 'worker':
      return (slot, { worker, workers }) => workers.text(worker[slot] ?? 0) ?? ''
    case 'error':
      return (slot, { excepted, rows }) => {
        const task = excepted[slot] === 1 ? rows[slot] : undefined
        return task === undefined || task.state === 'SUCCESS' ? null : errorClass(task.exception)
      }
  }
}
