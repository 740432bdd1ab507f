import type { FeedDeps } from './deps.ts'
import type { Source } from './source.ts'

/** Topic `alerts`. */
export function alertsSource({ alerts }: FeedDeps): Source {
  return {
    everyMs: 500,
    heeds: (news) => news.kind === 'alerts',
    view: () => alerts.view(),
  }
}
