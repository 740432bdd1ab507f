/** The options of `umbel worker` and `umbel beat`: Celery's names (client-cli.md B2, B3). */
import { LOG_LEVELS } from '../../lib/runtime/log.ts'
import { dashboardOptions } from './dashboard-options.ts'
import { flag, integer, list, oneOf, optionalText, type ValuesOf } from './option.ts'

const common = {
  app: optionalText({
    short: 'A',
    env: ['CELERY_APP'],
    takes: 'FILE',
    says: 'The tasks: a TypeScript or JavaScript module that exports an app.',
  }),
  broker: optionalText({
    short: 'b',
    env: ['CELERY_BROKER_URL'],
    takes: 'URL',
    secret: true,
    says: "Where the messages are. By default the app's own broker.",
  }),
  broker_transport_options: dashboardOptions.broker_transport_options,
  result_backend: optionalText({
    env: ['CELERY_RESULT_BACKEND'],
    takes: 'URL',
    secret: true,
    says: "Where results are stored. By default the app's own backend.",
  }),
  loglevel: oneOf(LOG_LEVELS, { default: 'info', short: 'l', says: 'Least important lines to log.' }),
  debug: flag({ default: false, says: 'Log everything, and stack traces with errors.' }),
} as const

export const workerOptions = {
  ...common,
  hostname: optionalText({
    short: 'n',
    takes: 'NAME@HOST',
    expected: 'a node name without spaces such as worker1@%h',
    accepts: (value) => /^[^\s@]+(@[^\s@]+)?$/.test(value),
    says: 'Node name; %h is the host, %n its name, %d its domain. [celery@%h]',
  }),
  queues: list({ ...queueRow(), says: 'Queues to consume, separated by commas.' }),
  concurrency: integer(0, 512, { default: 0, short: 'c', says: 'Tasks at a time; 0 is one for each processor.' }),
  task_events: flag({ default: false, short: 'E', says: 'Send task events from the start.' }),
  beat: flag({ default: false, short: 'B', says: 'Run beat in this process too.' }),
  schedule: optionalText({ short: 's', takes: 'FILE', says: 'Where beat keeps the last runs.' }),
} as const

export const beatOptions = {
  ...common,
  schedule: workerOptions.schedule,
} as const

export type WorkerCommandOptions = ValuesOf<typeof workerOptions>
export type BeatCommandOptions = ValuesOf<typeof beatOptions>

function queueRow() {
  const { expected } = dashboardOptions.queues
  const accepts = (entry: string) => entry.length > 0 && entry.length <= 255
  return { default: [], short: 'Q', expected, accepts } as const
}
