/** The options of `umbel` itself. Names and defaults of the first group are Flower's (flower.md 3). */
import { LOG_FORMATS } from '../../lib/runtime/json-log.ts'
import { LOG_LEVELS } from '../../lib/runtime/log.ts'
import { brokerTransportOptions, globalRows } from './global-rows.ts'
import { loginOptions } from './login-options.ts'
import {
  amount,
  flag,
  integer,
  list,
  mapping,
  number,
  oneOf,
  optionalInteger,
  optionalText,
  text,
  type ValuesOf,
} from './option.ts'
import { concurrency, pool } from './pool-options.ts'
import { tornadoOptions } from './tornado-options.ts'
import { tasksColumns, urlPrefix } from './web-options.ts'

const QUEUE_NAME_MOST = 255
const QUEUE_NAMES = {
  expected: `queue names of 1 to ${QUEUE_NAME_MOST} characters, separated by commas`,
  accepts: (entry: string) => entry.length > 0 && entry.length <= QUEUE_NAME_MOST,
} as const
/** More than fit into the memory of most machines; places for them take none before they are used. */
const ALL_TASKS = 10_000_000
/** Letters, digits, dots and dashes as in host names, or an address in either notation. */
const HOST = /^[a-z0-9_.-]*$|^[0-9a-f:.%a-z]+$/i

export const dashboardOptions = {
  port: integer(0, 65_535, { default: 5555, says: 'Port of the page and the API. 0 takes any free one.' }),
  address: text({
    default: '',
    takes: 'HOST',
    expected: 'an IP address or host name',
    accepts: isHost,
    says: 'Address to listen on. Empty listens on all of them.',
  }),
  unix_socket: text({
    default: '',
    takes: 'PATH',
    expected: 'a path of at most 100 bytes',
    accepts: (path) => Buffer.byteLength(path) <= 100,
    says: 'Listen on this unix socket, open to whoever reaches its folder, instead of a port.',
  }),
  url_prefix: urlPrefix,
  certfile: optionalText({
    takes: 'FILE',
    says: 'The certificate for https, PEM; with --keyfile. Read anew at SIGHUP.',
  }),
  keyfile: optionalText({ takes: 'FILE', says: 'The key of the certificate, PEM.' }),
  ca_certs: optionalText({ takes: 'FILE', says: 'The authorities of the certificate, PEM.' }),
  xheaders: flag({
    default: false,
    says: 'Believe X-Real-Ip, X-Forwarded-For, X-Scheme and X-Forwarded-Proto: only behind a proxy that sets them.',
  }),
  basic_auth: list({
    default: [],
    secret: true,
    takes: 'USER:PASS,…',
    expected: 'user:password entries, separated by commas',
    accepts: (entry) => /^[^:]+:.+$/s.test(entry),
    says: 'Who may log in. Without it the pages are open and the API answers only with FLOWER_UNAUTHENTICATED_API=true.',
  }),
  ...loginOptions,
  metrics_auth: list({
    default: [],
    secret: true,
    takes: 'USER:PASS,…',
    expected: 'user:password entries, separated by commas',
    accepts: (entry) => /^[^:]+:.+$/s.test(entry),
    says: 'Who may read /metrics. Without it everybody may, as with Flower.',
  }),
  task_runtime_metric_buckets: list({
    default: [],
    takes: 'N,…',
    expected: 'numbers of seconds, and inf, separated by commas',
    accepts: (entry) => /^(\d+(\.\d*)?|\.\d+|\+?inf(inity)?)$/i.test(entry.trim()),
    says: "Upper bounds of flower_task_runtime_seconds, in seconds. By default those of Prometheus' Python client.",
  }),
  read_only: flag({ default: false, says: 'Nobody can change anything from the page.' }),
  debug: flag({ default: false, says: 'Log everything, and stack traces with errors.' }),
  conf: optionalText({
    takes: 'FILE',
    says: 'Config file: YAML, JSON, TypeScript, or a flowerconfig.py. umbel.yaml is read when it is there.',
  }),
  inspect_timeout: number(0, 600_000, 'milliseconds', {
    default: 1_000,
    says: 'How long to wait for the answers of workers, in milliseconds.',
  }),
  control_serializer: oneOf(['json', 'yaml', 'msgpack', 'pickle'], {
    default: 'json',
    says: 'How questions and orders to workers are written, for clusters whose accept_content lacks json.',
  }),
  max_workers: amount(1_000_000, 1_000_000, { default: 5_000, says: 'Workers kept in memory. 0 sets no limit.' }),
  purge_offline_workers: optionalInteger(0, 1_000_000_000, {
    says: 'Seconds after which an offline worker is forgotten, and its alerts end. Without it a person does that.',
  }),
  max_tasks: amount(100_000_000, ALL_TASKS, {
    default: 100_000,
    says: 'Tasks kept in memory; the oldest go first. 0 sets no limit but the memory there is.',
  }),
  enable_events: flag({ default: true, says: 'Ask workers that run without -E to send their events.' }),
  persistent: flag({
    default: false,
    says: 'Keep tasks and the counts of workers over a restart, in the file of --db.',
  }),
  db: text({
    default: 'flower',
    takes: 'PATH',
    expected: 'a path',
    accepts: (path) => path !== '',
    says: 'Where --persistent keeps them: this path with .umbel at its end. A file of Flower there is left alone.',
  }),
  state_save_interval: integer(0, 2_147_483_647, {
    default: 0,
    says: 'Milliseconds between two savings of --persistent. 0 saves at a clean exit only.',
  }),
  broker_api: optionalText({
    takes: 'URL',
    secret: true,
    says: 'The management API of RabbitMQ, as http://user:password@host:15672/api/, for its queues.',
  }),
  auto_refresh: flag({
    default: true,
    says: 'Show changes as they come. Without it a page stands still until somebody starts it.',
  }),
  natural_time: flag({ default: false, says: 'Times as their distance from now, however long ago.' }),
  tasks_columns: tasksColumns,

  broker: text({
    default: 'redis://localhost:6379/0',
    short: 'b',
    env: ['CELERY_BROKER_URL', 'BROKER_URL'],
    takes: 'URL',
    secret: true,
    expected: 'a URL such as redis://host:port/db',
    accepts: (value) => value !== '',
    says: 'Where the messages are: redis, rediss, redis+socket or sentinel. By default where the app of --app says.',
  }),
  broker_transport_options: brokerTransportOptions,
  result_backend: optionalText({
    env: ['CELERY_RESULT_BACKEND', 'RESULT_BACKEND'],
    takes: 'URL',
    secret: true,
    says: 'Where results are stored. By default where the app of --app says, else the broker, when that is Redis; "disabled" for none.',
  }),
  result_backend_transport_options: mapping({
    default: {},
    secret: true,
    says: "Celery's setting of that name: global_keyprefix, and master_name where it is not the broker's.",
  }),
  queues: list({
    ...QUEUE_NAMES,
    default: [],
    short: 'Q',
    says: 'Queues to show even when no worker serves them.',
  }),
  queue_poll_interval: number(0.1, 3_600, 'seconds', {
    default: 2,
    says: 'Seconds between two looks at the queue lengths.',
  }),
  schedule_file: optionalText({
    takes: 'PATH',
    says: 'The schedule file of an umbel beat: its entries are shown, and changed, beside those of --beat.',
  }),
  schedule_db: optionalText({
    takes: 'URL',
    secret: true,
    says: "The database with django-celery-beat's tables: postgresql://…, mysql://… or sqlite:///path.",
  }),
  redbeat_redis_url: optionalText({
    takes: 'URL',
    secret: true,
    says: 'Where the schedule of RedBeat, or of an umbel beat on Redis, is kept. By default on the broker, when that is Redis.',
  }),
  redbeat_key_prefix: optionalText({
    takes: 'TEXT',
    says: "What RedBeat's keys begin with: its setting of that name. By default redbeat:, or as the app says.",
  }),
  data_dir: optionalText({
    takes: 'DIR',
    says: 'Where alerts and notifications survive a restart. By default a folder of its own for each broker.',
  }),
  cluster_name: text({
    default: 'celery',
    takes: 'NAME',
    accepts: (value) => value.length > 0 && value.length <= 60,
    expected: '1 to 60 characters',
    says: 'The name of the cluster on the page.',
  }),
  loglevel: oneOf(LOG_LEVELS, { default: 'info', short: 'l', says: 'Least important lines to log.' }),
  log_format: oneOf(LOG_FORMATS, { default: 'text', says: 'Lines for people, or one JSON object a line.' }),
  ...tornadoOptions,

  app: optionalText({
    short: 'A',
    env: ['CELERY_APP'],
    takes: 'FILE',
    says: 'A TypeScript or JavaScript module that exports an app: it says where messages and results are, and has the tasks for --worker and --beat. Or an app in Python, as for celery, which is asked for the first.',
  }),
  worker: flag({ default: false, says: 'Run a worker in this process too. Needs --app.' }),
  worker_pool: { ...pool, says: 'Where the tasks of --worker run: async, threads, processes or solo.' },
  worker_concurrency: { ...concurrency, says: 'Tasks of --worker at a time; auto, or 0, is one for each processor.' },
  worker_queues: list({
    ...QUEUE_NAMES,
    default: [],
    says: "Queues that --worker consumes. By default those of the app's settings.",
  }),
  beat: flag({ default: false, says: 'Run beat in this process too. Needs --app.' }),
  ...globalRows,
} as const

export type DashboardOptions = ValuesOf<typeof dashboardOptions>

function isHost(value: string): boolean {
  if (!HOST.test(value)) return false
  // Four groups of digits are meant as an IPv4 address: each must be one.
  const groups = /^\d+(\.\d+){3}$/.test(value) ? value.split('.').map(Number) : []
  return groups.every((group) => group <= 255)
}
