import type { FeedDeps } from './deps.ts'
import type { Source } from './source.ts'

/** Topic `alerts`. */
export function alertsSource({ alerts }: FeedDeps): Source {
  return {
    everyMs: 500,
    // The time too: it says when the rules were last looked at, and a silence ends by itself.
    heeds: (news) => news.kind === 'alerts' || news.kind === 'time',
    view: () => alerts.view(),
  }
}
