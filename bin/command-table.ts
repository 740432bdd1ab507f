/** Every command, its group in the help, and where it is. Nothing of a command is loaded before it is asked for. */
import { keepHeapSmall, keepMessagesYoung } from '../lib/runtime/small-heap.ts'
import type { Options } from './options/option.ts'
import type { Environment } from './options/parse-options.ts'

/** Resolves with the exit code when the command is over. Throws UmbelError for what a person can put right. */
export type Command = (argv: readonly string[], environment: Environment) => Promise<number>

export const GROUPS = ['Dashboard', 'Workers', 'Remote control', 'Tasks and queues'] as const

export interface CommandRow {
  readonly group: (typeof GROUPS)[number]
  readonly says: string
  /** What follows the options in its usage: `COMMAND`. Null: a command of Umbel alone, with Umbel's own manners. */
  readonly words: string | null
  readonly load: () => Promise<Command>
  readonly options: () => Promise<Options>
}

const remote = () => import('./commands/remote/remote.ts')
const remoteRows = () => import('./options/remote-options.ts')
const workerRows = () => import('./options/worker-options.ts')

export const COMMANDS: Readonly<Record<string, CommandRow>> = {
  dashboard: {
    group: 'Dashboard',
    says: 'The live dashboard of a Celery cluster (what umbel does without a command)',
    words: null,
    load: async () => {
      keepHeapSmall() // first of all: loading programs and pages is what makes the heap grow
      return (await import('./commands/dashboard.ts')).dashboardCommand
    },
    options: async () => (await import('./options/dashboard-options.ts')).dashboardOptions,
  },
  demo: {
    group: 'Dashboard',
    says: 'The dashboard over a small cluster of its own: nothing to set up',
    words: null,
    load: async () => {
      keepHeapSmall()
      return (await import('./commands/demo.ts')).demoCommand
    },
    options: async () => (await import('./options/demo-options.ts')).demoOptions,
  },
  events: {
    group: 'Dashboard',
    says: 'The events of a cluster in a terminal, or as lines with --dump',
    words: '',
    load: async () => (await import('./commands/events/events.ts')).eventsCommand,
    options: async () => (await remoteRows()).eventsOptions,
  },
  worker: {
    group: 'Workers',
    says: "Run an app's tasks: a Celery worker in TypeScript",
    words: '',
    load: async () => (await import('./commands/worker.ts')).workerCommand,
    options: async () => (await workerRows()).workerOptions,
  },
  beat: {
    group: 'Workers',
    says: "Send an app's periodic tasks at their times",
    words: '',
    load: async () => {
      keepMessagesYoung()
      return (await import('./commands/beat.ts')).beatCommand
    },
    options: async () => (await workerRows()).beatOptions,
  },
  schedule: {
    group: 'Workers',
    says: 'The periodic tasks: list, next, run, pause, resume',
    words: 'COMMAND [NAME]',
    load: async () => (await import('./commands/schedule/schedule.ts')).scheduleCommand,
    options: async () => (await import('./options/schedule-options.ts')).scheduleOptions,
  },
  status: {
    group: 'Remote control',
    says: 'Which workers are online',
    words: '',
    load: async () => (await remote()).statusCommand,
    options: async () => (await remoteRows()).statusOptions,
  },
  inspect: {
    group: 'Remote control',
    says: 'Ask workers: ping, active, stats... (--list)',
    words: 'COMMAND',
    load: async () => (await remote()).inspectCommand,
    options: async () => (await remoteRows()).inspectOptions,
  },
  control: {
    group: 'Remote control',
    says: 'Tell workers: rate_limit, revoke, shutdown... (--list)',
    words: 'COMMAND',
    load: async () => (await remote()).controlCommand,
    options: async () => (await remoteRows()).controlOptions,
  },
  call: {
    group: 'Tasks and queues',
    says: 'Send a task by name',
    words: 'NAME',
    load: async () => (await import('./commands/tasks/call.ts')).callCommand,
    options: async () => (await remoteRows()).callOptions,
  },
  result: {
    group: 'Tasks and queues',
    says: 'Wait for the result of a task',
    words: 'TASK_ID',
    load: async () => (await import('./commands/tasks/result.ts')).resultCommand,
    options: async () => (await remoteRows()).resultOptions,
  },
  purge: {
    group: 'Tasks and queues',
    says: 'Delete what waits in queues',
    words: '',
    load: async () => (await import('./commands/tasks/purge.ts')).purgeCommand,
    options: async () => (await remoteRows()).purgeOptions,
  },
  list: {
    group: 'Tasks and queues',
    says: "The bindings of the app's queues: list bindings",
    words: 'COMMAND [ARGS]...',
    load: async () => (await import('./commands/tasks/list.ts')).listCommand,
    options: async () => (await remoteRows()).listOptions,
  },
  report: {
    group: 'Tasks and queues',
    says: 'Versions and settings, for bug reports',
    words: '',
    load: async () => (await import('./commands/tasks/report.ts')).reportCommand,
    options: async () => (await remoteRows()).reportOptions,
  },
}

/** Commands of Celery that Umbel does not have, and what does their work. */
export const REFUSED: Readonly<Record<string, string>> = {
  amqp: 'for one message use `umbel call`, for queues `umbel purge` and the dashboard',
  graph: 'the pages of a task and of the workers show what it draws',
  logtool: 'any log tool reads these logs',
  migrate: 'move messages with a tool of the broker',
  multi: 'one service each, as in docs/worker.md, keeps several workers running',
  shell: '`node` imports the file with the tasks as it is',
  upgrade: 'settings have had their new names since Celery 4',
}
