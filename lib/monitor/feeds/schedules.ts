import type { SchedulesView } from '../../live/schedule-views.ts'
import type { FeedDeps } from './deps.ts'
import type { Source } from './source.ts'

/** Topic `schedules`. */
export function schedulesSource({ schedules }: FeedDeps): Source {
  const stop = schedules.watch()
  return {
    // The rows of a large schedule are compared one by one.
    everyMs: 1_000,
    heeds: (news) => news.kind === 'schedules',
    view: (): SchedulesView => schedules.view(),
    close: stop,
  }
}
