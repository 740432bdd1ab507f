/** The options of the commands that speak with workers, tasks and queues (client-cli.md B4 to B6). */
import { celeryOptions, logLevel, names, seconds } from './celery-options.ts'
import { flag, number, optionalText, text, type ValuesOf, value } from './option.ts'

const remoteRows = {
  timeout: number(0, 86_400, 'seconds', { default: 1, short: 't', says: 'Seconds to wait for replies.' }),
  destination: names({ short: 'd', says: 'Nodes to ask, separated by commas. All, when left out.' }),
  json: flag({ default: false, short: 'j', says: 'Answer as JSON.' }),
} as const

const list = flag({ default: false, says: 'List the commands there are, and end.' })

export const statusOptions = celeryOptions('status', remoteRows)
export const inspectOptions = celeryOptions('inspect', { ...remoteRows, list: { ...list, short: 'l' } })
export const controlOptions = celeryOptions('control', { ...remoteRows, list: { ...list, short: 'l' } })
export type RemoteOptions = ValuesOf<typeof inspectOptions>

export const callOptions = celeryOptions('call', {
  args: text({ default: '[]', short: 'a', takes: 'JSON', says: 'Positional arguments, a JSON array.' }),
  kwargs: text({ default: '{}', short: 'k', takes: 'JSON', says: 'Keyword arguments, a JSON object.' }),
  eta: optionalText({ takes: 'TIME', says: 'When it may run, ISO 8601.' }),
  countdown: seconds({ says: 'Seconds from now until it may run.' }),
  expires: optionalText({ takes: 'TIME', says: 'When it is not run any more: ISO 8601, or seconds from now.' }),
  serializer: text({ default: 'json', takes: 'NAME', says: 'How the message is written.' }),
  queue: optionalText({ takes: 'NAME', says: 'The queue it goes to.' }),
  exchange: optionalText({ takes: 'NAME', says: 'The exchange it goes to.' }),
  routing_key: optionalText({ takes: 'KEY', says: 'The routing key it goes by.' }),
})

export const resultOptions = celeryOptions('result', {
  task: optionalText({ short: 't', takes: 'NAME', says: 'Name of the task; Celery needs it for backends of tasks.' }),
  traceback: flag({ default: false, says: 'Show the traceback instead of the value.' }),
})

export const purgeOptions = celeryOptions('purge', {
  force: flag({ default: false, short: 'f', says: 'Do not ask.' }),
  queues: names({ short: 'Q', says: 'Queues to purge; those of the settings, when left out.' }),
  exclude_queues: names({ short: 'X', says: 'Queues to leave alone.' }),
})

export const listOptions = celeryOptions('list', {})
export const reportOptions = celeryOptions('report', {})

export const eventsOptions = celeryOptions('events', {
  dump: flag({ default: false, short: 'd', says: 'Print every event as a line instead of showing a screen.' }),
  camera: optionalText({ short: 'c', takes: 'CLASS', says: 'Not in Umbel: its dashboard keeps the history.' }),
  frequency: value<number | null>({
    default: null,
    short: 'F',
    also: ['freq'],
    takes: 'SECONDS',
    expected: 'a number of seconds above 0',
    parse: (given) => (Number(given) > 0 ? Number(given) : undefined),
    says: 'Seconds between two drawings of the screen. [1]',
  }),
  maxrate: optionalText({ short: 'r', takes: 'RATE', says: 'Most drawings in a time, 10/m; only slows down.' }),
  loglevel: logLevel('warning'),
})
export type EventsOptions = ValuesOf<typeof eventsOptions>
