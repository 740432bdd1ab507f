import type { QueueMessages } from '../live/http.ts'
import type { StatusView } from '../live/views.ts'
import type { Actions, ClusterReader, Feeds, Inspector, QueueReadings } from '../monitor/contracts.ts'
import type { MetricFamily } from '../monitor/metric-family.ts'
import type { TaskRecord } from '../monitor/records.ts'
import type { FlowerSelection } from './api/flower-selection.ts'

/** What the server asks of the monitor. */
export interface Monitored {
  readonly cluster: ClusterReader
  readonly tasks: {
    select(
      selection: FlowerSelection,
    ): { readonly ok: true; readonly tasks: readonly TaskRecord[] } | { readonly ok: false; readonly error: string }
  }
  readonly feeds: Feeds
  readonly actions: Actions
  readonly inspector: Inspector & { known(): Iterable<string> }
  readonly queues: QueueReadings & { poll(): Promise<void> }
  readonly counters: { families(nowMs: number): readonly MetricFamily[] }
  status(): StatusView
  health(): { readonly ok: boolean }
  peekQueue(queue: string, offset: number, limit: number): Promise<QueueMessages>
}
