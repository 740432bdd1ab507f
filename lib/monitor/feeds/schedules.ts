import type { SchedulesView } from '../../live/schedule-views.ts'
import type { FeedDeps } from './deps.ts'
import type { Source, Touch } from './source.ts'

/** Rows that may change in one diff: it is found, written and drawn in a few milliseconds. */
const CHANGES_MOST = 500
/** The rows of a large schedule are compared one by one. */
const EVERY_MS = 1_000
const EVERY_BEHIND_MS = 100

/** Topic `schedules`. Where a beat sends thousands of runs at once, what it shows follows in several diffs. */
export function schedulesSource({ schedules }: FeedDeps, touch: Touch): Source {
  const stop = schedules.watch()
  let shown: SchedulesView | null = null
  let isBehind = false
  return {
    get everyMs() {
      return isBehind ? EVERY_BEHIND_MS : EVERY_MS
    },
    heeds: (news) => news.kind === 'schedules',
    view(): SchedulesView {
      const present = schedules.view()
      shown = shown === null ? present : towards(shown, present, CHANGES_MOST)
      isBehind = shown !== present
      if (isBehind) touch()
      return shown
    },
    close: stop,
  }
}

/** `present`, or `shown` with the first rows that differ brought up to it. Rows that come, go or move are shown at once. */
export function towards(shown: SchedulesView, present: SchedulesView, most: number): SchedulesView {
  if (shown.rows.length !== present.rows.length) return present
  let left = most
  const rows: SchedulesView['rows'][number][] = []
  for (const [i, row] of present.rows.entries()) {
    const before = shown.rows[i]
    if (before?.id !== row.id) return present
    if (row !== before) left -= 1
    rows.push(row === before || left >= 0 ? row : before)
  }
  return left >= 0 ? present : { ...present, rows }
}
