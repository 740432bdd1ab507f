import { ACTIVITY_SERIES, type ActivitySeries, type TaskActivityView } from '../../live/survey-views.ts'
import type { Topic } from '../../live/topic.ts'
import type { ChartView } from '../../live/views.ts'
import type { FeedDeps } from './deps.ts'
import { repeatedSurvey, type SurveyWindow } from './repeated-survey.ts'
import type { Source, Touch } from './source.ts'

/** As many bars as a line above a list has room for. */
const MOST_BUCKETS = 120
const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const STEPS_MS: readonly number[] = [
  ...[1, 2, 5, 10, 15, 30].map((n) => n * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((n) => n * MINUTE),
  ...[1, 2, 6, 12, 24].map((n) => n * HOUR),
]

const SERIES_OF_STATE: Readonly<Record<string, ActivitySeries>> = {
  SUCCESS: 'succeeded',
  FAILURE: 'failed',
  REJECTED: 'failed',
  LOST: 'failed',
  RETRY: 'retrying',
  STARTED: 'running',
  PENDING: 'waiting',
  RECEIVED: 'waiting',
}

/** Topic `task-activity`: how many of the tasks of a search came when, by the state they are in now. */
export function taskActivitySource(
  deps: FeedDeps,
  topic: Extract<Topic, { name: 'task-activity' }>,
  touch: Touch,
): Source {
  const survey = repeatedSurvey(deps, topic, touch, countActivity)
  return { ...survey, everyMs: 500, view: (): TaskActivityView => ({ chart: survey.latest() }) }
}

/** Exported for its test. */
export function countActivity({ fromMs, toMs }: SurveyWindow) {
  const bucketMs = bucketFor(toMs - fromMs)
  const first = Math.floor(fromMs / bucketMs)
  const buckets = Math.max(1, Math.floor(toMs / bucketMs) - first + 1)
  const width = ACTIVITY_SERIES.length
  const counts = new Float64Array(buckets * width)
  return {
    visit(slot: number, state: string, { firstSeen }: { readonly firstSeen: Float64Array }) {
      const bucket = Math.floor(((firstSeen[slot] ?? 0) * 1_000) / bucketMs) - first
      // What came while it was counted stands at the end; clocks differ, so a task may come from the future.
      const at = Math.min(buckets - 1, bucket) * width + ACTIVITY_SERIES.indexOf(SERIES_OF_STATE[state] ?? 'other')
      if (bucket >= 0) counts[at] = (counts[at] ?? 0) + 1
    },
    done: (): ChartView => ({
      series: ACTIVITY_SERIES,
      bucketMs,
      points: Array.from({ length: buckets }, (_, i) => [
        (first + i) * bucketMs,
        ...counts.subarray(i * width, (i + 1) * width),
      ]),
    }),
  }
}

function bucketFor(lengthMs: number): number {
  return STEPS_MS.find((step) => lengthMs / step <= MOST_BUCKETS) ?? Math.ceil(lengthMs / MOST_BUCKETS)
}
