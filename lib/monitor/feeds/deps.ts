/** What feeds read. Made by `monitor.ts`. */
import type { History } from '../../history/history.ts'
import type { StatusView } from '../../live/views.ts'
import type { ResultStore, TaskMeta } from '../../results/results.ts'
import type { Runtime } from '../../runtime/runtime.ts'
import type { Cluster } from '../cluster.ts'
import type { Alerts, ClusterReader, CommandLog, RetryLinks, Sight } from '../contracts.ts'
import type { ShownTask } from '../format-task.ts'
import type { Idleness } from '../idleness.ts'
import type { InspectorService } from '../inspector.ts'
import type { PausedQueues } from '../paused-queues.ts'
import type { QueuePoller } from '../queue-poller.ts'
import type { Rates } from '../rates.ts'
import type { Schedules } from '../schedules/schedules.ts'
import type { MonitorSettings } from '../settings.ts'
import type { ShownCall } from '../shown-call.ts'
import type { TaskList } from '../task-list.ts'

export interface FeedDeps {
  readonly runtime: Runtime
  readonly settings: MonitorSettings
  /** `flush`: what the events changed is told before it is shown. */
  readonly cluster: ClusterReader & Pick<Cluster, 'flush'>
  readonly inspector: Pick<InspectorService, 'answers' | 'inspecting' | 'onAnswers' | 'watch'>
  readonly queues: Pick<QueuePoller, 'latest' | 'oldest' | 'onRound' | 'waitingSinceMs'>
  readonly idleness: Pick<Idleness, 'idleSinceMs'>
  readonly rates: Pick<
    Rates,
    'donePerSecond' | 'failedShare' | 'workerDonePerMinute' | 'queueFlow' | 'failureGroups' | 'latency'
  >
  readonly history: History
  readonly tasks: Pick<TaskList, 'matching' | 'survey'>
  readonly results: ResultStore | null
  readonly alerts: Pick<Alerts, 'view' | 'forQueue' | 'firing' | 'onChange'>
  readonly commands: CommandLog
  readonly links: RetryLinks
  readonly paused: Pick<PausedQueues, 'of'>
  readonly schedules: Pick<Schedules, 'view' | 'entry' | 'watch' | 'onChange'>
  /** What people see of a task. */
  readonly shown: ShownTask
  /** The same of a call that a worker tells of. */
  readonly shownCall: ShownCall
  /** Of whom this feed is for; left out: all. */
  readonly sight?: Sight
  status(): StatusView
  /** A stored result of a task that no event told of: it becomes a task of the list. */
  adopt(meta: TaskMeta): void
}
