import type { BrokerView } from '../live/broker-view.ts'
import type { FoundTasks, QueueMessages, RawTask, SetAsideMessages, UnackedMessages } from '../live/http.ts'
import type { QueueClasses, QueueScheduled } from '../live/queue-views.ts'
import type { StatusView } from '../live/views.ts'
import type { Audit } from '../monitor/actions/audit.ts'
import type {
  Actions,
  Alerts,
  ClusterReader,
  Feeds,
  Inspector,
  QueueAges,
  QueueReadings,
  Sight,
} from '../monitor/contracts.ts'
import type { TaskSearch } from '../monitor/feeds/found-tasks.ts'
import type { ShownTask } from '../monitor/format-task.ts'
import type { MetricFamily } from '../monitor/metric-family.ts'
import type { PeekPage } from '../monitor/peek.ts'
import type { Schedules } from '../monitor/schedules/schedules.ts'
import type { TaskAnswer } from '../monitor/task-answer.ts'
import type { TaskList } from '../monitor/task-list.ts'

/** What the server asks of the monitor. */
export interface Monitored {
  readonly cluster: ClusterReader
  readonly tasks: TaskList
  readonly feeds: Feeds
  readonly actions: Actions
  readonly audit: Audit
  readonly alerts: Pick<Alerts, 'view'>
  readonly inspector: Inspector & { known(): Iterable<string> }
  readonly hasResults: boolean
  readonly queues: QueueReadings & QueueAges & { poll(): Promise<void> }
  readonly schedules: Pick<Schedules, 'preview' | 'calendar' | 'readers' | 'view'>
  readonly counters: { families(): readonly MetricFamily[] }
  /** What people see of a task. */
  readonly shown: ShownTask
  status(): StatusView
  health(): { readonly ok: boolean }
  findTasks(search: TaskSearch): Promise<FoundTasks>
  /** Only where `hasResults`. `waitMs` null = until `signal`. */
  taskAnswer(id: string, options: { readonly waitMs: number | null; readonly signal: AbortSignal }): Promise<TaskAnswer>
  rawTask(id: string, sight?: Sight): Promise<RawTask>
  brokerView(): Promise<BrokerView>
  queueDetails(): Promise<readonly { readonly name: string }[] | null>
  peekQueue(page: PeekPage): Promise<QueueMessages>
  queueClasses(queue: string): Promise<QueueClasses>
  queueScheduled(queue: string): Promise<QueueScheduled>
  unacked(queue: string, limit: number): Promise<UnackedMessages>
  setAside(queue: string, offset: number, limit: number): Promise<SetAsideMessages>
}
