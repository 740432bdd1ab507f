/** Which view belongs to which topic. */
import type { ClassesView, ClassView } from './class-views.ts'
import type { SchedulesView, ScheduleView } from './schedule-views.ts'
import type { TaskActivityView, TaskGroupsView } from './survey-views.ts'
import type { Topic, TopicName } from './topic.ts'
import type {
  AlertsView,
  CommandsView,
  OverviewView,
  QueuesView,
  QueueView,
  StatusView,
  TasksView,
  TaskView,
  WorkersView,
  WorkerView,
} from './views.ts'

interface ViewOfTopic {
  status: StatusView
  overview: OverviewView
  classes: ClassesView
  class: ClassView
  tasks: TasksView
  task: TaskView
  'task-activity': TaskActivityView
  'task-groups': TaskGroupsView
  workers: WorkersView
  worker: WorkerView
  queues: QueuesView
  queue: QueueView
  alerts: AlertsView
  commands: CommandsView
  schedules: SchedulesView
  schedule: ScheduleView
}

export type ViewOf<T extends Topic> = ViewOfTopic[T['name'] & TopicName]
