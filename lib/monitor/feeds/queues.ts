import type { QueuesView } from '../../live/views.ts'
import type { FeedDeps } from './deps.ts'
import { queueRows } from './queue-row.ts'
import type { Source } from './source.ts'

/** Topic `queues`. */
export function queuesSource(deps: FeedDeps): Source {
  return {
    everyMs: 500,
    // Readings come every two seconds and with them all else that a row shows; alerts must not wait for them.
    heeds: (news) => news.kind === 'queues' || news.kind === 'alerts' || news.kind === 'answers',
    view(): QueuesView {
      const { atMs, unackedTotal } = deps.queues.latest()
      return { rows: queueRows(deps, deps.runtime.clock.nowMs()), asOfMs: atMs, unackedTotal }
    },
  }
}
