/** The options of `umbel worker` and `umbel beat`: Celery's names (client-cli.md B2, B3). */
import { celeryOptions, count, logLevel, names, seconds } from './celery-options.ts'
import { flag, oneOf, optionalText, type ValuesOf, value } from './option.ts'
import { concurrency, pool } from './pool-options.ts'

const daemonRows = {
  loglevel: logLevel('info'),
  logfile: optionalText({
    short: 'f',
    takes: 'FILE',
    says: 'Log to this file; %n, %h, %d, %i are filled in. [stderr]',
  }),
  pidfile: value<string | null>({
    default: null,
    takes: 'FILE',
    expected: 'a path',
    // `--pidfile=` is how people say "none" to Celery's beat.
    parse: (path) => (path === '' ? null : path),
    says: 'Keep the process id here, and refuse to start while it is held.',
  }),
  uid: optionalText({ takes: 'USER', says: 'Go on as this user, a name or a number. Only root may.' }),
  gid: optionalText({ takes: 'GROUP', says: 'Go on as this group, a name or a number. Only root may.' }),
  umask: value<number | null>({
    default: null,
    takes: 'OCTAL',
    expected: 'an octal number such as 022',
    parse: (text) => (/^(0o)?[0-7]{1,4}$/.test(text) ? Number.parseInt(text.replace('0o', ''), 8) : undefined),
    says: 'Permissions that new files do not get.',
  }),
  executable: optionalText({ takes: 'FILE', says: 'With --detach: the Node that runs it.' }),
} as const

const schedule = optionalText({
  short: 's',
  also: ['schedule_filename'],
  takes: 'FILE',
  says: 'The file of the schedule, or the URL of its database. [umbel-beat.json]',
})
const scheduler = optionalText({
  takes: 'NAME',
  says: "Where the schedule is kept: file, redis, django, memory, a scheduler of Celery's, RedBeat's or Django's, or a URL. [file]",
})

export const workerOptions = celeryOptions('worker', {
  hostname: optionalText({
    short: 'n',
    takes: 'NAME@HOST',
    expected: 'a node name without spaces such as worker1@%h',
    accepts: (text) => /^[^\s@]+(@[^\s@]+)?$/.test(text),
    says: 'Node name; %h is the host, %n its name, %d its domain. [celery@%h]',
  }),
  queues: names({ short: 'Q', says: 'Queues to consume, separated by commas.' }),
  exclude_queues: names({ short: 'X', says: 'Queues of the settings that are not consumed.' }),
  include: names({
    short: 'I',
    says: 'Files with further tasks; `include` and `imports` of the settings name some too.',
  }),
  purge: flag({ default: false, also: ['discard'], says: 'Delete what waits in the queues before taking from them.' }),
  concurrency: { ...concurrency, short: 'c' },
  pool: { ...pool, short: 'P' },
  task_events: flag({ default: false, short: 'E', also: ['events'], says: 'Send task events from the start.' }),
  optimization: oneOf<'default' | 'fair'>(['default', 'fair'], {
    default: 'default',
    short: 'O',
    says: 'Both do the same, as in Celery since 4.0: a slot gets a task only when it is free.',
  }),
  prefetch_multiplier: count(0, { says: 'Messages held per slot; 0 for no limit. [4]' }),
  disable_prefetch: flag({ default: false, says: 'Take a message only when a slot is free.' }),
  time_limit: seconds({ says: 'Seconds after which a task is stopped.' }),
  soft_time_limit: seconds({ says: 'Seconds after which a task is asked to stop.' }),
  max_tasks_per_child: count(1, { says: 'Tasks after which a thread or process is replaced.' }),
  max_memory_per_child: count(1, { says: 'Kilobytes after which a process is replaced.' }),
  pool_start_method: oneOf<'fork' | 'spawn'>(['fork', 'spawn'], {
    default: 'fork',
    says: 'Accepted: processes are always spawned.',
  }),
  autoscale: value<{ readonly max: number; readonly min: number } | null>({
    default: null,
    takes: 'MAX,MIN',
    expected: 'one or two whole numbers such as 10,3',
    parse: autoscale,
    says: 'Grow to so many slots under load, and shrink to so few without.',
  }),
  statedb: optionalText({ short: 'S', takes: 'FILE', says: 'Where revoked ids outlive a restart.' }),
  without_gossip: flag({ default: false, says: 'Do not listen to the events of other workers.' }),
  without_mingle: flag({ default: false, says: 'Do not ask other workers at the start what is revoked.' }),
  without_heartbeat: flag({ default: false, says: 'Send no heartbeats.' }),
  heartbeat_interval: seconds({ says: 'Seconds between two heartbeats. [2]' }),
  beat: flag({ default: false, short: 'B', says: 'Run beat in this process too.' }),
  schedule,
  scheduler,
  detach: flag({ default: false, short: 'D', says: 'Go on in the background.' }),
  ...daemonRows,
})

export const beatOptions = celeryOptions('beat', {
  schedule,
  scheduler: { ...scheduler, short: 'S' },
  max_interval: seconds({ says: 'Longest sleep between two looks at the schedule.' }),
  enable_remote_control: flag({ default: false, says: 'Answer ping.' }),
  no_enable_remote_control: flag({ default: false, says: 'Do not, whatever the settings say.' }),
  hostname: optionalText({ short: 'n', takes: 'NAME@HOST', says: 'Node name to answer under. [celerybeat@%h]' }),
  detach: flag({ default: false, says: 'Go on in the background.' }),
  ...daemonRows,
})

export type WorkerCommandOptions = ValuesOf<typeof workerOptions>
export type BeatCommandOptions = ValuesOf<typeof beatOptions>

/** The order of the two does not matter; one alone is the most, with none as the least (worker-beat.md 1.9). */
function autoscale(text: string): { readonly max: number; readonly min: number } | undefined {
  const found = /^(\d{1,6})(?:,(\d{1,6}))?$/.exec(text.replaceAll(' ', ''))
  if (found === null) return undefined
  const [one, other] = [Number(found[1]), Number(found[2] ?? 0)]
  return { max: Math.max(one, other), min: Math.min(one, other) }
}
