import type { FeedDeps } from './deps.ts'
import type { Source } from './source.ts'

/** Topic `status`: what the frame of every page shows. */
export function statusSource(deps: FeedDeps): Source {
  return {
    everyMs: 1_000,
    heeds: (news) => news.kind === 'time' || news.kind === 'alerts',
    view: () => deps.status(),
  }
}
