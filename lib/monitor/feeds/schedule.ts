import type { ScheduleView } from '../../live/schedule-views.ts'
import type { Topic } from '../../live/topic.ts'
import type { FeedDeps } from './deps.ts'
import type { Source } from './source.ts'

/** Topic `schedule`: one entry with its runs. */
export function scheduleSource({ schedules }: FeedDeps, topic: Extract<Topic, { name: 'schedule' }>): Source {
  const stop = schedules.watch()
  return {
    everyMs: 500,
    heeds: (news) => news.kind === 'schedules',
    view: (): ScheduleView => schedules.entry(topic.id),
    close: stop,
  }
}
