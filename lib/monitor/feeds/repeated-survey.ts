import { messageOf } from '../../errors.ts'
import { isMoments, momentsOf, type TimeSpan } from '../../live/time-span.ts'
import { readQuery } from '../sight.ts'
import type { TaskColumns } from '../task-columns.ts'
import type { FeedDeps } from './deps.ts'
import type { Source, Touch } from './source.ts'
import { isLost } from './task-row.ts'

/** One count of all that match: it sees every task, then says what came of it. */
export interface Count<R> {
  visit(slot: number, state: string, columns: TaskColumns): void
  done(): R
}

export interface SurveyWindow {
  readonly fromMs: number
  readonly toMs: number
  readonly nowMs: number
}

/** Numbers about many tasks may be this old. */
const EVERY_MS = 2_000
/** Of the time, at most this share goes into counting. */
const SHARE = 0.05

/**
 * Counts what a search of the task list finds again and again while somebody looks and tasks change. Between two counts
 * an event costs nothing; a count takes short turns, and the longer it takes the longer the next one waits.
 */
export function repeatedSurvey<R>(
  deps: FeedDeps,
  search: { readonly q: string; readonly range: TimeSpan | null },
  touch: Touch,
  begin: (window: SurveyWindow) => Count<R>,
): Pick<Source, 'heeds' | 'close'> & { readonly latest: () => R | null } {
  const { cluster, runtime, settings, tasks } = deps
  const { clock } = runtime
  const filter = readQuery(search.q, deps.sight)
  const ended = new AbortController()
  let latest: R | null = null
  let dueMs = Number.NEGATIVE_INFINITY
  let isChanged = true
  let isCounting = false

  async function count(): Promise<void> {
    const startedMs = clock.monotonicMs()
    const nowMs = clock.nowMs()
    isChanged = false
    const bounds = search.range === null ? null : momentsOf(search.range, nowMs)
    const fromMs = bounds?.fromMs ?? oldestSeenMs(deps, nowMs)
    const counting = begin({ fromMs, toMs: bounds?.toMs ?? nowMs, nowMs })
    const within = {
      ...(bounds !== null && { sinceMs: bounds.fromMs }),
      ...(isMoments(search.range) && { untilMs: search.range.toMs }),
    }
    await tasks.survey(
      {
        filter,
        ...within,
        isLost: (task) => isLost(task, cluster, nowMs, settings.lostAfterMs),
        visit: counting.visit,
      },
      ended.signal,
    )
    const endedMs = clock.monotonicMs()
    dueMs = endedMs + Math.max(EVERY_MS, (endedMs - startedMs) / SHARE)
    latest = counting.done()
    touch()
  }

  function countWhenDue(): void {
    // A range that ends now goes on without any news of tasks.
    const isOld = isChanged || !isMoments(search.range)
    if (isCounting || !isOld || clock.monotonicMs() < dueMs || ended.signal.aborted) return
    isCounting = true
    count()
      .catch((error: unknown) => {
        if (ended.signal.aborted) return
        runtime.log.error('The tasks of a search could not be counted', { q: search.q, reason: messageOf(error) })
      })
      .finally(() => {
        isCounting = false
      })
  }
  countWhenDue()

  return {
    latest: () => latest,
    heeds(news) {
      if (news.kind === 'cluster') isChanged = true
      if (news.kind === 'time') countWhenDue()
      return false
    },
    close: () => ended.abort(),
  }
}

function oldestSeenMs({ cluster }: FeedDeps, nowMs: number): number {
  for (const task of cluster.tasks()) {
    const seen = task.received ?? task.sent ?? task.timestamp
    return Math.min(nowMs, seen * 1_000)
  }
  return nowMs
}
